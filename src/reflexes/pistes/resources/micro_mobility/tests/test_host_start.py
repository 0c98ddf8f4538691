"""Where a need begins: a case in one tap, a past need found again, a blank page."""

import pytest

from reflexes.core import clock, registry
from reflexes.mechanisms.allocation.factories import make_need, make_slot, next_monday
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.allocation.services.needs import missing
from reflexes.mechanisms.directory.factories import make_person, make_place, make_skill
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.cases import CASES
from reflexes.web.forms import key_of
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
NEW = "/micro-mobilite/besoins/nouveau/"


@pytest.fixture
def desk(host):
    return signed_in(host)


@pytest.fixture
def before(town, coordinator, host):
    """A need of last month, whose second contact is known."""
    return make_need(town.hall, place=town.site, state="closed", mentor=host, contact=coordinator, title="Avant")


@pytest.mark.parametrize("key", CASES)
def test_a_case_is_one_tap_away_from_a_need_that_can_open(key, desk, town, host, coordinator, before):
    answer = desk.post(NEW, {"case": key})
    need = Need.objects.get(state="draft")
    assert answer.url == f"/micro-mobilite/besoins/{need.pk}/etape/quoi/"
    assert missing(need) == []
    assert (need.mentor, need.contact, need.organisation) == (host, coordinator, town.hall)
    assert need.remote == (need.place is None)
    assert all(slot.day > clock.today() and slot.day < need.returns_on for slot in need.slots.all())
    for step in ("quoi", "ou", "quand", "combien", "qui"):
        assert desk.get(f"/micro-mobilite/besoins/{need.pk}/etape/{step}/").status_code == 200
    assert desk.post(f"/micro-mobilite/besoins/{need.pk}/ouvrir/").status_code == 302
    need.refresh_from_db()
    assert need.state == "open"


def test_p09_accept_1_a_case_without_a_site_nor_a_second_contact_says_so_before_it_opens(desk, town, host):
    make_place(town.hall, "Deuxième site")
    desk.post(NEW, {"case": "waste"})
    need = Need.objects.get()
    assert missing(need) == ["place", "contact"]
    assert desk.post(f"/micro-mobilite/besoins/{need.pk}/ouvrir/").status_code == 422


def test_every_case_is_of_a_known_kind_and_has_a_mentor(desk):
    assert {case.kind for case in CASES.values()} <= set(registry.kinds())
    assert all(any(line.mentor for line in case.lines) for case in CASES.values())


def test_a_case_asks_for_the_skills_known_here_and_learns_the_others_on_the_spot(desk, before):
    make_skill("manutention")
    desk.post(NEW, {"case": "food_aid"})
    asked = Need.objects.get(state="draft").slots.values_list("skill__slug", "headcount", "minimum_team").distinct()
    assert set(asked) == {("manutention", 3, 2), (None, 1, 0)}


def test_everything_of_a_case_can_be_changed_and_left_alone_it_leaves_no_trace(desk, before):
    desk.post(NEW, {"case": "care_home"})
    need = Need.objects.get(state="draft")
    where = f"/micro-mobilite/besoins/{need.pk}/etape/quoi/"
    entries = Entry.objects.count()
    kept = {"kind": need.kind, "title": need.title, "tasks": need.tasks, "priority": need.priority}
    assert desk.post(where, {**kept, "seen": desk.get(where).context["seen"]}).status_code == 302
    assert Entry.objects.count() == entries
    assert desk.post(where, {**kept, "title": "Goûters", "seen": desk.get(where).context["seen"]}).status_code == 302
    need.refresh_from_db()
    assert need.title == "Goûters"
    when = f"/micro-mobilite/besoins/{need.pk}/etape/quand/"
    day = next_monday()
    ticked = {"half_days": [key_of((day, "pm"))], "seen": desk.get(when).context["seen"], "go": "read"}
    assert desk.post(when, ticked).url == f"/micro-mobilite/besoins/{need.pk}/relire/"
    assert list(need.slots.values_list("day", "half").distinct()) == [(day, "pm")]


def test_a_case_that_does_not_exist_is_refused_with_a_sentence(desk):
    answer = desk.post(NEW, {"case": "rockets"})
    assert answer.status_code == 422
    assert not Need.objects.exists()


def test_the_cell_begins_a_case_for_a_host_on_the_phone(coordinator, town, before):
    cell = signed_in(coordinator)
    assert cell.post(NEW, {"case": "calls"}).status_code == 422
    assert cell.post(NEW, {"case": "calls", "organisation": town.hall.pk}).status_code == 302
    need = Need.objects.get(state="draft")
    assert (need.organisation, need.mentor, need.contact) == (town.hall, before.mentor, before.contact)


def test_past_needs_are_found_whatever_their_accents_and_only_ones_own(desk, town, before):
    make_need(town.hall, title="Écoute téléphonique", place=town.site)
    make_need(town.association, title="Écoute des voisins")
    assert [need.title for need in desk.get(f"{NEW}?q=ecoute").context["past"]] == ["Écoute téléphonique"]
    assert desk.get(f"{NEW}?q=zzz").status_code == 200


def test_only_those_who_state_needs_begin_one(member, partner, stranger, town):
    assert stranger.get(NEW).status_code == 302
    for path in (NEW, f"{NEW}page-blanche/"):
        assert member.get(path).status_code == 403
        assert partner.get(path).status_code == 200
    assert member.post(NEW, {"case": "calls"}).status_code == 403
    assert not Need.objects.exists()


def test_the_start_asks_the_same_questions_whatever_the_number_of_past_needs(desk, town, constant_queries):
    make_need(town.hall, place=town.site)

    def grow():
        for _number in range(4):
            make_slot(make_need(town.hall, place=town.site, mentor=make_person(account=False)), next_monday(2))

    constant_queries(desk, NEW, grow)
