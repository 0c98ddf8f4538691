"""What a need lacks, two versions of one step, sites with their own point, one's needs as a sheet."""

import csv
import io
from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.directory.factories import make_person, make_place, make_skill
from reflexes.mechanisms.directory.models import PersonSkill, Place
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.messages.facts import where
from reflexes.pistes.resources.micro_mobility.read_back import paragraph
from reflexes.web.forms import key_of
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
NEEDS = "/micro-mobilite/besoins/"
SITES = "/micro-mobilite/lieux/"


@pytest.fixture
def desk(host):
    return signed_in(host)


@pytest.fixture
def regulated(town):
    """A need of one care assistant, and three who say they are: one ended, one not confirmed, one who never comes."""
    skill = make_skill("aide-soignant", regulated=True)
    need = make_need(town.hall, place=town.site, skill=skill, days=[(next_monday(), "am")])
    for name, confirmed, ends, wishes in (
        ("Expirée", town.hall, clock.today() - timedelta(days=20), {}),
        ("Attente", None, None, {}),
        ("Jamais", town.hall, None, {"no_host": str(town.hall.pk)}),
    ):
        person = make_person(name, role="agent", unit=town.home)
        PersonSkill.objects.create(person=person, skill=skill, confirmed_by=confirmed, expires_on=ends)
        make_offer(person, wishes=wishes)
    return need


def test_a_regulated_need_says_to_its_host_what_is_missing_in_numbers_without_a_name_nor_a_limit(desk, regulated):
    page = desk.get(f"{NEEDS}{regulated.pk}/")
    (slot,) = page.context["slots"]
    said = " ".join(slot.lacks)
    assert said.count("1 certificat") == 2
    assert "Personne ne peut être sollicité" in said
    assert "limite" not in said
    assert not any(name in page.content.decode() for name in ("Expirée", "Attente", "Jamais"))


def test_the_cell_reads_every_obstacle_and_the_board_points_to_it(coordinator, regulated):
    cell = signed_in(coordinator)
    (slot,) = cell.get(f"{NEEDS}{regulated.pk}/").context["slots"]
    assert "limite" in " ".join(slot.lacks)
    assert [blocked for _need, blocked in cell.get(NEEDS).context["lines"]] == [1]


def test_a_regulated_need_that_somebody_can_fill_says_nothing(desk, coordinator, town, regulated):
    ready = make_person("Prête", role="agent", unit=town.home)
    skill = regulated.slots.get().skill
    PersonSkill.objects.create(person=ready, skill=skill, confirmed_by=town.hall)
    make_offer(ready)
    assert [slot.lacks for slot in desk.get(f"{NEEDS}{regulated.pk}/").context["slots"]] == [[]]
    assert [blocked for _need, blocked in signed_in(coordinator).get(NEEDS).context["lines"]] == [0]


def test_numbers_typed_for_a_skill_that_somebody_took_away_meanwhile_are_not_lost(desk, town):
    skill = make_skill("conduite")
    need = make_need(town.hall, state="draft", place=town.site, days=[(next_monday(), "am")], headcount=2)
    need.slots.create(day=next_monday(), half="am", skill=skill, headcount=1)
    url = f"{NEEDS}{need.pk}/etape/combien/"
    mark = desk.get(url).context["seen"]
    need.slots.filter(skill=skill).delete()
    typed = {"0-people": "2", f"{skill.pk}-skill": skill.pk, f"{skill.pk}-people": "4", "seen": mark}
    answer = desk.post(url, typed)
    assert answer.status_code == 409
    (side,) = answer.context["comparison"].lines
    assert "4 personnes" in side.right and "conduite" not in side.left
    assert desk.post(url, {**typed, "seen": answer.context["seen"]}).status_code == 302
    assert set(need.slots.values_list("skill", "headcount")) == {(None, 2), (skill.pk, 4)}


def test_both_versions_name_who_saved_the_other(desk, town):
    lea = make_person("Léa", role="host", organisation=town.hall)
    colleague = signed_in(lea)
    need = make_need(town.hall, state="draft", place=town.site)
    url = f"{NEEDS}{need.pk}/etape/ou/"
    mark = desk.get(url).context["seen"]
    assert colleague.post(url, {"where": "remote", "constraints": "Casque.", "seen": mark}).status_code == 302
    answer = desk.post(url, {"where": town.site.pk, "constraints": "Froid.", "seen": mark})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert str(lea) in page and "Casque." in page and "Froid." in page
    need.refresh_from_db()
    assert (need.changed_by, need.remote) == (lea, True)


def test_a_need_at_a_distance_asks_for_no_place_and_says_so_everywhere(desk, coordinator, town, host):
    need = make_need(town.hall, remote=True, state="draft", contact=coordinator, mentor=host, title="Appels")
    assert desk.post(f"{NEEDS}{need.pk}/ouvrir/").status_code == 302
    need.refresh_from_db()
    assert "distance" in paragraph(need)
    slot = need.slots.get()
    assert "distance" in where(slot.assignments.model(slot=slot))
    cell = signed_in(coordinator)
    board = cell.get(NEEDS)
    assert (board.context["points"], board.context["afar"]) == ([], 1)
    for page in (board, cell.get(f"{NEEDS}{need.pk}/"), desk.get("/micro-mobilite/accueil/")):
        assert "distance" in page.content.decode().lower()


@pytest.mark.parametrize(
    ("typed", "status"), [("48.5734, 7.7521", 302), ("7.7521, 48.5734", 422), ("près de la gare", 422), ("", 302)]
)
def test_a_site_may_have_its_own_point_near_its_commune(typed, status, desk, town):
    commune = town.site.commune
    type(commune).objects.filter(pk=commune.pk).update(latitude=48.58, longitude=7.75)
    sent = {"name": "Local", "commune": commune.name, "position": typed}
    assert desk.post(SITES, sent).status_code == status
    if status == 302:
        place = Place.objects.select_related("commune").get(name="Local")
        assert place.is_exact == bool(typed)


def test_a_site_is_put_right_by_its_host_and_by_nobody_else(desk, town, partner, member, stranger):
    url = f"{SITES}{town.site.pk}/"
    sent = {"name": "Épicerie", "commune": town.site.commune.name, "address": "3 quai du Port"}
    assert partner.post(url, sent).status_code == 404
    assert member.post(url, sent).status_code == 403
    assert stranger.get(url).status_code == 302
    assert desk.post(url, sent).status_code == 302
    town.site.refresh_from_db()
    assert town.site.in_full.startswith("Épicerie, 3 quai du Port, ")
    other = make_place(town.hall, "Dépôt")
    assert desk.post(f"{SITES}{other.pk}/", sent).status_code == 422


def test_a_host_takes_out_its_own_needs_as_a_sheet_and_the_journal_says_so(desk, member, town):
    make_need(town.hall, place=town.site, title="À nous", slots=2)
    make_need(town.association, title="Aux autres")
    answer = desk.post("/micro-mobilite/accueil/feuille/", {"kind": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    if not rows or "title" not in rows[0]:
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["À nous", "À nous"]
    assert Entry.objects.get(verb="allocation.sheet_exported").params["count"] == 2
    assert desk.post("/micro-mobilite/accueil/feuille/", {"kind": "exe"}).status_code == 302
    assert member.post("/micro-mobilite/accueil/feuille/", {"kind": "csv"}).status_code == 403


def test_ones_needs_are_filtered_in_the_address(desk, town):
    make_need(town.hall, place=town.site, title="Écoute", kind="calls")
    make_need(town.hall, place=town.site, title="Colis", kind="food_aid")
    home = "/micro-mobilite/accueil/"
    assert [need.title for need in desk.get(f"{home}?q=ecoute").context["rows"]] == ["Écoute"]
    assert [need.title for need in desk.get(f"{home}?kind=food_aid").context["rows"]] == ["Colis"]


def test_the_ratio_of_newcomers_is_kept_and_said(desk, town):
    need = make_need(town.hall, state="draft", place=town.site, mentor_required=True)
    url = f"{NEEDS}{need.pk}/etape/combien/"
    sent = {"0-people": "3", "0-mentor": "on", "newcomers_per_mentor": "1", "seen": desk.get(url).context["seen"]}
    assert desk.post(url, sent).status_code == 302
    need = Need.objects.get(pk=need.pk)
    assert need.newcomers_per_mentor == 1
    assert "1 nouveau au plus" in paragraph(need)
    assert desk.post(url, {**sent, "newcomers_per_mentor": "0"}).status_code == 422


def test_a_half_day_once_refused_can_still_be_unticked(desk, town, agent):
    from reflexes.mechanisms.allocation.factories import make_assignment

    need = make_need(town.hall, place=town.site, days=[(next_monday(), "am"), (next_monday(), "pm")])
    make_offer(agent)
    make_assignment(need.slots.get(half="am"), agent, state="declined")
    url = f"{NEEDS}{need.pk}/etape/quand/"
    page = desk.get(url)
    sent = {"half_days": [key_of((next_monday(), "pm"))], "seen": page.context["seen"]}
    assert desk.post(url, sent).status_code == 302
    assert [slot.half for slot in Need.objects.get(pk=need.pk).slots_asked] == ["pm"]
    assert need.slots.count() == 2
