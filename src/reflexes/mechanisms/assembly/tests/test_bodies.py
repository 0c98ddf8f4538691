"""No body opens without a mandate, an end and a named answerer (P01 (2)); none lasts by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.factories import make_body, make_college, make_proposal, make_seat, make_session
from reflexes.mechanisms.assembly.models import Body, College, Proposal, Seat
from reflexes.mechanisms.assembly.services import bodies
from reflexes.mechanisms.assembly.tests.casting import Cast, announced, refused, told
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def draft(cast: Cast) -> Body:
    piste = cast.body.piste
    return bodies.do_prepare_body(actor=cast.keeper, piste=piste, fields={"name": "Comité des marchés"})


def fields(cast: Cast, **other: object) -> dict[str, object]:
    return {
        "mandate": "Dire où rouvrir les marchés.",
        "end_condition": "Quand les marchés ont rouvert.",
        "ends_on": clock.today() + timedelta(days=100),
        "answerer": cast.answerer,
        **other,
    }


def test_a_body_without_mandate_end_and_answerer_does_not_open_and_all_is_told_at_once(cast: Cast, draft: Body) -> None:
    refusal = refused("body_incomplete", bodies.do_open_body, actor=cast.keeper, body=draft)
    for sentence in bodies.MISSING.values():
        assert str(sentence) in str(refusal)
    assert Body.objects.get(pk=draft.pk).state == Body.State.DRAFT
    assert announced("body_opened") == []


@pytest.mark.parametrize("code", bodies.MISSING)
def test_each_of_the_four_is_asked_for_by_its_own_sentence(cast: Cast, draft: Body, code: str) -> None:
    nothing = None if code in {"ends_on", "answerer"} else "  "
    bodies.do_change_body(actor=cast.keeper, body=draft, fields=fields(cast, **{code: nothing}))
    refusal = refused("body_incomplete", bodies.do_open_body, actor=cast.keeper, body=draft)
    assert str(refusal) == str(bodies.MISSING[code])


def test_the_database_itself_keeps_a_body_without_mandate_shut(draft: Body) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Body.objects.filter(pk=draft.pk).update(state=Body.State.OPEN)


def test_a_body_opens_once_and_its_piste_is_told(cast: Cast, draft: Body) -> None:
    bodies.do_change_body(actor=cast.keeper, body=draft, fields=fields(cast))
    bodies.do_open_body(actor=cast.keeper, body=draft)
    assert (draft.state, draft.starts_on) == (Body.State.OPEN, clock.today())
    assert announced("body_opened") == [{"body": draft.pk}]
    assert told("body_opened")[0].params == {"until": str(draft.ends_on)}
    refused("already_open", bodies.do_open_body, actor=cast.keeper, body=draft)


def test_an_answerer_who_left_answers_nothing(cast: Cast, draft: Body) -> None:
    gone = make_person("Gérard", erased_at=clock.now())
    bodies.do_change_body(actor=cast.keeper, body=draft, fields=fields(cast, answerer=gone))
    refusal = refused("body_incomplete", bodies.do_open_body, actor=cast.keeper, body=draft)
    assert str(refusal) == str(bodies.MISSING["answerer"])


def test_two_bodies_of_one_name_have_two_addresses(cast: Cast, draft: Body) -> None:
    again = bodies.do_prepare_body(actor=cast.keeper, piste=draft.piste, fields={"name": "Comité des marchés"})
    assert {draft.slug, again.slug} == {"comite-des-marches", "comite-des-marches-2"}


def test_a_body_of_a_piste_that_is_switched_off_is_refused(cast: Cast) -> None:
    refused("piste_unknown", bodies.do_prepare_body, actor=cast.keeper, piste="nothing", fields={"name": "Comité"})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"starts_on": clock.today(), "ends_on": clock.today() - timedelta(days=1)}, "ends_before"),
        ({"answer_days": 0}, "answer_days"),
        ({"per_session": 0}, "per_session"),
    ],
)
def test_a_slip_is_told_in_one_sentence(cast: Cast, draft: Body, wrong: dict[str, object], code: str) -> None:
    refused(code, bodies.do_change_body, actor=cast.keeper, body=draft, fields=wrong)


def test_what_people_sat_down_for_changes_with_a_reason_only(cast: Cast) -> None:
    later = clock.today() + timedelta(days=300)
    refused("reason_missing", bodies.do_change_body, actor=cast.keeper, body=cast.body, fields={"ends_on": later})
    refused("missing_mandate", bodies.do_change_body, actor=cast.keeper, body=cast.body, fields={"mandate": " "})
    bodies.do_change_body(actor=cast.keeper, body=cast.body, fields={"name": "Comité des halles"})
    bodies.do_change_body(actor=cast.keeper, body=cast.body, fields={"ends_on": later}, reason="Les marchés tardent.")
    assert cast.body.ends_on == later
    assert Seat.objects.get(pk=cast.seat.pk).ends_on == later
    assert announced("body_end_moved") == [{"body": cast.body.pk}]
    assert (told("body_changed")[-1].reason, told("body_changed")[-1].params) == (
        "Les marchés tardent.",
        {"fields": ["ends_on"]},
    )


def test_a_body_past_its_end_is_shown_as_such_until_a_person_closes_it(cast: Cast) -> None:
    assert not bodies.past_their_end().exists()
    with clock.travelling(clock.now() + timedelta(days=200)):
        assert bodies.is_past_its_end(cast.body)
        assert list(bodies.past_their_end()) == [cast.body]
        bodies.do_close_body(actor=cast.keeper, body=cast.body, words="Les marchés ont rouvert.")
        assert not bodies.past_their_end().exists()
    assert cast.body.closing_words == "Les marchés ont rouvert."


def test_closing_says_what_became_of_it_and_leaves_no_session_and_no_seat_behind(cast: Cast) -> None:
    session = make_session(cast.body)
    refused("closing_words_missing", bodies.do_close_body, actor=cast.keeper, body=cast.body, words=" ")
    refused("sessions_to_come", bodies.do_close_body, actor=cast.keeper, body=cast.body, words="Fini.")
    session.delete()
    bodies.do_close_body(actor=cast.keeper, body=cast.body, words="Fini.")
    assert Seat.objects.get(pk=cast.seat.pk).state == Seat.State.ENDED
    refused("not_open", bodies.do_close_body, actor=cast.keeper, body=cast.body, words="Fini.")
    refused("closed", bodies.do_change_body, actor=cast.keeper, body=cast.body, fields={"name": "Autre"})


def test_a_proposal_left_open_by_a_closed_body_still_has_its_answerer(cast: Cast) -> None:
    proposal = make_proposal(cast.body)
    bodies.do_close_body(actor=cast.keeper, body=cast.body, words="Fini.")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answerer) == (Proposal.State.RECEIVED, cast.answerer)
    assert perms.can_answer(actor_for(cast.answerer), proposal)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "college_name"),
        ({"by": "luck"}, "college_by"),
        ({"seats": 0}, "college_seats"),
        ({"parts": 9}, "college_parts"),
        ({"parts": 3}, "college_rhythm"),
        ({"name": "Habitants"}, "college_known"),
    ],
)
def test_a_college_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, object], code: str) -> None:
    whole = {"name": "Élus", "by": College.By.ELECTION, "seats": 4, **wrong}
    refused(code, bodies.do_write_college, actor=cast.keeper, body=cast.body, fields=whole)


def test_a_college_does_not_shrink_under_those_who_sit_nor_vanish_with_its_past(cast: Cast) -> None:
    make_seat(cast.college)
    refused(
        "college_shrinks",
        bodies.do_write_college,
        actor=cast.keeper,
        body=cast.body,
        college=cast.college,
        fields={"seats": 1},
    )
    refused("college_held", bodies.do_remove_college, actor=cast.keeper, body=cast.body, college=cast.college)
    empty = make_college(cast.body)
    bodies.do_remove_college(actor=cast.keeper, body=cast.body, college=empty)
    assert list(cast.body.colleges.all()) == [cast.college]


class TestWhoMay:
    def test_only_the_officer_of_the_organisation_keeps_it(self, cast: Cast) -> None:
        for actor in [*cast.others, cast.member, actor_for(cast.answerer)]:
            for act, said in (
                (bodies.do_change_body, {"fields": {"name": "Autre"}}),
                (bodies.do_open_body, {}),
                (bodies.do_close_body, {"words": "Fini."}),
                (bodies.do_write_college, {"fields": {"name": "Élus"}}),
            ):
                with pytest.raises(PermissionDenied):
                    act(actor=actor, body=cast.body, **said)
        for actor in (cast.resident, cast.member, STRANGER):
            with pytest.raises(PermissionDenied):
                bodies.do_prepare_body(actor=actor, piste=cast.body.piste, fields={"name": "Autre"})

    def test_a_draft_exists_for_its_officers_only(self, cast: Cast, draft: Body) -> None:
        assert perms.access_kept_body(cast.second_keeper, draft.slug) == draft
        for actor in [*cast.others, cast.member]:
            with pytest.raises(Http404):
                perms.access_body(actor, draft.slug)

    def test_a_public_body_is_read_by_everybody_a_private_one_by_those_who_sit_or_answer(self, cast: Cast) -> None:
        for actor in [*cast.others, cast.member]:
            assert perms.access_body(actor, cast.body.slug) == cast.body
        Body.objects.update(public=False)
        for actor in (cast.member, cast.keeper, actor_for(cast.answerer)):
            assert perms.access_body(actor, cast.body.slug) == cast.body
        for actor in cast.others:
            with pytest.raises(Http404):
                perms.access_body(actor, cast.body.slug)
        with pytest.raises(PermissionDenied):
            perms.access_kept_body(cast.member, cast.body.slug)


class TestInAnExercise:
    def test_a_real_body_is_read_and_never_changed(self, cast: Cast) -> None:
        playing = actor_for(
            make_person("Flore", role=roles.FACILITATOR, organisation=cast.town), exercise_id=make_exercise().pk
        )
        assert perms.access_body(playing, cast.body.slug) == cast.body
        for act, said in (
            (bodies.do_change_body, {"fields": {"name": "Autre"}}),
            (bodies.do_close_body, {"words": "Fini."}),
            (bodies.do_write_college, {"fields": {"name": "Élus", "by": "lot", "seats": 2}}),
        ):
            refused("in_exercise", act, actor=playing, body=cast.body, **said)

    def test_a_body_opened_in_an_exercise_is_seen_in_it_alone(self, cast: Cast) -> None:
        exercise, other = make_exercise(), make_exercise(name="Crue")
        officer = make_person("Flore", role=roles.FACILITATOR, organisation=cast.town)
        inside = actor_for(officer, exercise_id=exercise.pk)
        played = bodies.do_prepare_body(actor=inside, piste=cast.body.piste, fields={"name": "Comité joué"})
        assert played.exercise_id == exercise.pk
        assert perms.access_body(inside, played.slug) == played
        for actor in (actor_for(officer), actor_for(officer, exercise_id=other.pk)):
            with pytest.raises(Http404):
                perms.access_body(actor, played.slug)
            assert played not in bodies.find_bodies(actor, piste=played.piste)
        with pytest.raises(Http404):
            bodies.do_change_body(actor=actor_for(officer), body=played, fields={"name": "Vrai"})


def test_the_list_puts_bodies_at_work_first_and_asks_one_question(
    cast: Cast, django_assert_num_queries: object
) -> None:
    late = make_body(cast.town, ends_on=clock.today() + timedelta(days=5))
    closed = make_body(cast.town, state=Body.State.CLOSED)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = [
            (one, str(one.organisation), str(one.answerer)) for one in bodies.find_bodies(STRANGER, piste=late.piste)
        ]
    assert [one for one, *_named in found] == [late, cast.body, closed]
    assert list(bodies.find_bodies(STRANGER, piste=late.piste, state=Body.State.CLOSED)) == [closed]


def test_a_refusal_leaves_nothing_written(cast: Cast, draft: Body) -> None:
    before = len(told("body_changed"))
    with pytest.raises(Refusal):
        bodies.do_change_body(actor=cast.keeper, body=draft, fields={"name": "Neuf", "answer_days": 0})
    assert Body.objects.get(pk=draft.pk).name == "Comité des marchés"
    assert len(told("body_changed")) == before
