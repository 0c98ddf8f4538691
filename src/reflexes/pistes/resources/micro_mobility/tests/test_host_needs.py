"""State a need in five steps, saved as one writes; read it back, open it, close it, start again from it."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_slot, next_monday
from reflexes.mechanisms.allocation.models import Need, Slot
from reflexes.mechanisms.directory.factories import make_person, make_place, make_skill
from reflexes.mechanisms.directory.models import Person, Place
from reflexes.mechanisms.journal.models import Entry
from reflexes.web.forms import key_of
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
NEEDS = "/micro-mobilite/besoins/"
WHAT = {"kind": "food_aid", "title": "Distribuer les colis", "tasks": "Préparer, accueillir.", "priority": "3"}


def step(need: Need, name: str) -> str:
    return f"{NEEDS}{need.pk}/etape/{name}/"


def seen(desk, need: Need, name: str) -> str:
    return desk.get(step(need, name)).context["seen"]


def send(desk, need: Need, name: str, said: dict, *, autosave: bool = False, **extra):
    data = {"seen": seen(desk, need, name), **said, **extra}
    return desk.post(step(need, name) + ("enregistrer/" if autosave else ""), data)


@pytest.fixture
def desk(host):
    return signed_in(host)


@pytest.fixture
def draft(town, host):
    need = make_need(town.hall, state="draft", place=town.site, stated_by=host, returns_on=next_monday(2))
    need.slots.all().delete()
    return need


def test_a_host_states_a_whole_need_step_by_step_and_opens_it(desk, town, host, coordinator):
    skill, day = make_skill("manutention"), next_monday()
    sunday = day + timedelta(days=13)
    answer = desk.post(f"{NEEDS}nouveau/page-blanche/", WHAT)
    need = Need.objects.get()
    assert answer.url == step(need, "ou")
    assert send(desk, need, "ou", {"where": town.site.pk, "constraints": "Debout."}).url == step(need, "quand")
    assert send(desk, need, "quand", {"half_days": [key_of((day, "am"))], "until": sunday.isoformat()}).url == step(
        need, "combien"
    )
    line = {"0-skill": skill.pk, "0-people": "3", "0-team": "2"}
    assert send(desk, need, "combien", line).url == step(need, "qui")
    back = day + timedelta(days=8)
    who = {"mentor": host.pk, "contact": coordinator.pk, "returns_on": back.isoformat(), "criteria": "Le plus près."}
    assert send(desk, need, "qui", who).url == f"{NEEDS}{need.pk}/relire/"

    page = desk.get(f"{NEEDS}{need.pk}/relire/")
    assert page.context["lacks"] == []
    for words in ("Distribuer les colis", str(host), str(coordinator), "Debout.", town.site.name):
        assert words in " ".join(page.context["paragraphs"])
    assert desk.post(f"{NEEDS}{need.pk}/ouvrir/").status_code == 302
    need.refresh_from_db()
    assert (need.state, need.priority, need.organisation) == ("open", 3, town.hall)
    asked = list(need.slots.values_list("day", "half", "headcount", "minimum_team", "skill_id"))
    assert asked == [(day, "am", 3, 2, skill.pk), (day + timedelta(days=7), "am", 3, 2, skill.pk)]


def test_p09_accept_1_a_need_without_mentor_does_not_open_and_says_where_to_go(desk, draft, town):
    Need.objects.filter(pk=draft.pk).update(mentor=None)
    page = desk.get(f"{NEEDS}{draft.pk}/relire/")
    assert [where for _words, where, _name in page.context["lacks"]] == ["quand", "qui"]
    assert step(draft, "qui") in page.content.decode()
    answer = desk.post(f"{NEEDS}{draft.pk}/ouvrir/")
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_first_step_refused_keeps_what_was_typed(desk):
    answer = desk.post(f"{NEEDS}nouveau/page-blanche/", {**WHAT, "title": ""})
    assert answer.status_code == 422 and "Préparer, accueillir." in answer.content.decode()
    assert not Need.objects.exists()


def test_a_draft_is_saved_as_one_writes_even_half_filled_and_the_journal_stays_quiet(desk, draft):
    before = Entry.objects.count()
    answer = send(desk, draft, "quoi", {**WHAT, "title": "", "tasks": "Trier les do"}, autosave=True)
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert (draft.title, draft.tasks) == ("Aider à la distribution", "Trier les do")
    again = desk.post(
        step(draft, "quoi") + "enregistrer/", {**WHAT, "title": "Trier", "seen": answer.json()["fields"]["seen"]}
    )
    assert again.status_code == 200
    assert Entry.objects.count() == before


def test_a_published_need_is_not_changed_letter_by_letter(desk, town):
    need = make_need(town.hall, place=town.site)
    answer = send(desk, need, "quoi", {**WHAT, "title": "X"}, autosave=True)
    assert answer.status_code == 422
    need.refresh_from_db()
    assert need.title != "X"


def test_two_people_writing_at_once_see_both_versions_and_lose_nothing(desk, town, draft):
    colleague = signed_in(make_person("Léa", role="host", organisation=town.hall))
    mark = seen(desk, draft, "quoi")
    assert send(colleague, draft, "quoi", {**WHAT, "title": "Version de Léa"}).status_code == 302
    answer = desk.post(step(draft, "quoi"), {**WHAT, "title": "Version de Hugo", "seen": mark})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Version de Léa" in page and "Version de Hugo" in page
    draft.refresh_from_db()
    assert draft.title == "Version de Léa"
    saved = desk.post(step(draft, "quoi"), {**WHAT, "title": "Version de Hugo", "seen": answer.context["seen"]})
    assert saved.status_code == 302
    auto = colleague.post(step(draft, "quoi") + "enregistrer/", {**WHAT, "seen": mark})
    assert auto.status_code == 409


def test_two_people_on_two_steps_do_not_disturb_each_other(desk, town, draft):
    colleague = signed_in(make_person("Léa", role="host", organisation=town.hall))
    mark = seen(desk, draft, "quoi")
    assert send(colleague, draft, "ou", {"where": town.site.pk, "constraints": "Froid."}).status_code == 302
    assert desk.post(step(draft, "quoi"), {**WHAT, "seen": mark}).status_code == 302
    draft.refresh_from_db()
    assert (draft.constraints, draft.title) == ("Froid.", WHAT["title"])


def test_half_days_of_other_weeks_and_those_already_asked_stay(desk, town, agent):
    need = make_need(town.hall, place=town.site, days=[(next_monday(), "am"), (next_monday(6), "pm")])
    make_assignment(need.slots.get(day=next_monday()), agent)
    new = key_of((next_monday() + timedelta(days=1), "pm"))
    assert send(desk, need, "quand", {"half_days": [new]}).status_code == 302
    kept = set(need.slots.values_list("day", "half"))
    assert kept == {(next_monday(), "am"), (next_monday() + timedelta(days=1), "pm"), (next_monday(6), "pm")}


def test_the_grid_moves_by_two_weeks_and_keeps_what_was_ticked(desk, draft):
    day = next_monday()
    answer = send(desk, draft, "quand", {"half_days": [key_of((day, "am"))], "since": day.isoformat()}, go="later")
    assert answer.url.endswith(f"?depuis={(day + timedelta(days=14)).isoformat()}")
    assert draft.slots.get().day == day
    assert desk.get(answer.url).status_code == 200


def test_numbers_may_differ_by_half_day_and_by_skill(desk, town):
    day, skill = next_monday(), make_skill("conduite")
    need = make_need(town.hall, state="draft", days=[(day, "am"), (day, "pm")])
    morning, afternoon = need.slots.order_by("half")
    said = {
        "0-people": "2",
        f"number-{morning.pk}": "1",
        f"number-{afternoon.pk}": "5",
        "more-skill": skill.pk,
        "more-people": "1",
    }
    assert send(desk, need, "combien", said).status_code == 302
    asked = set(need.slots.values_list("half", "skill__slug", "headcount"))
    assert asked == {("am", None, 2), ("pm", None, 5), ("am", "conduite", 1), ("pm", "conduite", 1)}
    zero = {"0-people": "0", f"{skill.pk}-people": "0", f"{skill.pk}-skill": skill.pk}
    assert send(desk, need, "combien", zero).status_code == 422


def test_numbers_that_mean_nothing_are_refused_with_a_sentence(desk, town):
    need = make_need(town.hall, state="draft", days=[(next_monday(), "am"), (next_monday(), "pm")])
    slot = need.slots.first()
    for wrong in ({"0-people": "abc"}, {"0-people": "2", f"number-{slot.pk}": "0"}, {"0-people": "2", "0-team": "9"}):
        assert send(desk, need, "combien", wrong).status_code == 422, wrong
    assert send(desk, need, "combien", {"0-people": "2", "more-people": "1"}).status_code == 422


def test_a_colleague_without_account_can_be_named(desk, draft, town):
    who = {
        "newcomer-first_name": "Odile",
        "newcomer-last_name": "Muller",
        "newcomer-phone": "06 39 98 12 34",
        "newcomer-duty": "mentor",
        "returns_on": next_monday().isoformat(),
        "criteria": "Le plus près.",
    }
    assert send(desk, draft, "qui", {**who, "newcomer-phone": "?"}).status_code == 422
    assert send(desk, draft, "qui", who).status_code == 302
    draft.refresh_from_db()
    odile = Person.objects.get(first_name="Odile")
    assert (draft.mentor, odile.user) == (odile, None)
    assert odile.capacities.get().organisation == town.hall


def test_an_open_need_keeps_what_p09_asks(desk, town):
    need = make_need(town.hall, place=town.site)
    answer = send(desk, need, "ou", {"where": town.site.pk, "constraints": ""})
    assert answer.status_code == 422
    need.refresh_from_db()
    assert need.constraints


def test_a_need_is_closed_with_a_reason_and_started_again_from(desk, town):
    need = make_need(town.hall, place=town.site)
    assert desk.post(f"{NEEDS}{need.pk}/fermer/", {"reason": ""}).status_code == 422
    assert desk.post(f"{NEEDS}{need.pk}/fermer/", {"reason": "Assez de monde."}).status_code == 302
    assert desk.get(step(need, "quoi")).status_code == 403
    assert desk.get(f"{NEEDS}{need.pk}/relire/").status_code == 200
    answer = desk.post(f"{NEEDS}{need.pk}/reprendre/")
    copy = Need.objects.get(state="draft")
    assert answer.url == step(copy, "quand")
    assert (copy.title, copy.mentor, copy.slots.count()) == (need.title, need.mentor, 1)


def test_the_cell_writes_a_need_for_a_host_on_the_phone(coordinator, town):
    cell = signed_in(coordinator)
    make_place(town.association)
    blank = f"{NEEDS}nouveau/page-blanche/"
    assert cell.post(blank, WHAT).status_code == 422
    assert cell.post(blank, {**WHAT, "organisation": town.association.pk}).status_code == 302
    assert Need.objects.get().organisation == town.association


def test_a_need_exists_for_its_host_and_the_cell_alone(draft, member, partner, stranger):
    for address in (step(draft, "quoi"), f"{NEEDS}{draft.pk}/relire/"):
        assert partner.get(address).status_code == 404
        assert member.get(address).status_code in {403, 404}
        assert stranger.get(address).status_code == 302
    assert partner.post(f"{NEEDS}{draft.pk}/ouvrir/").status_code == 404
    assert member.get(f"{NEEDS}nouveau/").status_code == 403


def test_an_unknown_step_does_not_exist(desk, draft):
    assert desk.get(step(draft, "autre")).status_code == 404


def test_sites_are_added_by_the_name_or_the_code_of_their_commune(desk, town, draft):
    commune = town.site.commune
    commune.postal_codes = "67000, 67100"
    commune.save()
    site = {"name": "Local du Port", "commune": "strasbourg", "address": "2 quai"}
    answer = desk.post("/micro-mobilite/lieux/", {**site, "besoin": draft.pk})
    assert answer.url == step(draft, "ou")
    assert Place.objects.get(name="Local du Port").commune == commune
    assert desk.post("/micro-mobilite/lieux/", {**site, "name": "B", "commune": "67100"}).status_code == 302
    assert desk.post("/micro-mobilite/lieux/", site).status_code == 422
    assert desk.post("/micro-mobilite/lieux/", {**site, "name": "C", "commune": "Ailleurs"}).status_code == 422


def test_home_shows_drafts_first_and_what_waits(desk, town, agent, constant_queries):
    slot = make_need(town.hall, place=town.site, title="Ouvert").slots.get()
    make_need(town.hall, state="draft", title="Brouillon", place=town.site)
    make_need(town.association, title="Des autres")
    make_assignment(slot, agent, state="released")
    page = desk.get("/micro-mobilite/accueil/")
    assert [need.title for need in page.context["rows"]] == ["Brouillon", "Ouvert"]
    assert page.context["waits"]["confirm"] == 1
    assert [need.title for need in desk.get("/micro-mobilite/accueil/?q=ouv").context["rows"]] == ["Ouvert"]

    def grow():
        for _number in range(5):
            make_slot(make_need(town.hall), clock.today() + timedelta(days=3))

    constant_queries(desk, "/micro-mobilite/accueil/", grow)
    assert Slot.objects.count() > 5
