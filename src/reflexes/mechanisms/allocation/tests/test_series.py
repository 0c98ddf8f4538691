"""Needs that come back each week: limit, renewal with a reason, one half-day called off alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_slot, next_monday
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.allocation.services import series
from reflexes.mechanisms.allocation.services.needs import (
    Asked,
    do_change_need,
    do_copy_need,
    do_open_need,
    forget_slot,
)
from reflexes.mechanisms.allocation.services.silences import waiting_on
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_skill
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@pytest.fixture
def host() -> Actor:
    return actor_for(make_person("Hugo", role="host", organisation=make_organisation(kind="association")))


@pytest.fixture
def cell() -> Actor:
    return actor_for(make_person("Rémi", role="coordinator"))


def thursdays(number: int) -> list[tuple]:
    return [(next_monday(week) + timedelta(days=3), "am") for week in range(1, number + 1)]


def weekly(host: Actor, weeks: int = 4, **fields) -> Need:
    """A need asked every Thursday morning, opened by its host."""
    organisation = Person.objects.get(pk=host.person_id).capacities.get().organisation
    need = make_need(organisation, state="draft", days=thursdays(weeks), **fields)
    asked = [Asked(slot.day, slot.half, slot.headcount, slot.skill_id) for slot in need.slots.all()]
    do_change_need(actor=host, need=need, version=1, fields={"returns_on": asked[-1].day + WEEK}, slots=asked[:1])
    need = do_change_need(actor=host, need=need, version=2, fields={}, slots=asked)
    return do_open_need(actor=host, need=need)


def volunteer(name: str = "Amina") -> Person:
    person = make_person(name, role="agent")
    make_offer(person)
    return person


def test_a_half_day_asked_is_repeated_every_week_until_a_date_and_no_further() -> None:
    first = next_monday()
    found = series.repeated([Asked(first, "am", 2), Asked(first + timedelta(days=1), "pm")], first + 2 * WEEK)
    assert [(one.day, one.half, one.headcount) for one in found] == [
        (first, "am", 2),
        (first + WEEK, "am", 2),
        (first + 2 * WEEK, "am", 2),
        (first + timedelta(days=1), "pm", 1),
        (first + timedelta(days=8), "pm", 1),
    ]


def test_two_weeks_are_no_series_three_are_and_the_end_is_asked_about_a_week_before(host: Actor) -> None:
    assert weekly(host, 2).renewal_due_at is None
    need = weekly(host, 3)
    last = thursdays(3)[-1][0]
    assert need.renewal_due_at is not None
    assert need.renewal_due_at.date() == last - limits.RENEWAL_NOTICE


def test_a_series_near_its_end_is_a_silence_until_somebody_answers(host: Actor, cell: Actor) -> None:
    need = weekly(host, 3)
    assert not waiting_on(cell, "series_ending").exists()
    assert need.renewal_due_at is not None
    with clock.shifted(need.renewal_due_at - clock.now() + timedelta(minutes=1)):
        assert list(waiting_on(cell, "series_ending")) == [need]
        series.do_let_end(actor=host, need=need)
        assert not waiting_on(cell, "series_ending").exists()
    assert Entry.objects.filter(verb="allocation.need_left_to_end", object_key=str(need.pk)).count() == 1


def test_renewing_asks_for_a_reason_has_a_limit_and_keeps_numbers_and_skills(host: Actor) -> None:
    skill = make_skill("conduite")
    need = weekly(host, 3)
    last = thursdays(3)[-1][0]
    make_slot(need, last, "am", skill=skill, headcount=2)
    before = need.returns_on
    for reason, until, code in (
        (" ", last + WEEK, "reason_missing"),
        ("Encore.", series.latest_end() + timedelta(days=1), "too_far"),
        ("Encore.", last + timedelta(days=6), "nothing_added"),
    ):
        with pytest.raises(Refusal) as refused:
            series.do_renew_need(actor=host, need=need, until=until, reason=reason)
        assert refused.value.code == code
    assert series.do_renew_need(actor=host, need=need, until=last + 2 * WEEK, reason="La cantine rouvre tard.") == 4
    added = need.slots.filter(day__gt=last).values_list("day", "headcount", "skill")
    assert set(added) == {
        (last + WEEK * week, count, key) for week in (1, 2) for count, key in ((1, None), (2, skill.pk))
    }
    assert need.returns_on == before + 2 * WEEK
    assert need.renewal_due_at.date() == last + 2 * WEEK - limits.RENEWAL_NOTICE
    assert Entry.objects.get(verb="allocation.need_renewed").reason == "La cantine rouvre tard."


def test_renewing_a_filled_need_opens_it_again(host: Actor) -> None:
    need = weekly(host, 3)
    for slot in need.slots.all():
        make_assignment(slot, volunteer(), state="confirmed")
    Need.objects.filter(pk=need.pk).update(state="filled")
    need.refresh_from_db()
    series.do_renew_need(actor=host, need=need, until=thursdays(4)[-1][0], reason="Encore une.")
    assert need.state == "open"


def test_one_half_day_of_a_series_is_called_off_alone_and_its_people_are_told(host: Actor) -> None:
    need = weekly(host, 4, headcount=3)
    day, half = thursdays(4)[1]
    slot, other = need.slots.get(day=day), need.slots.get(day=thursdays(4)[2][0])
    asked, coming = volunteer(), volunteer("Basile")
    missions = [
        make_assignment(slot, asked),
        make_assignment(slot, coming, state="confirmed"),
        make_assignment(other, coming, state="confirmed"),
    ]
    assert series.do_call_off_half_day(actor=host, need=need, day=day, half=half) == 2
    states = [type(one).objects.get(pk=one.pk).state for one in missions]
    assert states == ["cancelled", "cancelled", "confirmed"]
    told = [job.payload["assignment"] for job in Job.objects.filter(kind__endswith=".dropped")]
    assert sorted(told) == sorted(one.pk for one in missions[:2])
    fresh = Need.objects.get(pk=need.pk)
    assert [one.day for one in fresh.slots_asked] == [when for when, _half in thursdays(4) if when != day]
    slot.refresh_from_db()
    assert slot.stopped_at is not None
    assert slot.held == 0


def test_a_half_day_called_off_can_be_asked_for_again(host: Actor) -> None:
    need = weekly(host, 3)
    day, half = thursdays(3)[0]
    make_assignment(need.slots.get(day=day), volunteer())
    series.do_call_off_half_day(actor=host, need=need, day=day, half=half)
    need.refresh_from_db()
    slots = [Asked(when, "am", 2) for when, _half in thursdays(3)]
    do_change_need(actor=host, need=need, version=need.version, fields={}, slots=slots)
    again = need.slots.get(day=day)
    assert (again.headcount, again.stopped_at) == (2, None)


def test_nobody_is_sent_away_by_calling_off_and_the_last_half_day_stays(host: Actor) -> None:
    need = weekly(host, 3)
    day, half = thursdays(3)[0]
    make_assignment(need.slots.get(day=day), volunteer(), state="started")
    with pytest.raises(Refusal) as refused:
        series.do_call_off_half_day(actor=host, need=need, day=day, half=half)
    assert refused.value.code == "mission_begun"
    assert need.slots.get(day=day).stopped_at is None
    for when, other in thursdays(3)[1:]:
        series.do_call_off_half_day(actor=host, need=need, day=when, half=other)
    alone = weekly(host, 3)
    for when, other in thursdays(3)[1:]:
        series.do_call_off_half_day(actor=host, need=alone, day=when, half=other)
    with pytest.raises(Refusal) as refused:
        series.do_call_off_half_day(actor=host, need=alone, day=day, half=half)
    assert refused.value.code == "last_half_day"


def test_another_host_neither_renews_nor_ends_nor_calls_off(host: Actor) -> None:
    need = weekly(host, 3)
    partner = actor_for(make_person("Karim", role="host", organisation=make_organisation(kind="association")))
    day, half = thursdays(3)[0]
    with pytest.raises(PermissionDenied):
        series.do_renew_need(actor=partner, need=need, until=day + 4 * WEEK, reason="Encore.")
    with pytest.raises(PermissionDenied):
        series.do_let_end(actor=partner, need=need)
    with pytest.raises(PermissionDenied):
        series.do_call_off_half_day(actor=partner, need=need, day=day, half=half)


def test_taking_a_need_up_again_asks_for_its_last_week_next_week(host: Actor) -> None:
    skill = make_skill("conduite")
    need = weekly(host, 3)
    make_slot(need, thursdays(3)[-1][0], "pm", skill=skill, headcount=3, minimum_team=2)
    Need.objects.filter(pk=need.pk).update(state="closed")
    with clock.shifted(timedelta(weeks=10)):
        copy = do_copy_need(actor=host, need=Need.objects.get(pk=need.pk))
        day = next_monday() + timedelta(days=3)
        asked = list(copy.slots.values_list("day", "half", "headcount", "skill", "minimum_team"))
        assert asked == [(day, "am", 1, None, 0), (day, "pm", 3, skill.pk, 2)]
        assert copy.returns_on == day + WEEK
    assert copy.state == "draft"


def test_a_title_is_found_whatever_its_accents(host: Actor) -> None:
    need = weekly(host, 3, title="Écoute téléphonique")
    assert need.search == "ecoute telephonique"
    do_change_need(actor=host, need=need, version=need.version, fields={"title": "Été à l’Œuvre"})
    need.refresh_from_db()
    assert need.search == "ete a l’oeuvre"


def test_a_yes_said_meanwhile_is_never_lost_by_calling_off(host: Actor) -> None:
    need = weekly(host, 3)
    slot = need.slots.get(day=thursdays(3)[0][0])
    make_assignment(slot, volunteer(), state="accepted")
    with pytest.raises(Refusal) as refused:
        forget_slot(slot)
    assert refused.value.conflict
    slot.refresh_from_db()
    assert (slot.stopped_at, slot.held) == (None, 1)
