"""Certificates and age block at every door, whatever anybody wishes; what is missing is told in numbers."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.engines import matching
from reflexes.mechanisms.allocation import ages, missing_words, reasons
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_plan,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Offer
from reflexes.mechanisms.allocation.services import adjusting, missions, offers, plans, waves
from reflexes.mechanisms.allocation.services.eligibility import protections
from reflexes.mechanisms.allocation.services.missing import Missing, missing_for, missing_for_all
from reflexes.mechanisms.allocation.services.problem import build
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from reflexes.mechanisms.directory.models import CertificateClaim, ParentalConsent, PersonSkill

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(town, agent):
    """Amina, whose certificate is confirmed until the day before the mission of ``care``."""
    skill = make_skill("aide-soignant", regulated=True)
    PersonSkill.objects.create(
        person=agent, skill=skill, confirmed_by=town.hall, expires_on=next_monday() - timedelta(days=1)
    )
    make_offer(agent)
    return agent


@pytest.fixture
def care(town):
    """A half-day that asks for the certificate."""
    return make_need(town.association, skill=make_skill("aide-soignant", regulated=True)).slots.get()


def renew(person) -> None:
    PersonSkill.objects.filter(person=person).update(expires_on=next_monday() + timedelta(days=30))


def a_minor(unit, years: int = 17, *, consent: bool = False):
    born = clock.today().replace(year=clock.today().year - years) - timedelta(days=1)
    young = make_person("Léa", role="volunteer", unit=unit, birth_date=born)
    make_offer(young)
    if consent:
        ParentalConsent.objects.create(person=young, given_by="Une mère", given_on=clock.today())
    return young


def codes(person, slot) -> list[str]:
    return [f"{one.code}:{one.params.get('state')}" for one in protections(person, slot)]


def test_a_certificate_that_ended_the_day_before_blocks_the_yes_and_says_what_to_do(nurse, care):
    mission = make_assignment(care, nurse)
    with pytest.raises(Refusal) as refused:
        missions.do_answer(actor=actor_for(nurse), assignment=mission, yes=True)
    assert refused.value.code == "blocked_certificate_expired"
    assert "aide soignant" in str(refused.value)
    assert "nouveau" in str(refused.value)
    mission.refresh_from_db()
    assert mission.state == "proposed"
    renew(nurse)
    assert missions.do_answer(actor=actor_for(nurse), assignment=mission, yes=True).state == "accepted"


def test_a_certificate_valid_on_its_last_day_still_opens_the_door(nurse, care):
    PersonSkill.objects.update(expires_on=care.day)
    assert protections(nurse, care) == ()


@pytest.mark.parametrize("state", ["released", "confirmed"])
def test_a_certificate_that_ends_after_the_yes_blocks_the_confirmation_and_the_start(nurse, care, host, state, town):
    mission = make_assignment(care, nurse, state=state, trained=True, safety_told=True)
    host_of = make_person("Paula", role="host", organisation=care.need.organisation)
    with pytest.raises(Refusal, match="nouveau à la cellule"):
        if state == "released":
            missions.do_confirm(actor=actor_for(host_of), assignment=mission)
        else:
            missions.do_start(
                actor=actor_for(host_of), assignment=mission, return_interview_at=clock.now() + timedelta(days=30)
            )
    mission.refresh_from_db()
    assert mission.state == state


def test_no_plan_no_hand_and_no_wave_passes_a_certificate(nurse, care, coordinator):
    renew(nurse)
    plan = make_plan(coordinator)
    plans.compute(plan.pk)
    assert plan.lines.get().person == nurse
    PersonSkill.objects.update(confirmed_by=None)
    assert [code for _line, code in waves.preview(plan).held_back] == ["certificate"]
    later = make_plan(coordinator)
    plans.compute(later.pk)
    assert not later.lines.exists()
    later.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        adjusting.do_add_line(actor=actor_for(coordinator), plan=later, person=nurse, slot=care)
    assert refused.value.code == "blocked_certificate"


def test_a_skill_that_is_not_regulated_asks_for_no_certificate(agent, town):
    slot = make_need(town.association, skill=make_skill("accueil")).slots.get()
    assert protections(agent, slot) == ()


def test_nobody_under_18_comes_without_a_written_consent_and_revoking_it_takes_effect_at_once(town, host):
    slot = make_need(town.hall).slots.get()
    lea = a_minor(town.home)
    assert codes(lea, slot) == ["age:consent"]
    consent = ParentalConsent.objects.create(person=lea, given_by="Une mère", given_on=clock.today())
    assert codes(lea, slot) == []
    mission = make_assignment(slot, lea, state="released")
    consent.revoked_at = clock.now()
    consent.save()
    with pytest.raises(Refusal, match="18 ans"):
        missions.do_confirm(actor=actor_for(host), assignment=mission)


def test_nobody_under_16_comes_at_all_nor_alone_nor_for_what_adults_do(town):
    assert codes(a_minor(town.home, 15, consent=True), make_need().slots.get()) == ["age:too_young"]
    lea = a_minor(town.home, consent=True)
    assert codes(lea, make_need(remote=True).slots.get()) == ["age:alone"]
    assert codes(lea, make_need(kind="waste").slots.get()) == ["age:adults_only"]
    assert codes(lea, make_need(minimum_age=18).slots.get()) == ["age:under"]


def test_an_unknown_date_of_birth_blocks_a_need_with_a_minimum_age_and_says_to_ask_for_it(agent):
    slot = make_need(minimum_age=18).slots.get()
    make_offer(agent)
    with pytest.raises(Refusal, match="date de naissance"):
        missions.do_answer(actor=actor_for(agent), assignment=make_assignment(slot, agent), yes=True)
    agent.birth_date = date(1990, 5, 1)
    assert codes(agent, slot) == []


def test_nobody_under_18_is_designated_nor_gives_more_than_the_table_of_ages(town):
    lea = a_minor(town.home, consent=True)
    need = make_need(town.association, days=half_days(6))
    first, same_day, second, _also, third, _last = need.slots.order_by("day", "half")
    designated = make_assignment(first, lea, mode=Assignment.Mode.DESIGNATED, authority="Maire", basis="Arrêté")
    with pytest.raises(Refusal, match="désigné"):
        missions.do_answer(actor=actor_for(lea), assignment=designated, yes=True)
    designated.delete()
    say_yes = lambda slot: missions.do_answer(actor=actor_for(lea), assignment=make_assignment(slot, lea), yes=True)  # noqa: E731
    say_yes(first)
    with pytest.raises(Refusal, match="2 demi-journées par semaine"):
        say_yes(same_day)
    say_yes(second)
    with pytest.raises(Refusal, match="2 demi-journées par semaine"):
        say_yes(third)


def test_a_plan_gives_a_minor_one_half_day_a_day_and_two_a_week_with_consent_only(town):
    lea = a_minor(town.home)
    make_need(town.association, days=half_days(8))
    blocked = make_plan()
    plans.compute(blocked.pk)
    assert not blocked.lines.exists()
    ParentalConsent.objects.create(person=lea, given_by="Une mère", given_on=clock.today())
    plan = make_plan()
    plans.compute(plan.pk)
    days = [line.slot.day for line in plan.lines.select_related("slot")]
    assert len(days) == len(set(days)) == ages.MINOR.a_week


def test_on_their_18th_birthday_a_person_is_planned_like_anybody(town):
    lea = a_minor(town.home)
    lea.birth_date = next_monday().replace(year=next_monday().year - 18)
    lea.save()
    (seen,) = build(make_plan()).people
    assert (seen.adult_on, seen.cap, seen.day_cap) == (next_monday(), 3, 2)


def test_what_is_missing_is_told_in_numbers_by_what_stops_people_first(nurse, care, town):
    skill = care.skill
    for name, fields, free in (
        ("Basile", {"confirmed_by": town.hall}, None),
        ("Chloé", {}, None),
        ("Driss", {"confirmed_by": town.hall}, []),
    ):
        one = make_person(name, role="agent", unit=town.home)
        held = PersonSkill.objects.create(person=one, skill=skill, **fields)
        make_offer(one, free=free)
        if name == "Chloé":
            CertificateClaim.objects.create(held=held, body="École de soins")
    PersonSkill.objects.create(person=make_person("Erwan", role="agent", unit=town.home), skill=skill)
    found = missing_for(care)
    assert (found.holders, found.offering, found.ready, found.claimed, found.places) == (5, 4, 1, 1, 1)
    assert found.stopped == {"certificate:expired": 1, "certificate:missing": 1, "not_free": 1}
    assert sum(found.stopped.values()) + found.ready == found.offering
    said = " ".join(missing_words.said(found))
    assert "Basile" not in said
    assert "5 personnes" in said


def test_the_youngest_age_is_said_as_this_instance_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ages, "YOUNGEST", 17)
    reason = matching.Reason("age", {"state": "too_young"})
    with translation.override("en"):
        assert reasons.sentence(reason, reasons.Names()) == (
            "Nobody is asked before 17, even with the consent of their parents."
        )
        assert missing_words.said(Missing(1, False, stopped={"age:too_young": 2}))[0] == "2 people are under 17."


def test_a_minimum_age_tells_how_many_are_too_young_or_did_not_say(town):
    need = make_need(town.association, minimum_age=18)
    a_minor(town.home)
    make_offer(make_person("Amina", role="agent", unit=town.home, birth_date=date(1990, 5, 1)))
    make_offer(make_person("Basile", role="agent", unit=town.home))
    found = missing_for(need.slots.select_related("need", "skill").get())
    assert (found.offering, found.ready) == (3, 1)
    assert found.stopped == {"age:under": 1, "age:unknown": 1}
    assert missing_for(make_need(town.association).slots.get()) is None


def test_asking_what_is_missing_of_many_half_days_asks_the_same_questions(nurse, town, django_assert_max_num_queries):
    need = make_need(town.association, days=half_days(10), skill=make_skill("aide-soignant", regulated=True))
    slots = list(need.slots.select_related("need__place", "skill"))
    with django_assert_max_num_queries(14):
        assert len(missing_for_all(slots)) == 10


def test_nobody_under_16_offers_their_time_and_anybody_may_close_their_offer(town):
    young = a_minor(town.home, 15)
    who = actor_for(young)
    with pytest.raises(Refusal, match="16 ans"):
        offers.do_set_half_days(actor=who, offer=young.offer, first=next_monday(), last=next_monday(), half_days=[])
    terms = {"weekly_cap": 2, "max_km": None, "kinds": ()}
    with pytest.raises(Refusal, match="16 ans"):
        offers.do_set_terms(actor=who, offer=young.offer, **terms)
    offers.do_set_terms(actor=who, offer=young.offer, **terms, active=False)
    assert not Offer.objects.get(pk=young.offer.pk).active
