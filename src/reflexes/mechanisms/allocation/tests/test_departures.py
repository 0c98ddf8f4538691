"""People leave and come back: what they were to do is given back, what only served is deleted, nothing hangs on one."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock
from reflexes.core.accounts.models import User
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_plan,
    make_wave,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Departure, FreeHalfDay, Offer
from reflexes.mechanisms.allocation.services import consents, departures, handover, missions
from reflexes.mechanisms.allocation.services.problem import build
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import capacities_of
from reflexes.mechanisms.directory.factories import actor_for, make_capacity, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import Capacity, ParentalConsent, Person, PersonSkill

pytestmark = pytest.mark.django_db


@pytest.fixture
def missions_of(agent, town):
    """Amina, with a proposal, two yes and a confirmed mission next week; the last day is Tuesday."""
    make_offer(agent, weekly_cap=10)
    slots = make_need(town.association, days=half_days(8)).slots.order_by("day", "half")
    states = ("confirmed", "proposed", "accepted", "released", "stand_in")
    return [make_assignment(slot, agent, state=state) for slot, state in zip(slots[3:8], states, strict=True)]


def leave(actor_person, person, last_day, role="") -> Departure:
    held = person.capacities.get(role=role) if role else person.capacities.get()
    return departures.do_leave(actor=actor_for(actor_person), capacity=held, last_day=last_day)


def states_of(rows) -> list[str]:
    return [Assignment.objects.get(pk=one.pk).state for one in rows]


def travel(monkeypatch, days: int) -> None:
    """Look at the house in ``days`` days."""
    today, now = clock.today() + timedelta(days=days), clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "today", lambda: today)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_leaving_gives_back_what_comes_after_the_last_day_and_nothing_before(agent, missions_of):
    tuesday = next_monday() + timedelta(days=1)
    leave(agent, agent, tuesday)
    assert states_of(missions_of) == ["confirmed", "cancelled", "excused", "excused", "excused"]
    kept = missions_of[0].slot
    kept.refresh_from_db()
    assert kept.held == 1
    for one in missions_of[1:]:
        one.slot.refresh_from_db()
        assert one.slot.held == 0
    told = Job.objects.filter(kind__endswith=".dropped")
    assert told.count() == 4


def test_the_person_is_told_what_becomes_of_what_is_known_with_dates(agent, missions_of):
    leave(agent, agent, clock.today())
    body = Message.objects.get(person_key=agent.key).body
    for day in (limits.WAY_BACK, limits.RECORD_KEPT):
        assert str((clock.today() + day).year) in body
    assert "relevé" in body
    agent.offer.refresh_from_db()
    assert not agent.offer.active


def test_nobody_is_planned_nor_says_yes_past_their_last_day(agent, missions_of, town):
    monday = next_monday()
    leave(agent, agent, monday)
    (seen,) = build(make_plan()).people
    assert {one[:10] for one in seen.half_days} <= {monday.isoformat()}
    late = make_assignment(make_need(town.association, days=[(monday + timedelta(days=3), "am")]).slots.get(), agent)
    with pytest.raises(Refusal) as refused:
        missions.do_answer(actor=actor_for(agent), assignment=late, yes=True)
    assert refused.value.code == "blocked_left"


@pytest.mark.parametrize(("days", "code"), [(-1, "day_past"), (800, "day_far")])
def test_an_impossible_last_day_has_its_sentence(agent, days, code):
    with pytest.raises(Refusal) as refused:
        leave(agent, agent, clock.today() + timedelta(days=days))
    assert refused.value.code == code
    assert not Departure.objects.exists()


def test_a_last_day_is_said_once_by_the_person_the_cell_or_the_administrator(
    agent, coordinator, administrator, manager, hr, partner_host
):
    for other in (manager, hr, partner_host):
        with pytest.raises(PermissionDenied):
            leave(other, agent, clock.today())
        with pytest.raises(Http404):
            departures.access_capacity(actor_for(other), agent.capacities.get().pk)
    leave(coordinator, agent, clock.today())
    with pytest.raises(Refusal) as refused:
        leave(administrator, agent, clock.today())
    assert refused.value.conflict


def test_the_account_closes_the_day_after_and_a_way_back_opens_everything_again(agent, missions_of, monkeypatch):
    departure = leave(agent, agent, clock.today())
    assert departures.close_departed() == 0
    travel(monkeypatch, 1)
    assert departures.close_departed() == 1
    assert departures.close_departed() == 0
    agent.user.refresh_from_db()
    assert not agent.user.is_active
    assert not capacities_of(agent).exists()
    departure.refresh_from_db()
    departures.do_stay(actor=actor_for(make_person("Claire", role=roles.COORDINATOR)), departure=departure)
    agent.user.refresh_from_db()
    agent.offer.refresh_from_db()
    assert (agent.user.is_active, agent.offer.active, agent.capacities.get().ends_on) == (True, True, None)
    with pytest.raises(Refusal):
        departures.do_stay(actor=actor_for(make_person("Claire", role=roles.COORDINATOR)), departure=departure)


def test_somebody_who_keeps_another_capacity_keeps_their_account(agent, monkeypatch):
    make_capacity(agent, role=roles.VOLUNTEER)
    leave(agent, agent, clock.today(), role=roles.AGENT)
    travel(monkeypatch, 1)
    departures.close_departed()
    agent.user.refresh_from_db()
    assert agent.user.is_active


def test_what_only_served_is_deleted_then_the_record_is_erased_and_missions_keep_a_pseudonym(
    agent, missions_of, monkeypatch
):
    PersonSkill.objects.create(person=agent, skill=make_skill("accueil"))
    departure = leave(agent, agent, clock.today())
    travel(monkeypatch, limits.WAY_BACK.days + 1)
    departures.close_departed()
    assert departures.forget_departed() == 1
    assert departures.forget_departed() == 0
    assert not Offer.objects.filter(person=agent).exists()
    assert not FreeHalfDay.objects.exists()
    assert not agent.skills.exists()
    assert Person.objects.get(pk=agent.pk).last_name
    departure.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        departures.do_stay(actor=actor_for(make_person("Claire", role=roles.COORDINATOR)), departure=departure)
    assert refused.value.code == "too_late"
    travel(monkeypatch, limits.RECORD_KEPT.days)
    departures.forget_departed()
    gone = Person.objects.get(pk=agent.pk)
    assert (gone.last_name, gone.user_id) == ("", None)
    assert Assignment.objects.filter(person=agent).count() == len(missions_of)


def test_the_decisions_of_a_manager_who_left_go_to_the_unit_above_and_the_cell_sees_it(
    agent, manager, coordinator, town, monkeypatch
):
    above = make_unit(town.hall, "Direction de l'enfance")
    town.home.parent = above
    town.home.save()
    make_person("Diane", role=roles.MANAGER, unit=above)
    make_offer(agent)
    waiting = make_assignment(make_need(town.association).slots.get(), agent, state="accepted")
    leave(manager, manager, clock.today())
    assert not departures.services_without_manager(actor_for(coordinator)).exists()
    travel(monkeypatch, 1)
    departures.close_departed()
    assert Job.objects.filter(kind__endswith=".nudged", payload__assignment=waiting.pk).count() == 1
    assert [one.person for one in departures.services_without_manager(actor_for(coordinator))] == [manager]
    make_person("Noé", role=roles.MANAGER, unit=town.home)
    assert not departures.services_without_manager(actor_for(coordinator)).exists()


def test_what_leaving_would_do_is_read_before_it_is_done(agent, missions_of):
    read = departures.effects(agent.capacities.get(), next_monday() + timedelta(days=1))
    assert len(read.missions) == 4
    assert read.account_closes
    assert not Departure.objects.exists()


def test_the_last_of_the_cell_cannot_leave_it_empty_but_the_administrator_may_end_it(coordinator, administrator):
    with pytest.raises(Refusal) as refused:
        leave(coordinator, coordinator, clock.today())
    assert refused.value.code == "last_of_cell"
    leave(administrator, coordinator, clock.today())
    assert handover.members(actor_for(administrator)).get().ends_on == clock.today()


def test_a_successor_is_named_and_begins_at_once_so_that_both_meet(coordinator, agent):
    own = coordinator.capacities.get()
    written = handover.do_name_successor(actor=actor_for(coordinator), capacity=own, person=agent)
    assert written.successor == agent
    assert agent.capacities.get(role=roles.COORDINATOR).starts_on == clock.today()
    assert leave(coordinator, coordinator, clock.today()).last_day == clock.today()
    with pytest.raises(Refusal):
        handover.do_name_successor(actor=actor_for(coordinator), capacity=own, person=coordinator)


def test_the_note_is_kept_as_typed_and_read_by_the_cell_after_the_person_left(coordinator, agent, manager):
    own = coordinator.capacities.get()
    handover.do_write_note(actor=actor_for(coordinator), capacity=own, note="Appeler  Mme B.\nle lundi")
    colleague = make_person("Colin", role=roles.COORDINATOR)
    leave(coordinator, coordinator, clock.today())
    read = handover.access_member(actor_for(colleague), own.pk)
    assert read.handover.note == "Appeler  Mme B.\nle lundi"
    for other in (agent, manager):
        with pytest.raises(Http404):
            handover.access_member(actor_for(other), own.pk)


def test_what_is_in_hand_is_read_from_real_rows_and_drills_are_left_aside(coordinator, agent, town):
    from reflexes.mechanisms.crisis.factories import make_exercise

    plan = make_plan(coordinator, state="ready")
    sent = make_wave(make_plan(coordinator), sent_by=coordinator)
    make_assignment(make_need(town.association).slots.get(), agent, wave=sent)
    make_need(town.hall, state="draft", stated_by=coordinator)
    make_plan(coordinator, state="ready", exercise=make_exercise())
    found = handover.open_work(coordinator)
    assert ([one.pk for one in found.plans], [one.pk for one in found.waves], len(found.drafts)) == (
        [plan.pk],
        [sent.pk],
        1,
    )
    assert handover.open_work(agent).count == 0


def test_when_the_only_coordinator_s_account_is_gone_the_administrator_names_another_and_the_house_goes_on(
    coordinator, administrator, agent, town
):
    make_offer(agent)
    mission = make_assignment(make_need(town.association).slots.get(), agent)
    coordinator.capacities.all().delete()
    User.objects.filter(pk=coordinator.user_id).delete()
    assert missions.do_answer(actor=actor_for(agent), assignment=mission, yes=True).state == "accepted"
    named = make_person("Nour", role=roles.AGENT, unit=town.cell)
    assert not handover.members(actor_for(administrator)).exists()
    handover.do_name_coordinator(actor=actor_for(administrator), person=named, organisation_id=town.hall.pk)
    assert [one.person for one in handover.members(actor_for(administrator))] == [named]
    assert Capacity.objects.filter(role=roles.COORDINATOR).count() == 1


def a_minor(unit):
    born = clock.today() - timedelta(days=17 * 365)
    return make_person("Léa", role=roles.VOLUNTEER, unit=unit, birth_date=born)


def record_consent(coordinator, person, **fields):
    return consents.do_record_consent(
        actor=actor_for(coordinator),
        person=person,
        **{"given_by": "Mme Z", "tie": "parent", "paper": "form", "given_on": clock.today(), **fields},
    )


def test_a_consent_is_seen_by_the_cell_once_and_taken_back_by_the_young_person_at_once(coordinator, town):
    lea = a_minor(town.home)
    record_consent(coordinator, lea)
    with pytest.raises(Refusal):
        record_consent(coordinator, lea)
    mission = make_assignment(make_need(town.association).slots.get(), lea, state="confirmed")
    assert consents.do_revoke_consent(actor=actor_for(lea), person=lea) == 1
    mission.refresh_from_db()
    assert mission.state == "excused"
    assert ParentalConsent.objects.get().revoked_at
    with pytest.raises(Refusal):
        consents.do_revoke_consent(actor=actor_for(lea), person=lea)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"given_by": ""}, "given_by_missing"),
        ({"paper": "x"}, "paper_missing"),
        ({"given_on": 1}, "signed_later"),
        ({"given_on": -400}, "signed_long_ago"),
    ],
)
def test_an_impossible_consent_has_its_sentence(coordinator, town, fields, code):
    given = {name: clock.today() + timedelta(days=one) if isinstance(one, int) else one for name, one in fields.items()}
    with pytest.raises(Refusal) as refused:
        record_consent(coordinator, a_minor(town.home), **given)
    assert refused.value.code == code


def test_a_consent_for_an_adult_or_without_a_date_of_birth_is_refused(coordinator, agent, manager, town):
    for born, code in ((None, "birth_date_missing"), (date(1990, 1, 1), "adult")):
        agent.birth_date = born
        with pytest.raises(Refusal) as refused:
            record_consent(coordinator, agent)
        assert refused.value.code == code
    with pytest.raises(PermissionDenied):
        record_consent(manager, a_minor(town.home))


@pytest.mark.parametrize(("born", "code"), [(clock.today, "born_later"), (lambda: date(1850, 1, 1), "born_long_ago")])
def test_an_impossible_date_of_birth_has_its_sentence(coordinator, agent, born, code):
    with pytest.raises(Refusal) as refused:
        consents.do_set_birth_date(actor=actor_for(coordinator), person=agent, born=born())
    assert refused.value.code == code
