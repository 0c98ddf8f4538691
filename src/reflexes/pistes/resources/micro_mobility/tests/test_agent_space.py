"""My space: half-days, terms, wishes and skills, written by the person and read by nobody who appraises them."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_wish, next_monday
from reflexes.mechanisms.allocation.models import Offer, Wish
from reflexes.mechanisms.directory.factories import make_person, make_skill
from reflexes.mechanisms.directory.models import PersonSkill
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SPACE = "/micro-mobilite/mon-espace/"


def test_the_first_visit_shows_an_empty_space_and_writes_nothing(member, agent):
    assert member.get(SPACE).status_code == 200
    assert not Offer.objects.filter(person=agent).exists()


def test_half_days_ticked_are_kept_and_those_of_other_weeks_stay(member, agent):
    later = clock.today() + timedelta(days=60)
    make_offer(agent, free=[(later, "am")])
    monday = next_monday()
    answer = member.post(
        f"{SPACE}demi-journees/", {"du": clock.today().isoformat(), "half_days": [f"{monday.isoformat()}/am"]}
    )
    assert answer.status_code == 302
    assert set(agent.offer.half_days.values_list("day", "half")) == {(later, "am"), (monday, "am")}


def test_a_half_day_taken_by_a_mission_cannot_be_ticked_and_keeps_what_was_said(member, agent):
    make_offer(agent, free=[(next_monday(), "am")])
    make_assignment(make_need(days=[(next_monday(), "am")]).slots.get(), agent, state="confirmed")
    page = member.get(SPACE)
    assert b"disabled" in page.content
    member.post(f"{SPACE}demi-journees/", {"du": clock.today().isoformat(), "half_days": []})
    assert agent.offer.half_days.count() == 1


def test_a_half_day_of_nowhere_is_refused_with_a_sentence(member, agent):
    answer = member.post(f"{SPACE}demi-journees/", {"half_days": ["2026-13-45/noon"]})
    assert answer.status_code == 422
    assert not Offer.objects.filter(person=agent, half_days__isnull=False).exists()


def test_an_impossible_date_in_the_address_shows_this_fortnight(member):
    assert member.get(f"{SPACE}?du=never").context["first"] == member.get(SPACE).context["first"]
    assert member.get(f"{SPACE}?du=9999-01-01").status_code == 200


def test_terms_are_kept_and_at_most_two_kinds_are_chosen(member, agent):
    assert member.post(f"{SPACE}conditions/", {"weekly_cap": "2", "max_km": "7.5", "kinds": ["calls"], "active": "on"})
    assert (agent.offer.weekly_cap, agent.offer.max_km) == (2, 7.5)
    three = member.post(f"{SPACE}conditions/", {"weekly_cap": "2", "kinds": ["calls", "waste", "school"]})
    assert three.status_code == 422
    assert list(agent.offer.kinds.values_list("kind", flat=True)) == ["calls"]
    assert member.post(f"{SPACE}conditions/", {"weekly_cap": "99"}).status_code == 422


def test_a_limit_is_shown_with_a_lock_and_can_be_taken_back(member, agent):
    assert member.post(f"{SPACE}envies/", {"wish": "no_weekend:", "strength": "hard"}).status_code == 302
    wish = Wish.objects.get()
    assert wish.hard
    assert b"#lock" in member.get(SPACE).content
    assert member.post(f"{SPACE}envies/{wish.pk}/retirer/").status_code == 302
    assert not Wish.objects.exists()


def test_a_wish_that_is_not_in_the_list_is_refused(member):
    assert member.post(f"{SPACE}envies/", {"wish": "no_weekday:12", "strength": "hard"}).status_code == 422
    assert member.post(f"{SPACE}envies/", {"wish": "no_weekend:", "strength": "iron"}).status_code == 422
    assert not Wish.objects.exists()


def test_every_wish_offered_in_the_list_is_one_the_engine_can_read(member):
    from reflexes.engines.matching import Wish as WishRead
    from reflexes.engines.matching.wishes import check_wish
    from reflexes.pistes.resources.micro_mobility.views.agent_forms import wish_choices

    make_need()
    for _group, rows in wish_choices()[1:]:
        for key, _label in rows:
            kind, _colon, value = key.partition(":")
            check_wish(WishRead(kind, value))


def test_a_skill_is_said_once_and_taken_out(member, agent):
    skill = make_skill("cuisine")
    assert member.post(f"{SPACE}savoir-faire/", {"skill": skill.pk}).status_code == 302
    assert not PersonSkill.objects.get(person=agent).primary
    assert member.post(f"{SPACE}savoir-faire/", {"skill": skill.pk}).status_code == 422
    assert member.post(f"{SPACE}savoir-faire/{skill.pk}/retirer/").status_code == 302
    assert not PersonSkill.objects.filter(person=agent).exists()


def test_a_regulated_skill_waits_for_its_proof(member, agent):
    make_offer(agent)
    member.post(f"{SPACE}savoir-faire/", {"skill": make_skill("aide-soignant", regulated=True).pk, "primary": "on"})
    said = PersonSkill.objects.get(person=agent)
    assert said.primary and said.confirmed_by_id is None


def test_somebody_elses_wish_cannot_be_taken_back(member, agent):
    make_offer(agent)
    other = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    wish = make_wish(make_offer(other), "no_weekend")
    member.post(f"{SPACE}envies/{wish.pk}/retirer/")
    assert Wish.objects.filter(pk=wish.pk).exists()


def test_whoever_acts_otherwise_has_no_space_and_strangers_sign_in(manager, hr, partner, stranger):
    for client in (signed_in(manager), signed_in(hr), partner):
        assert client.get(SPACE).status_code == 403
        assert client.post(f"{SPACE}envies/", {"wish": "no_weekend:", "strength": "hard"}).status_code == 403
    assert stranger.get(SPACE).status_code == 302


def test_the_space_asks_the_same_number_of_questions_with_more_rows(member, agent, constant_queries):
    offer = make_offer(agent)
    make_wish(offer, "no_host", str(make_need().organisation_id))

    def grow():
        for number in range(3):
            make_wish(offer, "no_host", str(make_need().organisation_id))
            PersonSkill.objects.create(person=agent, skill=make_skill(f"s{number}"))

    constant_queries(member, SPACE, grow)
