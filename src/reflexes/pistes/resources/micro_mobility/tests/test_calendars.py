"""Calendars by secret address: parsed back as a calendar program would, and never anybody in them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment, CalendarFeed
from reflexes.mechanisms.allocation.services.missions import do_answer, do_drop
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_place
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/micro-mobilite/agenda/"


def address_of(client):
    """Make an address and return its path, as the page shows it this once."""
    answer = client.post(f"{PAGE}adresse/")
    assert answer.status_code == 200
    return "/" + answer.context["address"].split("/", 3)[3]


def events(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")


@pytest.fixture
def mission(agent, town):
    make_offer(agent, weekly_cap=10)
    need = make_need(town.association, place=make_place(town.association, "Épicerie"), days=[(next_monday(), "pm")])
    return make_assignment(need.slots.get(), agent, state="confirmed")


def test_my_missions_are_read_by_whoever_holds_the_secret_address(member, stranger, mission):
    (event,) = events(stranger.get(address_of(member)))
    starts = event.decoded("dtstart").astimezone(ZoneInfo("Europe/Paris"))
    assert (starts.date(), starts.hour) == (next_monday(), 13)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=4)
    assert event["status"] == "CONFIRMED"
    assert "Épicerie" in event["location"]
    assert event["url"].endswith(f"/micro-mobilite/missions/{mission.pk}/")


def test_the_calendar_holds_nobody_nor_any_number_nor_what_is_needed_of_the_body(member, stranger, mission, agent):
    need = mission.slot.need
    need.constraints = "Port de charges, masque."
    need.save()
    told = stranger.get(address_of(member)).content.decode()
    for secret in (
        agent.last_name,
        agent.first_name,
        str(need.mentor),
        str(need.contact),
        agent.phone,
        "masque",
        need.title,
    ):
        assert secret and secret not in told


def test_the_file_keeps_to_the_form_of_calendars(member, stranger, mission):
    lines = stranger.get(address_of(member)).content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2] == b"END:VCALENDAR" and lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"VERSION:2.0" in lines and any(line.startswith(b"PRODID:") for line in lines)


def test_a_wrong_address_leads_nowhere(member, stranger, mission):
    address = address_of(member)
    for wrong in ("x.ics", address.rsplit("/", 1)[1][:-6] + "x.ics", "%00.ics", "é.ics"):
        assert stranger.get(f"{PAGE}{wrong}").status_code == 404


def test_only_the_digest_is_kept_and_the_address_is_shown_once(member, mission):
    token = address_of(member).rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in str(CalendarFeed.objects.values_list())
    assert token not in member.get(PAGE).content.decode()


def test_a_new_address_stops_the_old_one_and_a_withdrawn_one_shows_nothing(member, stranger, mission):
    first = address_of(member)
    second = address_of(member)
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert member.post(f"{PAGE}retirer/").status_code == 302
    assert stranger.get(second).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 0


def test_a_mission_called_off_is_crossed_out_and_replaces_its_copy(member, stranger, agent, mission):
    address = address_of(member)
    asked = make_assignment(make_need(days=[(next_monday(2), "am")]).slots.get(), agent)
    do_answer(actor=actor_for(agent), assignment=asked, yes=True)
    before = {event["uid"]: event for event in events(stranger.get(address))}
    with clock.shifted(timedelta(minutes=5)):
        do_drop(actor=actor_for(agent), assignment=asked, motive="agent")
    after = {event["uid"]: event for event in events(stranger.get(address))}
    uid = f"mission-{asked.pk}@"
    (key,) = [key for key in after if key.startswith(uid)]
    assert (before[key]["status"], after[key]["status"]) == ("TENTATIVE", "CANCELLED")
    assert after[key]["sequence"] > before[key]["sequence"]


def test_a_proposal_or_a_no_never_enters_the_calendar(member, stranger, agent):
    make_offer(agent)
    for weeks, state in ((1, "proposed"), (2, "declined"), (3, "expired")):
        make_assignment(make_need(days=[(next_monday(weeks), "am")]).slots.get(), agent, state=state)
    assert events(stranger.get(address_of(member))) == []


def test_a_drill_never_enters_a_calendar_and_has_none(member, stranger, agent, mission):
    drill = Exercise.objects.create(name="Crue", plays_at=clock.now())
    address = address_of(member)
    make_assignment(make_need(days=[(next_monday(2), "am")]).slots.get(), agent, state="confirmed", exercise=drill)
    assert len(events(stranger.get(address))) == 1
    session = member.session
    session["exercise"] = drill.pk
    session.save()
    assert member.post(f"{PAGE}adresse/").status_code == 409
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


def test_whoever_was_erased_or_left_has_no_calendar_any_more(member, stranger, agent, mission):
    address = address_of(member)
    agent.capacities.update(ends_on=clock.today() - timedelta(days=1))
    assert stranger.get(address).status_code == 404


def test_a_host_reads_how_many_people_arrive_and_never_who(partner, partner_host, stranger, agent, mission):
    other = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    make_offer(other)
    slot = mission.slot
    type(slot).objects.filter(pk=slot.pk).update(headcount=3)
    make_assignment(slot, other, state="confirmed")
    answer = stranger.get(address_of(partner))
    (event,) = events(answer)
    assert event["summary"].startswith("2 personnes attendues")
    assert "Amina" not in answer.content.decode() and "Basile" not in answer.content.decode()
    Assignment.objects.update(state="excused")
    feed = CalendarFeed.objects.get(organisation=partner_host.capacities.get().organisation)
    assert feed.person == partner_host


def test_a_host_that_expects_nobody_any_more_sees_it_crossed_out(partner, stranger, mission):
    address = address_of(partner)
    mission.mentor = mission.slot.need.mentor
    mission.state = "excused"
    mission.save()
    (event,) = events(stranger.get(address))
    assert event["status"] == "CANCELLED"


def test_one_mission_goes_to_the_telephone_as_a_file(member, mission, agent, stranger):
    answer = member.get(reverse("micro_mobility:mission_calendar", args=[mission.pk]))
    (event,) = events(answer)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert event["uid"].startswith(f"mission-{mission.pk}@")
    asked = make_assignment(make_need(days=[(next_monday(2), "am")]).slots.get(), agent)
    assert member.get(reverse("micro_mobility:mission_calendar", args=[asked.pk])).status_code == 404
    other = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    assert signed_in(other).get(reverse("micro_mobility:mission_calendar", args=[mission.pk])).status_code == 404


def test_other_roles_have_no_calendar(manager, hr, coordinator, stranger):
    for person in (manager, hr, coordinator):
        assert signed_in(person).get(PAGE).status_code == 403
        assert signed_in(person).post(f"{PAGE}adresse/").status_code == 403
    assert stranger.get(PAGE).status_code == 302


def test_a_long_calendar_asks_no_more_questions(member, stranger, agent, mission, constant_queries):
    address = address_of(member)

    def grow():
        for weeks in (3, 4, 5):
            make_assignment(make_need(days=[(next_monday(weeks), "am")]).slots.get(), agent, state="confirmed")

    constant_queries(stranger, address, grow)
