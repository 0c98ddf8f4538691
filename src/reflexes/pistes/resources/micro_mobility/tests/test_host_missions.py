"""Arrivals and missions as their host sees them: two contacts, boxes before starting, the paper with three questions."""

from datetime import timedelta
from decimal import Decimal

import pytest

from reflexes.core import clock
from reflexes.core.privacy.services import views_of
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Debrief
from reflexes.mechanisms.directory.factories import make_person
from reflexes.pistes.resources.micro_mobility.views.host_papers import mission_data, site_data
from tests.harness.cast import signed_in
from tests.harness.words import plain

pytestmark = pytest.mark.django_db
MISSIONS = "/micro-mobilite/missions/"


@pytest.fixture
def desk(host):
    return signed_in(host)


@pytest.fixture
def mission(town, agent):
    make_offer(agent)
    return make_assignment(make_need(town.hall, place=town.site).slots.get(), agent, state="released")


def act(desk, mission, verb, **said):
    return desk.post(f"{MISSIONS}{mission.pk}/accueil/{verb}/", said)


def booked(mission) -> dict[str, str]:
    return {"return_interview_at_0": (mission.day + timedelta(days=1)).isoformat(), "return_interview_at_1": "09:00"}


def test_a_mission_goes_from_the_hosts_yes_to_the_end_of_the_half_day(desk, mission):
    assert act(desk, mission, "confirmer").status_code == 302
    assert act(desk, mission, "preparer", trained="on", safety_told="on").status_code == 302
    assert act(desk, mission, "commencer", **booked(mission)).status_code == 302
    assert act(desk, mission, "terminer", hours="3.5").status_code == 302
    mission.refresh_from_db()
    assert (mission.state, mission.hours) == ("done", Decimal("3.5"))


def test_p09_accept_8_the_host_sees_both_contacts_of_each_mission(desk, mission):
    act(desk, mission, "confirmer")
    mission.refresh_from_db()
    page = desk.get(f"{MISSIONS}{mission.pk}/accueil/").content.decode()
    assert str(mission.host_contact) in page and str(mission.hr_contact) in page
    assert mission.host_contact != mission.hr_contact


def test_p09_accept_10_nobody_starts_before_both_boxes_are_ticked(desk, mission):
    act(desk, mission, "confirmer")
    act(desk, mission, "preparer", trained="on")
    answer = act(desk, mission, "commencer", **booked(mission))
    assert answer.status_code == 422
    mission.refresh_from_db()
    assert mission.state == "confirmed"


def test_the_return_interview_is_booked_when_the_mission_starts(desk, mission):
    act(desk, mission, "confirmer")
    act(desk, mission, "preparer", trained="on", safety_told="on")
    assert act(desk, mission, "commencer").status_code == 422
    early = {"return_interview_at_0": (mission.day - timedelta(days=1)).isoformat(), "return_interview_at_1": "09:00"}
    assert act(desk, mission, "commencer", **early).status_code == 422
    act(desk, mission, "commencer", **booked(mission))
    mission.refresh_from_db()
    assert mission.return_interview_at.date() == mission.day + timedelta(days=1)


def test_a_host_that_does_not_confirm_says_why(desk, mission):
    assert act(desk, mission, "decliner", reason=" ").status_code == 422
    assert act(desk, mission, "decliner", reason="Local fermé ce jour-là.").status_code == 302
    mission.refresh_from_db()
    assert mission.state == "turned_down"
    assert act(desk, mission, "confirmer").status_code == 409


@pytest.mark.parametrize(("excused", "state"), [("oui", "excused"), ("non", "no_show")])
def test_somebody_who_does_not_come_is_excused_or_not(desk, mission, excused, state):
    act(desk, mission, "confirmer")
    assert act(desk, mission, "absence", excused=excused).status_code == 302
    mission.refresh_from_db()
    assert mission.state == state


def test_a_host_may_stop_what_it_no_longer_needs(desk, mission):
    act(desk, mission, "confirmer")
    assert act(desk, mission, "arreter").status_code == 302
    mission.refresh_from_db()
    assert (mission.state, mission.drop_motive) == ("cancelled", "host")


def test_remarks_are_read_only_when_the_person_shares_them(desk, town, agent):
    shared, kept = (
        make_assignment(make_need(town.hall, days=[(next_monday(week), "am")]).slots.get(), agent, state="debriefed")
        for week in (1, 2)
    )
    Debrief.objects.create(assignment=shared, remarks="Rangez les gants.", share_remarks_with_host=True)
    Debrief.objects.create(assignment=kept, remarks="Entre nous.", share_remarks_with_host=False)
    assert "Rangez les gants." in desk.get(f"{MISSIONS}{shared.pk}/accueil/").content.decode()
    assert "Entre nous." not in desk.get(f"{MISSIONS}{kept.pk}/accueil/").content.decode()


def test_arrivals_come_half_day_by_half_day_and_late_ones_first(desk, town, agent, mission):
    with clock.shifted(timedelta(days=-20)):
        old = make_need(town.hall, days=[(clock.today(), "am")]).slots.get()
    make_assignment(old, make_person("Basile", role="agent", unit=town.home), state="started")
    page = desk.get("/micro-mobilite/arrivees/")
    assert [(day, late) for day, _half, late, *_rest in page.context["half_days"]] == [
        (old.day, True),
        (mission.day, False),
    ]
    assert len(desk.get("/micro-mobilite/arrivees/?state=released").context["half_days"]) == 1


def test_a_host_does_not_see_who_was_asked_or_said_no(desk, town, agent):
    need = make_need(town.hall, slots=3)
    for slot, state in zip(need.slots.all(), ("proposed", "declined", "accepted"), strict=True):
        hidden = make_assignment(slot, agent, state=state)
        assert desk.get(f"{MISSIONS}{hidden.pk}/accueil/").status_code == 404
    assert desk.get("/micro-mobilite/arrivees/").context["half_days"] == []


def test_missions_exist_for_their_host_and_the_cell(mission, member, partner, stranger, coordinator, manager):
    address = f"{MISSIONS}{mission.pk}/accueil/"
    assert partner.get(address).status_code == 404
    assert member.get(address).status_code == 403
    assert signed_in(manager).get(address).status_code == 403
    assert stranger.get(address).status_code == 302
    assert signed_in(coordinator).get(address).status_code == 200
    assert partner.post(f"{address}confirmer/").status_code == 404
    assert member.get("/micro-mobilite/arrivees/").status_code == 403


def test_reading_a_mission_is_written_in_the_record_of_who_read_what(desk, mission, agent):
    desk.get(f"{MISSIONS}{mission.pk}/accueil/")
    assert views_of(agent.key).get().what == "micro_mobility.mission"


def test_x8_the_three_questions_are_printed_on_each_mission(desk, mission, member, partner):
    data = mission_data(mission)
    assert len(data["questions"]) == 3
    labels = [words for _label, words in data["facts"]]
    assert any(str(mission.slot.need.mentor) in words for words in labels)
    paper = desk.get(f"{MISSIONS}{mission.pk}/feuille/")
    assert paper.headers["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert member.get(f"{MISSIONS}{mission.pk}/feuille/").status_code == 200
    assert partner.get(f"{MISSIONS}{mission.pk}/feuille/").status_code == 404


def test_the_sheet_of_a_site_names_who_is_expected_each_half_day(desk, town, mission, partner):
    found = Assignment.objects.select_related("person", "slot__need__mentor", "mentor")
    data = site_data(town.site, mission.day, list(found))
    assert [row[0] for row in data["half_days"][0]["rows"]] == [str(mission.person)]
    address = f"/micro-mobilite/lieux/{town.site.pk}/feuille/?semaine={mission.day.isoformat()}"
    assert desk.get(address).content.startswith(b"%PDF")
    assert partner.get(address).status_code == 404


def test_arrivals_ask_the_same_number_of_questions_with_more_rows(desk, town, mission, constant_queries):
    def grow():
        for number in range(4):
            person = make_person(f"P{number}", role="agent", unit=town.home)
            make_assignment(make_need(town.hall).slots.get(), person, state="confirmed")

    constant_queries(desk, "/micro-mobilite/arrivees/", grow)
    constant_queries(desk, f"{MISSIONS}{mission.pk}/accueil/", lambda: None)


def test_everybody_of_a_half_day_is_confirmed_in_one_gesture_and_only_those_who_were_read(desk, town):
    slot = make_need(town.hall, place=town.site, days=[(next_monday(), "am")], headcount=4).slots.get()
    read = [make_assignment(slot, person, state="released") for person in _three(town)]
    page = desk.get("/micro-mobilite/arrivees/").content.decode()
    assert "On les attend toutes les 3" in page
    came_since = make_assignment(slot, make_person("Zoé", role="agent"), state="released")
    answer = desk.post("/micro-mobilite/arrivees/confirmer/", {"mission": [one.pk for one in read] + ["x"]})
    assert answer["Location"] == "/micro-mobilite/arrivees/"
    assert {one.state for one in Assignment.objects.filter(pk__in=[one.pk for one in read])} == {"confirmed"}
    came_since.refresh_from_db()
    assert came_since.state == "released"
    assert "3 personnes savent que vous les attendez." in desk.get(answer["Location"]).content.decode()


def test_whoever_cannot_be_confirmed_is_named_and_holds_back_nobody(desk, town):
    slot = make_need(town.hall, place=town.site, days=[(next_monday(), "am")], headcount=2).slots.get()
    sure = make_assignment(slot, make_person("Ana", role="agent"), state="released")
    other = make_need(town.hall, place=town.site, days=[(next_monday(), "am")])
    other.mentor = None
    other.save()
    unsure = make_assignment(other.slots.get(), make_person("Bo", role="agent"), state="released")
    desk.post("/micro-mobilite/arrivees/confirmer/", {"mission": [sure.pk, unsure.pk]})
    sure.refresh_from_db()
    unsure.refresh_from_db()
    assert (sure.state, unsure.state) == ("confirmed", "released")
    assert f"{unsure.person} : " in plain(desk.get("/micro-mobilite/arrivees/").content.decode())


def test_a_host_elsewhere_confirms_nobody_here(partner, town):
    slot = make_need(town.hall, place=town.site, days=[(next_monday(), "am")]).slots.get()
    mission = make_assignment(slot, make_person("Ana", role="agent"), state="released")
    partner.post("/micro-mobilite/arrivees/confirmer/", {"mission": [mission.pk]})
    mission.refresh_from_db()
    assert mission.state == "released"


def _three(town):
    return [make_person(name, role="agent", unit=town.home) for name in ("Ana", "Bo", "Cy")]
