"""What waits for the participation officer shows with its age, and only to the officer who keeps it."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.urls import get_resolver, reverse

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_body,
    make_college,
    make_commitment,
    make_consultation,
    make_contribution,
    make_proposal,
    make_seat,
    make_session,
)
from reflexes.mechanisms.assembly.models import Body, Contribution, Expense, Milestone, Review, Seat
from reflexes.mechanisms.assembly.services.silences import SILENCES, WORDS, silences, waiting_on
from reflexes.mechanisms.assembly.tests.casting import Cast
from reflexes.mechanisms.assembly.views import waiting
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Organisation
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def codes(actor: Actor) -> dict[str, int]:
    return {one.code: one.count for one in silences(actor)}


def everything_waits(organisation: Organisation, *, exercise: Any = None, **of: str) -> None:
    """Make one of each silence in an organisation, a played one inside ``exercise``, for a ``piste`` if it is said."""
    day, now = clock.today(), clock.now()
    body = make_body(organisation, exercise=exercise, **of)
    make_seat(make_college(body), state=Seat.State.ASKED)
    past = make_session(body, starts_at=now - timedelta(days=9), exercise=exercise)
    Expense.objects.create(attendance=make_attendance(past, presence="there"), kind="travel", cents=420)
    make_attendance(make_session(body, exercise=exercise))
    door = make_consultation(organisation, body=body, exercise=exercise, **of)
    make_contribution(door, state=Contribution.State.WAITING)
    make_contribution(door, state=Contribution.State.HIDDEN, why_hidden="off", appeal="Pourquoi ?", appealed_at=now)
    make_proposal(body, answer_due_on=day - timedelta(days=5))
    answered = make_proposal(consultation=make_consultation(organisation, exercise=exercise, **of), state="adopted")
    promise = make_commitment(answered, due_on=day - timedelta(days=3))
    Milestone.objects.create(commitment=promise, words="Un essai", due_on=day - timedelta(days=2))
    Review.objects.create(proposal=answered, due_on=day, called_at=now)
    past_its_end = {"starts_on": day - timedelta(days=30), "ends_on": day - timedelta(days=1)}
    make_body(organisation, exercise=exercise, **past_its_end, **of)


def test_nothing_waits_in_a_quiet_town(cast: Cast) -> None:
    assert silences(cast.keeper) == []


def test_each_silence_shows_once_with_its_age_oldest_first(cast: Cast) -> None:
    everything_waits(cast.town)
    assert codes(cast.keeper) == dict.fromkeys(SILENCES, 1)
    found = silences(cast.keeper)
    assert [one.since for one in found] == sorted(one.since for one in found if one.since)
    assert found[0].code == "sessions_without_minutes"
    for code in SILENCES:
        (row,) = waiting_on(cast.keeper, code)
        assert row.since is not None


def test_a_partner_s_silences_are_its_own(cast: Cast) -> None:
    everything_waits(cast.town)
    assert silences(cast.partner) == []
    everything_waits(cast.association)
    assert codes(cast.partner) == dict.fromkeys(SILENCES, 1)
    assert codes(cast.keeper) == dict.fromkeys(SILENCES, 1)


def test_nobody_else_reads_them(cast: Cast) -> None:
    everything_waits(cast.town)
    for actor in [*(one for one in cast.others if one is not cast.partner), cast.member]:
        with pytest.raises(Http404):
            silences(actor)
        with pytest.raises(Http404):
            waiting_on(actor, "proposals_late")
    with pytest.raises(Http404):
        waiting_on(cast.keeper, "sign_ups")


def test_an_exercise_and_reality_never_mix(cast: Cast) -> None:
    exercise = make_exercise()
    officer = make_person("Flore", role=roles.FACILITATOR, organisation=cast.town)
    inside, outside = actor_for(officer, exercise_id=exercise.pk), actor_for(officer)
    everything_waits(cast.town)
    assert codes(inside) == {}
    everything_waits(cast.town, exercise=exercise)
    assert codes(inside) == dict.fromkeys(SILENCES, 1)
    assert codes(outside) == dict.fromkeys(SILENCES, 1)


def test_a_body_closed_by_a_person_waits_no_more(cast: Cast) -> None:
    everything_waits(cast.town)
    Body.objects.filter(ends_on__lt=clock.today()).update(state=Body.State.CLOSED)
    assert "bodies_past_their_end" not in codes(cast.keeper)


def test_a_stage_waits_no_more_once_its_promise_is_kept_or_dropped(cast: Cast) -> None:
    everything_waits(cast.town)
    everything_waits(cast.town)
    assert codes(cast.keeper)["milestones_late"] == 2
    kept, dropped = (one.commitment for one in Milestone.objects.order_by("pk"))
    kept.done_on = clock.today()
    kept.save()
    assert codes(cast.keeper)["milestones_late"] == 1
    dropped.dropped_on, dropped.why_dropped = clock.today(), "Le terrain est vendu."
    dropped.save()
    assert "milestones_late" not in codes(cast.keeper)


def test_the_number_of_questions_does_not_grow(cast: Cast, django_assert_num_queries: Any) -> None:
    for _count in range(3):
        everything_waits(cast.town)
    with django_assert_num_queries(len(SILENCES)):
        assert set(codes(cast.keeper).values()) == {3}
    for code in SILENCES:
        with django_assert_num_queries(1):
            assert len(waiting_on(cast.keeper, code)) == 3


def test_what_waits_in_a_piste_that_is_switched_off_has_no_line(town, facilitator):
    make_proposal(make_body(town.hall, piste="switched_off"), answer_due_on=clock.today() - timedelta(days=1))
    assert codes(actor_for(facilitator)) == {}


@pytest.fixture
def starts() -> list[str]:
    """Every page that says what waits: one for each piste that mounts it."""
    assert get_resolver().url_patterns, "Addresses are written down when they are read."
    return [entry.url_name for piste in registry.pistes() for entry in piste.menu if entry.shared == "waiting"]


def test_every_silence_has_its_words_its_readers_and_one_piste(starts):
    assert {name.split(":")[0] for name in starts} == waiting.MOUNTED.keys()
    known = [waiting.WORDS, *(sayings for _kinds, sayings in waiting.MOUNTED.values())]
    kinds = [WORDS, *(kinds for kinds, _sayings in waiting.MOUNTED.values())]
    assert [one.keys() for one in known] == [one.keys() for one in kinds]
    said = [code for one in known for code in one]
    assert len(said) == len(set(said))
    assert {group for one in kinds for group, _reader in one.values()} <= waiting.GROUPS.keys()


def test_the_page_is_the_same_from_every_piste_and_its_entry_of_the_menu_is_lit(starts, town, facilitator):
    desk = signed_in(facilitator)
    assert [desk.get(reverse(name)).context["groups"] for name in starts] == [[]] * len(starts)
    for name in starts:
        everything_waits(town.hall, piste=name.split(":")[0])
    said = []
    for name in starts:
        answer = desk.get(reverse(name))
        assert answer.text.count('aria-current="page"') == 1
        said.append([(str(group), line["sentence"]) for group, lines in answer.context["groups"] for line in lines])
        for _group, lines in answer.context["groups"]:
            for line in lines:
                rows = desk.get(line["href"])
                assert rows.text.count('aria-current="page"') == 1
                assert rows.context["back"] == reverse(name)
                assert len(rows.context["lines"]) == line["count"]
    assert len(said[0]) >= len(WORDS)
    assert all(one == said[0] for one in said)
    assert desk.get(reverse("home"))["Location"] == reverse(starts[0])


def test_each_row_leads_to_the_desk_of_its_piste(starts, town, facilitator):
    desk = signed_in(facilitator)
    slugs = [name.split(":")[0] for name in starts]
    for slug in slugs:
        everything_waits(town.hall, piste=slug)
    for code in WORDS:
        lines = desk.get(reverse(f"{slugs[0]}:keeper_silence", args=[code])).context["lines"]
        assert {get_resolver().resolve(address).namespace for _words, _since, address in lines} == set(slugs)


def test_a_piste_switched_off_takes_its_silences_away_and_leaves_the_page(starts, town, facilitator, monkeypatch):
    desk, every = signed_in(facilitator), registry.pistes()
    for off in starts:
        slug = off.split(":")[0]
        monkeypatch.setattr(registry, "pistes", lambda slug=slug: tuple(one for one in every if one.slug != slug))
        left = [name for name in starts if name != off]
        assert not left or desk.get(reverse("home"))["Location"] == reverse(left[0])
        for name in left:
            assert desk.get(reverse(name)).status_code == 200
            for code in waiting.MOUNTED[slug][0]:
                assert desk.get(reverse(f"{name.split(':')[0]}:keeper_silence", args=[code])).status_code == 404


def test_pages_ask_the_same_number_of_questions_however_much_waits(starts, town, facilitator, constant_queries):
    desk = signed_in(facilitator)

    def grow() -> None:
        for name in starts:
            everything_waits(town.hall, piste=name.split(":")[0])

    grow()
    for name in starts:
        constant_queries(desk, reverse(name), grow)
    for code in WORDS:
        constant_queries(desk, reverse(f"{starts[0].split(':')[0]}:keeper_silence", args=[code]), grow)
