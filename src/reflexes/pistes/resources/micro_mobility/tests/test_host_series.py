"""A need that comes back each week, on the screens of its host and of the cell."""

from datetime import timedelta

import pytest
from django.utils import translation

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.allocation.services.needs import expect_renewal
from reflexes.mechanisms.directory.factories import make_skill
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.read_back import paragraph
from reflexes.pistes.resources.micro_mobility.spoken import by_people, lines_of, spoken
from reflexes.web.forms import key_of
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
NEEDS = "/micro-mobilite/besoins/"
WEEK = timedelta(weeks=1)


@pytest.fixture
def desk(host):
    return signed_in(host)


def thursday(week: int = 1):
    return next_monday(week) + timedelta(days=3)


@pytest.fixture
def weekly(town):
    """A need asked on four Thursday mornings."""
    need = make_need(town.hall, place=town.site, days=[(thursday(week), "am") for week in (1, 2, 3, 4)], headcount=2)
    expect_renewal(need)
    need.refresh_from_db()
    return need


def soon(need: Need) -> Need:
    """Bring the moment of the question forward to yesterday."""
    Need.objects.filter(pk=need.pk).update(renewal_due_at=clock.now() - timedelta(days=1))
    return need


def test_half_days_are_repeated_each_week_until_a_date_chosen_in_a_list(desk, town):
    need = make_need(town.hall, state="draft", place=town.site, days=[(thursday(), "am")])
    page = desk.get(f"{NEEDS}{need.pk}/etape/quand/")
    ends = [value for value, _words in page.context["form"].fields["until"].choices][1:]
    until = (thursday(4) + timedelta(days=3)).isoformat()
    assert until in ends
    sent = {"half_days": [key_of((thursday(), "am"))], "until": until, "seen": page.context["seen"]}
    assert desk.post(f"{NEEDS}{need.pk}/etape/quand/", sent).status_code == 302
    assert [slot.day for slot in need.slots.all()] == [thursday(week) for week in (1, 2, 3, 4)]
    too_far = (clock.today() + timedelta(weeks=60)).isoformat()
    again = {**sent, "until": too_far, "seen": desk.get(f"{NEEDS}{need.pk}/etape/quand/").context["seen"]}
    assert desk.post(f"{NEEDS}{need.pk}/etape/quand/", again).status_code == 422


def test_the_date_of_return_moves_when_the_half_days_pass_it(desk, town):
    need = make_need(town.hall, state="draft", place=town.site, days=[(thursday(), "am")])
    page = desk.get(f"{NEEDS}{need.pk}/etape/quand/")
    until = (thursday(3) + timedelta(days=3)).isoformat()
    sent = {"half_days": [key_of((thursday(), "am"))], "until": until, "seen": page.context["seen"]}
    assert desk.post(f"{NEEDS}{need.pk}/etape/quand/", sent).status_code == 302
    need.refresh_from_db()
    assert need.returns_on == thursday(3) + timedelta(days=1)


def test_a_repeated_half_day_asks_for_what_the_same_one_asked_the_week_before(desk, town):
    skill = make_skill("conduite")
    need = make_need(town.hall, state="draft", place=town.site, days=[(thursday(), "am")], headcount=5)
    need.slots.create(day=thursday() + timedelta(days=1), half="pm", skill=skill, headcount=2)
    ticked = [key_of((thursday(), "am")), key_of((thursday() + timedelta(days=1), "pm"))]
    page = desk.get(f"{NEEDS}{need.pk}/etape/quand/")
    until = (thursday(2) + timedelta(days=3)).isoformat()
    desk.post(f"{NEEDS}{need.pk}/etape/quand/", {"half_days": ticked, "until": until, "seen": page.context["seen"]})
    asked = set(
        need.slots.filter(day__gt=thursday(2) - WEEK + timedelta(days=2)).values_list("half", "skill", "headcount")
    )
    assert asked == {("am", None, 5), ("pm", skill.pk, 2)}


def test_a_series_is_said_once_with_its_holes(weekly):
    with translation.override("fr"):
        whole = spoken((slot.day, slot.half) for slot in weekly.slots.all())
        assert len(whole) == 1
        assert whole[0].startswith("chaque jeudi matin du ") and whole[0].endswith(", 4 fois")
        days = [(thursday(week), "am") for week in (1, 2, 4)] + [(next_monday(), "pm")]
        monday, series = spoken(days)
        assert monday.startswith("lundi après-midi ")
        assert " sauf le " in series and series.endswith(", 3 fois")
    with translation.override("en"):
        assert "every Thursday morning from " in paragraph(weekly)


def test_several_skills_of_one_half_day_are_said_together(weekly):
    skill = make_skill("conduite")
    for slot in list(weekly.slots.all()):
        weekly.slots.create(day=slot.day, half=slot.half, skill=skill, headcount=1)
    with translation.override("fr"):
        ((who, days),) = by_people(lines_of(weekly.slots.select_related("skill").order_by("pk")))
    assert len(days) == 4
    assert who == f"1 personne pour « {skill} » et 2 personnes qui apprennent sur place, soit 3 en tout"


def test_the_host_and_the_cell_are_asked_near_the_end_and_nobody_else(desk, coordinator, weekly, partner):
    home = desk.get("/micro-mobilite/accueil/")
    assert list(home.context["ending"]) == []
    soon(weekly)
    home = desk.get("/micro-mobilite/accueil/")
    assert list(home.context["ending"]) == [weekly]
    assert f"{NEEDS}{weekly.pk}/renouveler/" in home.content.decode()
    waiting = signed_in(coordinator).get("/micro-mobilite/ce-qui-attend/series_ending/")
    assert weekly.title in waiting.content.decode()
    assert signed_in(coordinator).get(f"{NEEDS}{weekly.pk}/").context["renewal_due"]
    assert list(partner.get("/micro-mobilite/accueil/").context["ending"]) == []


def test_a_need_is_renewed_with_a_reason_kept_in_the_journal(desk, weekly):
    soon(weekly)
    where = f"{NEEDS}{weekly.pk}/renouveler/"
    until = (thursday(4) + 2 * WEEK).isoformat()
    assert desk.post(where, {"until": until, "reason": ""}).status_code == 422
    answer = desk.post(where, {"until": until, "reason": "La cuisine rouvre en janvier."})
    assert answer.url == f"{NEEDS}{weekly.pk}/"
    assert weekly.slots.count() == 6
    assert Entry.objects.get(verb="allocation.need_renewed").reason == "La cuisine rouvre en janvier."
    assert list(desk.get("/micro-mobilite/accueil/").context["ending"]) == []


def test_a_need_left_to_end_is_asked_about_no_more(desk, weekly):
    soon(weekly)
    assert desk.post(f"{NEEDS}{weekly.pk}/laisser-finir/").status_code == 302
    assert list(desk.get("/micro-mobilite/accueil/").context["ending"]) == []
    assert weekly.slots.count() == 4


def test_calling_one_half_day_off_reads_back_how_many_are_told(desk, weekly, agent):
    make_offer(agent)
    slot = weekly.slots.get(day=thursday(2))
    mission = make_assignment(slot, agent, state="confirmed")
    where = f"{NEEDS}{weekly.pk}/demi-journee/{slot.pk}/retirer/"
    assert desk.get(where).context["people"] == 1
    assert desk.post(where).status_code == 302
    mission.refresh_from_db()
    assert mission.state == "cancelled"
    page = desk.get(f"{NEEDS}{weekly.pk}/")
    assert [here.stopped for here in page.context["half_days"]] == [False, True, False, False]
    assert desk.get(where).status_code == 404
    row = desk.get("/micro-mobilite/accueil/").context["rows"][0]
    assert row.asked == 6


def test_a_mission_under_way_keeps_its_half_day(desk, weekly, agent):
    make_offer(agent)
    slot = weekly.slots.get(day=thursday(1))
    make_assignment(slot, agent, state="started")
    answer = desk.post(f"{NEEDS}{weekly.pk}/demi-journee/{slot.pk}/retirer/")
    assert answer.status_code == 422
    slot.refresh_from_db()
    assert slot.stopped_at is None


def test_a_draft_is_neither_renewed_nor_called_off(desk, town):
    need = make_need(town.hall, state="draft", place=town.site, days=[(thursday(1), "am"), (thursday(2), "am")])
    slot = need.slots.first()
    renewed = {"until": (thursday(2) + WEEK).isoformat(), "reason": "Encore."}
    assert desk.post(f"{NEEDS}{need.pk}/renouveler/", renewed).status_code == 422
    assert desk.post(f"{NEEDS}{need.pk}/laisser-finir/").status_code == 422
    assert desk.post(f"{NEEDS}{need.pk}/demi-journee/{slot.pk}/retirer/").status_code == 422


def test_renewing_and_calling_off_exist_for_the_host_and_the_cell_alone(weekly, member, partner, stranger, coordinator):
    slot = weekly.slots.first()
    paths = (f"{NEEDS}{weekly.pk}/renouveler/", f"{NEEDS}{weekly.pk}/demi-journee/{slot.pk}/retirer/")
    for path in paths:
        assert partner.get(path).status_code == 404
        assert partner.post(path, {"until": thursday(5).isoformat(), "reason": "x"}).status_code == 404
        assert member.get(path).status_code == 403
        assert stranger.get(path).status_code == 302
        assert signed_in(coordinator).get(path).status_code == 200
    assert partner.post(f"{NEEDS}{weekly.pk}/laisser-finir/").status_code == 404
    assert weekly.slots.count() == 4
