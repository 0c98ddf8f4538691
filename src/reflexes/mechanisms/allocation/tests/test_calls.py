"""The call list: whom to call when few can come, one person at a time, each call with its trace (P09 (12))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_wish,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Call, Offer, Slot
from reflexes.mechanisms.allocation.services import calls, silences, whom_to_call
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_unit
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db

MORNING = half_days(1)


class Town:
    """Two people of the cell, a service, a vital half-day."""

    def __init__(self) -> None:
        self.hall = make_organisation("Ville")
        self.unit = make_unit(self.hall, "Crèche")
        self.cell = actor_for(make_person("Rémi", role="coordinator", organisation=self.hall))
        self.other = actor_for(make_person("Claire", role="coordinator", organisation=self.hall))
        need = make_need(make_organisation("Épicerie", kind="association"), priority=3, headcount=2)
        self.slot = calls.access_slot(self.cell, need.slots.get().pk)

    def volunteer(self, name: str, **offer: object) -> Person:
        person = make_person(name, role="agent", unit=self.unit)
        make_offer(person, **offer)
        return person


@pytest.fixture
def town() -> Town:
    return Town()


def named(rows: list[calls.ToCall]) -> list[str]:
    return [row.offer.person.first_name for row in rows]


def test_p09_accept_12_the_call_list_names_those_not_asked_then_those_who_might_stretch(town: Town) -> None:
    lately, never = town.volunteer("Amina"), town.volunteer("Basile")
    Offer.objects.filter(person=lately).update(last_asked_at=clock.now())
    town.volunteer("Chloé", free=[])
    town.volunteer("Driss", free=[], wishes={"no_half": "am"})
    silent = town.volunteer("Elsa")
    make_assignment(town.slot, silent)
    said_no = town.volunteer("Farid")
    make_assignment(town.slot, said_no, state="declined")
    kept = town.volunteer("Gaëlle")
    make_assignment(town.slot, kept, state="reserve")
    found = calls.call_list(town.cell, town.slot)
    assert named(found.reserve) == ["Gaëlle"]
    assert named(found.free) == ["Basile", "Amina"]
    assert named(found.silent) == ["Elsa"]
    assert named(found.stretch) == ["Chloé"]
    assert found.stretch[0].obstacle is not None
    assert found.stretch[0].obstacle.code == "not_free"
    assert never.pk


def test_people_are_looked_at_a_few_at_a_time_in_the_order_they_should_be_called(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ago = clock.now() - timedelta(days=30)
    far = (town.slot.need.place.latitude + 0.5, town.slot.need.place.longitude)  # some 55 km to the north
    for number in range(9):
        offered = {"free": [] if number % 3 == 1 else MORNING, "max_km": 10 if number % 3 == 2 else None}
        person = town.volunteer(f"{number}", **offered)
        Offer.objects.filter(person=person).update(last_asked_at=ago - timedelta(days=number))
        Person.objects.filter(pk=person.pk).update(latitude=far[0], longitude=far[1])
    both = town.volunteer("ni libre ni proche", free=[], max_km=10)
    Person.objects.filter(pk=both.pk).update(latitude=far[0], longitude=far[1])
    whole = calls.call_list(town.cell, town.slot)
    assert named(whole.free) == ["6", "3", "0"]
    assert named(whole.stretch) == ["8", "7", "5", "4", "2", "1"]
    assert [one.obstacle.code for one in whole.stretch if one.obstacle] == ["distance", "not_free"] * 3
    assert not whole.more
    for name, few in (("READ", 2), ("TOGETHER", 1)):
        monkeypatch.setattr(whom_to_call, name, few)
        assert calls.call_list(town.cell, town.slot) == whole
    monkeypatch.setattr(calls, "SHOWN", 2)
    few_shown = calls.call_list(town.cell, town.slot)
    assert (named(few_shown.free), named(few_shown.stretch), few_shown.more) == (["6", "3"], ["8", "7"], True)


def test_p09_accept_12_a_yes_by_telephone_is_the_same_yes_with_who_when_and_how(town: Town) -> None:
    amina = town.volunteer("Amina")
    call = calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    calls.do_end_call(actor=town.cell, call=call, outcome="yes")
    mission = Assignment.objects.get(person=amina)
    assert (mission.state, mission.mode) == ("accepted", "volunteer")
    town.slot.refresh_from_db()
    assert town.slot.held == 1
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"allocation.call_taken", "allocation.accepted", "allocation.answer_written", "allocation.call_yes"} <= verbs
    written = Entry.objects.get(verb="allocation.answer_written")
    assert written.params["channel"] == "phone"
    assert Entry.objects.get(verb="allocation.call_yes").params == {"person": str(amina.key)}


def test_p09_accept_12_a_no_by_telephone_ends_the_calls_for_that_need(town: Town) -> None:
    amina = town.volunteer("Amina")
    call = calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    calls.do_end_call(actor=town.cell, call=call, outcome="no")
    assert Assignment.objects.get(person=amina).state == "declined"
    assert named(calls.call_list(town.cell, town.slot).free) == []
    with pytest.raises(Refusal) as refused:
        calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    assert refused.value.code == "not_to_call"


def test_p09_accept_12_two_people_of_the_cell_never_call_the_same_person_at_once(town: Town) -> None:
    amina = town.volunteer("Amina")
    call = calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    assert calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina).pk == call.pk
    with pytest.raises(Refusal) as refused:
        calls.do_claim_call(actor=town.other, slot=town.slot, person=amina)
    assert refused.value.conflict
    assert "Rémi" in str(refused.value)
    (row,) = calls.call_list(town.other, town.slot).free
    assert row.being_called
    with clock.travelling(clock.now() + limits.CALL_KEPT + timedelta(minutes=1)):
        taken = calls.do_claim_call(actor=town.other, slot=town.slot, person=amina)
        assert taken.made_by_id == town.other.person_id
        with pytest.raises(Refusal):
            calls.do_end_call(actor=town.cell, call=call, outcome="yes")
    assert not Assignment.objects.exists()


def test_a_person_called_today_about_something_else_is_marked(town: Town) -> None:
    amina = town.volunteer("Amina")
    other = calls.access_slot(town.cell, make_need(days=half_days(3)[2:], priority=3).slots.get().pk)
    call = calls.do_claim_call(actor=town.other, slot=other, person=amina)
    calls.do_end_call(actor=town.other, call=call, outcome="no_answer")
    (row,) = calls.call_list(town.cell, town.slot).free
    assert row.last is not None
    assert (row.last.outcome, row.last.made_by_id) == ("no_answer", town.other.person_id)
    assert Offer.objects.get(person=amina).last_asked_at is None


def test_a_call_to_make_again_comes_back_among_the_silences_at_its_time(town: Town) -> None:
    amina = town.volunteer("Amina")
    call = calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    for missing in (None, clock.now() - timedelta(hours=1)):
        with pytest.raises(Refusal) as refused:
            calls.do_end_call(actor=town.cell, call=call, outcome="later", call_back_at=missing)
        assert refused.value.code == "call_back_missing"
    at = clock.now() + timedelta(hours=3)
    calls.do_end_call(actor=town.cell, call=call, outcome="later", call_back_at=at)
    assert not calls.calls_due(None).exists()
    with clock.travelling(at + timedelta(minutes=1)):
        assert [one.person_id for one in silences.waiting_on(town.cell, "calls_due")] == [amina.pk]
        again = calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
        calls.do_end_call(actor=town.cell, call=again, outcome="no_answer")
        assert not calls.calls_due(None).exists()


def test_somebody_who_stretches_comes_by_their_own_yes_and_a_hard_wish_is_never_called_about(town: Town) -> None:
    chloe, driss = town.volunteer("Chloé", free=[]), town.volunteer("Driss")
    make_wish(driss.offer, "no_half", "am")
    call = calls.do_claim_call(actor=town.cell, slot=town.slot, person=chloe)
    calls.do_end_call(actor=town.cell, call=call, outcome="yes")
    assert Assignment.objects.get(person=chloe).state == "accepted"
    with pytest.raises(Refusal) as refused:
        calls.do_claim_call(actor=town.cell, slot=town.slot, person=driss)
    assert refused.value.code == "not_to_call"


def test_a_yes_that_a_limit_refuses_leaves_the_call_open_and_writes_nothing(town: Town) -> None:
    amina = town.volunteer("Amina", weekly_cap=1, free=half_days(4))
    call = calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    elsewhere = make_need(days=half_days(2)[1:]).slots.get()
    make_assignment(elsewhere, amina, state="accepted")
    with pytest.raises(Refusal):
        calls.do_end_call(actor=town.cell, call=call, outcome="yes")
    call.refresh_from_db()
    assert call.outcome == Call.Outcome.OPEN
    assert not Assignment.objects.filter(slot=town.slot).exists()


def test_a_yes_by_telephone_from_the_reserve_takes_the_free_place(town: Town) -> None:
    amina = town.volunteer("Amina")
    make_assignment(town.slot, amina, state="reserve")
    call = calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    calls.do_end_call(actor=town.cell, call=call, outcome="yes")
    assert Assignment.objects.get(person=amina).state == "accepted"


def test_calls_belong_to_the_cell_and_a_half_day_gone_by_is_not_called_for(town: Town) -> None:
    amina = town.volunteer("Amina")
    host = actor_for(make_person("Hugo", role="host", organisation=town.hall))
    for nobody in (Actor(), host, actor_for(make_person("Maud", role="manager", unit=town.unit))):
        with pytest.raises(Http404):
            calls.access_slot(nobody, town.slot.pk)
        with pytest.raises(PermissionDenied):
            calls.do_claim_call(actor=nobody, slot=town.slot, person=amina)
    with clock.travelling(clock.now() + timedelta(weeks=3)), pytest.raises(Refusal) as refused:
        calls.do_claim_call(actor=town.cell, slot=town.slot, person=amina)
    assert refused.value.code == "half_day_begun"


def test_the_list_reads_the_database_a_constant_number_of_times(
    town: Town, django_assert_max_num_queries: object
) -> None:
    for number in range(10):
        town.volunteer(f"Agent {number}", free=[] if number % 2 else MORNING)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        found = calls.call_list(town.cell, town.slot)
    assert len(found.free) == len(found.stretch) == 5
    assert Slot.objects.get().day == next_monday()
