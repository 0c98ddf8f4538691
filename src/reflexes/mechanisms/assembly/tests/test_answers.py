"""Each proposal is answered by somebody named, by a date; what was promised is followed; its authors judge (P01)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_body,
    make_commitment,
    make_consultation,
    make_contribution,
    make_proposal,
    make_session,
)
from reflexes.mechanisms.assembly.jobs import watch
from reflexes.mechanisms.assembly.models import Answer, Body, Commitment, Contribution, Milestone, Proposal, Review
from reflexes.mechanisms.assembly.services import answers, commitments, proposals, reviews
from reflexes.mechanisms.assembly.services.commitments import Promise
from reflexes.mechanisms.assembly.services.proposals import Origin
from reflexes.mechanisms.assembly.tests.casting import Cast, announced, refused, told
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_unit
from reflexes.mechanisms.directory.twinning import months_after

pytestmark = pytest.mark.django_db
State = Proposal.State


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def proposal(cast: Cast) -> Proposal:
    """What Nadia, who sits, said; joined to a proposal of the body."""
    street = make_consultation(cast.town, body=cast.body)
    said = make_contribution(street, person=cast.person)
    return propose(cast, origin=Origin(consultation=street), contributions=[said])


def propose(cast: Cast, **said: Any) -> Proposal:
    values = {
        "actor": cast.keeper,
        "origin": Origin(body=cast.body),
        "title": "Marché du samedi",
        "words": "Ouvrir le marché le samedi matin.",
        **said,
    }
    return proposals.do_propose(**values)


def answer(cast: Cast, proposal: Proposal, state: str, *, actor: Any = None, **said: Any) -> Answer:
    return answers.do_answer(actor=actor or actor_for(cast.answerer), proposal=proposal, state=state, **said)


class TestProposing:
    def test_a_proposal_is_owed_an_answer_by_a_named_person_on_a_day(self, cast: Cast) -> None:
        Body.objects.update(answer_days=60)
        cast.body.refresh_from_db()
        proposal = propose(cast)
        assert proposal.answer_due_on == clock.today() + timedelta(days=60)
        assert (proposal.answerer, proposal.answerer_words) == (cast.answerer, "adjointe aux marchés")
        assert announced("proposal_made") == [{"proposal": proposal.pk}]

    def test_it_may_come_from_a_session_or_from_a_consultation_of_no_body(self, cast: Cast) -> None:
        session = make_session(cast.body)
        born = propose(cast, origin=Origin(session=session))
        assert (born.body, born.session) == (cast.body, session)
        street = make_consultation(cast.town, answer_days=30)
        said = propose(cast, origin=Origin(consultation=street))
        assert (said.body, said.answer_due_on) == (None, clock.today() + timedelta(days=30))

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"origin": Origin()}, "origin_missing"),
            ({"title": " "}, "title_missing"),
            ({"title": "a" * 161}, "title_too_long"),
            ({"words": ""}, "words_missing"),
        ],
    )
    def test_a_slip_is_told_in_one_sentence(self, cast: Cast, wrong: dict[str, Any], code: str) -> None:
        refused(code, propose, cast=cast, **wrong)

    def test_without_somebody_who_answers_there_is_no_proposal(self, cast: Cast) -> None:
        nobody = make_consultation(cast.town, answerer=None)
        refused("answerer_missing", propose, cast=cast, origin=Origin(consultation=nobody))
        gone = make_person("Gérard", erased_at=clock.now())
        refused("answerer_missing", propose, cast=cast, answerer=gone)

    def test_a_body_being_prepared_proposes_nothing_and_two_origins_must_agree(self, cast: Cast) -> None:
        draft = make_body(cast.town, state=Body.State.DRAFT)
        refused("body_not_open", propose, cast=cast, origin=Origin(body=draft))
        street = make_consultation(cast.town)
        refused("origin_mixed", propose, cast=cast, origin=Origin(body=cast.body, consultation=street))

    def test_contributions_are_joined_with_their_authors_and_taken_out_again(self, cast: Cast) -> None:
        street = make_consultation(cast.town)
        first, second = make_contribution(street), make_contribution(street)
        proposal = propose(cast, origin=Origin(consultation=street), contributions=[first])
        proposals.do_merge(actor=cast.keeper, proposal=proposal, contributions=[first, second])
        assert set(proposals.authors(proposal)) == {first.person, second.person}
        assert announced("contributions_merged") == [{"proposal": proposal.pk, "contributions": [first.pk, second.pk]}]
        proposals.do_unmerge(actor=cast.keeper, proposal=proposal, contribution=second)
        assert set(proposals.authors(proposal)) == {first.person}
        assert second.words
        unmerge = {"actor": cast.keeper, "proposal": proposal, "contribution": second}
        refused("not_joined", proposals.do_unmerge, **unmerge)

    def test_one_contribution_that_cannot_be_joined_stops_them_all(self, cast: Cast) -> None:
        street = make_consultation(cast.town)
        proposal = propose(cast, origin=Origin(consultation=street))
        free, hidden = make_contribution(street), make_contribution(street, state="hidden", why_hidden="off")
        taken = make_contribution(street, proposal=make_proposal(consultation=street))
        elsewhere = make_contribution(make_consultation(cast.town))
        merge = {"actor": cast.keeper, "proposal": proposal}
        for other, code in ((hidden, "joined_elsewhere"), (taken, "joined_elsewhere"), (elsewhere, "said_elsewhere")):
            refused(code, proposals.do_merge, **merge, contributions=[free, other])
        assert not Contribution.objects.filter(proposal=proposal).exists()

    def test_a_proposal_born_in_a_session_has_the_people_who_were_there_as_authors(self, cast: Cast) -> None:
        session = make_session(cast.body)
        make_attendance(session, cast.person, presence="there")
        make_attendance(session, presence="absent")
        assert list(proposals.authors(propose(cast, origin=Origin(session=session)))) == [cast.person]
        assert list(proposals.authors(propose(cast))) == [cast.person]

    def test_its_words_change_until_somebody_studies_it(self, cast: Cast, proposal: Proposal) -> None:
        change = {"actor": cast.keeper, "proposal": proposal, "title": "Samedi", "words": "Le samedi matin."}
        proposals.do_change_proposal(**change)
        assert (proposal.title, proposal.search) == ("Samedi", "samedi le samedi matin.")
        answer(cast, proposal, State.STUDIED)
        refused("studied", proposals.do_change_proposal, **change)

    def test_its_only_author_takes_it_back_several_ask_the_officer(self, cast: Cast, proposal: Proposal) -> None:
        other = make_contribution(proposal.consultation, proposal=proposal)
        with pytest.raises(PermissionDenied):
            proposals.do_withdraw_proposal(actor=cast.member, proposal=proposal)
        proposals.do_unmerge(actor=cast.keeper, proposal=proposal, contribution=other)
        proposals.do_withdraw_proposal(actor=cast.member, proposal=proposal)
        assert (proposal.state, told("proposal_withdrawn")[0].actor_key) == (State.WITHDRAWN, None)
        refused("answered", proposals.do_withdraw_proposal, actor=cast.keeper, proposal=proposal)
        refused("not_from_here", answer, cast=cast, proposal=proposal, state=State.ADOPTED)
        merge = {"actor": cast.keeper, "proposal": proposal, "contributions": [other]}
        refused("proposal_withdrawn", proposals.do_merge, **merge)

    def test_only_the_officer_writes_joins_and_hands_over(self, cast: Cast, proposal: Proposal) -> None:
        said = make_contribution(proposal.consultation)
        for actor in [*cast.others, cast.member]:
            for act, values in (
                (proposals.do_propose, {"origin": Origin(body=cast.body), "title": "A", "words": "B"}),
                (proposals.do_merge, {"proposal": proposal, "contributions": [said]}),
                (proposals.do_unmerge, {"proposal": proposal, "contribution": said}),
                (proposals.do_change_proposal, {"proposal": proposal, "title": "A", "words": "B"}),
                (answers.do_hand_over, {"proposal": proposal, "answerer": cast.person, "words": "", "reason": "A"}),
            ):
                with pytest.raises(PermissionDenied):
                    act(actor=actor, **values)

    def test_the_list_puts_the_overdue_first_counts_voices_and_remarks_and_asks_one_question(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        street = make_consultation(cast.town)
        soon = make_proposal(consultation=street, answer_due_on=clock.today() + timedelta(days=1))
        late = make_proposal(consultation=street, answer_due_on=clock.today() - timedelta(days=3))
        answered = make_proposal(
            consultation=street, answer_due_on=clock.today() - timedelta(days=30), state=State.ADOPTED
        )
        for _count in range(2):
            make_contribution(street, proposal=soon)
        for state in ("shown", "shown", "shown", "hidden"):
            make_contribution(street, kind="comment", about=soon, state=state, why_hidden="off")
        with django_assert_num_queries(1):
            found = [
                (one, one.voices, one.remarked, one.late, str(one.answerer))
                for one in proposals.find_proposals(STRANGER, consultation=street)
            ]
        assert [row[:4] for row in found] == [(late, 0, 0, True), (answered, 0, 0, False), (soon, 2, 3, False)]
        assert list(proposals.find_proposals(STRANGER, piste=soon.piste, text="MARCHE samedi")) == [
            late,
            answered,
            soon,
        ]
        assert list(proposals.find_proposals(STRANGER, state=State.ADOPTED)) == [answered]

    def test_a_proposal_of_a_private_body_is_read_by_those_of_the_body(self, cast: Cast) -> None:
        proposal = propose(cast)
        Body.objects.update(public=False)
        for actor in (cast.member, cast.keeper, actor_for(cast.answerer)):
            assert perms.access_proposal(actor, proposal.pk) == proposal
        for actor in cast.others:
            with pytest.raises(Http404):
                perms.access_proposal(actor, proposal.pk)


class TestAnswering:
    def test_it_moves_from_received_to_studied_to_a_final_answer(self, cast: Cast, proposal: Proposal) -> None:
        answer(cast, proposal, State.STUDIED)
        assert (proposal.state, proposal.answered_at) == (State.STUDIED, None)
        given_answer = answer(cast, proposal, State.ADOPTED)
        assert proposal.state == State.ADOPTED
        assert proposal.answered_at is not None
        assert (given_answer.by, given_answer.by_words) == (cast.answerer, "adjointe aux marchés")
        assert announced("proposal_answered")[-1] == {"proposal": proposal.pk, "answer": given_answer.pk}
        assert [one.state for one in proposal.answers.all()] == [State.STUDIED, State.ADOPTED]

    @pytest.mark.parametrize("state", [State.ADAPTED, State.REFUSED])
    def test_refusing_and_adapting_need_a_motive(self, cast: Cast, proposal: Proposal, state: str) -> None:
        refused("motive_missing", answer, cast=cast, proposal=proposal, state=state, motive=" ")
        assert answer(cast, proposal, state, motive="Le règlement l’interdit le samedi.").motive
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.create(proposal=proposal, state=state, by=cast.answerer)

    def test_a_final_answer_changes_only_by_another_one_that_says_why(self, cast: Cast, proposal: Proposal) -> None:
        answer(cast, proposal, State.REFUSED, motive="Pas de budget.")
        refused("motive_missing", answer, cast=cast, proposal=proposal, state=State.ADOPTED)
        refused("not_from_here", answer, cast=cast, proposal=proposal, state=State.STUDIED, motive="On regarde.")
        answer(cast, proposal, State.ADOPTED, motive="Le budget a été voté.")
        assert [one.motive for one in proposal.answers.all()] == ["Pas de budget.", "Le budget a été voté."]
        assert proposal.reviews.count() == 2

    @settings(deadline=None, max_examples=40)
    @given(steps=st.lists(st.sampled_from([*State.values, "maybe"]), max_size=6))
    def test_whatever_is_answered_the_state_repeats_the_latest_answer_and_never_goes_back(
        self, steps: list[str]
    ) -> None:
        with transaction.atomic():
            cast = Cast()
            proposal = propose(cast)
            for step in steps:
                before = proposal.state
                try:
                    answer(cast, proposal, step, motive="Parce que.")
                except Refusal:
                    assert step not in answers.TRANSITIONS[before]
                else:
                    assert step in answers.TRANSITIONS[before]
                proposal.refresh_from_db()
                last = proposal.answers.order_by("-at", "-pk").first()
                assert proposal.state == (last.state if last else State.RECEIVED)
                assert not (before in answers.FINAL and proposal.state in proposals.UNANSWERED)
            transaction.set_rollback(True)

    def test_the_officer_writes_what_the_answerer_said_and_both_names_are_kept(
        self, cast: Cast, proposal: Proposal
    ) -> None:
        given_answer = answer(cast, proposal, State.ADOPTED, actor=cast.keeper)
        assert (given_answer.by, given_answer.written_by_id) == (cast.answerer, cast.keeper.person_id)

    def test_nobody_else_answers(self, cast: Cast, proposal: Proposal) -> None:
        director, elected = cast.acting("Denis", roles.DIRECTOR), cast.acting("Édith", roles.ELECTED)
        for actor in [*cast.others, cast.member, director, elected]:
            with pytest.raises(PermissionDenied):
                answer(cast, proposal, State.ADOPTED, actor=actor)

    def test_an_answer_that_means_nothing_is_refused(self, cast: Cast, proposal: Proposal) -> None:
        for state in (State.RECEIVED, State.WITHDRAWN, "maybe"):
            refused("answer_unknown", answer, cast=cast, proposal=proposal, state=state)

    def test_answering_from_an_old_page_is_refused_with_what_to_do(self, cast: Cast, proposal: Proposal) -> None:
        seen = perms.access_proposal(cast.keeper, proposal.pk)
        answer(cast, proposal, State.ADOPTED)
        refused("answered_meanwhile", answer, cast=cast, proposal=seen, state=State.REFUSED, motive="Non.")
        old = perms.access_proposal(cast.keeper, proposal.pk)
        answer(cast, proposal, State.ADAPTED, motive="Un samedi sur deux.")
        seen = Proposal.objects.get(pk=proposal.pk)
        answer(cast, proposal, State.ADAPTED, motive="Deux samedis sur trois.")
        for stale in (old, seen):
            refused("answered_meanwhile", answer, cast=cast, proposal=stale, state=State.REFUSED, motive="Non.")

    def test_somebody_else_answers_after_a_departure_and_the_day_stays(self, cast: Cast, proposal: Proposal) -> None:
        hand = {"actor": cast.keeper, "proposal": proposal, "words": "directeur de la voirie"}
        next_one, due = make_person("Didier"), proposal.answer_due_on
        refused("reason_missing", answers.do_hand_over, **hand, answerer=next_one, reason=" ")
        refused("answerer_same", answers.do_hand_over, **hand, answerer=cast.answerer, reason="Départ.")
        answers.do_hand_over(**hand, answerer=next_one, reason="Élodie a quitté le conseil.")
        assert (proposal.answerer, proposal.answer_due_on) == (next_one, due)
        with pytest.raises(PermissionDenied):
            answer(cast, proposal, State.ADOPTED)
        assert answer(cast, proposal, State.ADOPTED, actor=actor_for(next_one)).by_words == "directeur de la voirie"

    def test_an_exercise_answers_nothing_real(self, cast: Cast, proposal: Proposal) -> None:
        playing = actor_for(cast.answerer, exercise_id=make_exercise().pk)
        refused("in_exercise", answer, cast=cast, proposal=proposal, state=State.ADOPTED, actor=playing)
        officer = actor_for(
            make_person("Flore", role=roles.FACILITATOR, organisation=cast.town), exercise_id=playing.exercise_id
        )
        played = propose(cast, actor=officer)
        assert played.exercise_id == playing.exercise_id
        answer(cast, played, State.ADOPTED, actor=playing)
        assert played not in proposals.find_proposals(cast.keeper, body=cast.body)
        with pytest.raises(Http404):
            answer(cast, played, State.REFUSED, motive="Vrai.")


class TestOverdue:
    def test_overdue_answers_show_to_everybody_with_their_age_in_words(
        self, cast: Cast, proposal: Proposal, django_assert_num_queries: Any
    ) -> None:
        due = proposal.answer_due_on
        assert answers.overdue(STRANGER, today=due) == []
        with clock.shifted(due + timedelta(days=3) - clock.today()), django_assert_num_queries(1):
            (one,) = answers.overdue(STRANGER, today=clock.today())
            assert (one.proposal, one.age, str(one.proposal.answerer)) == (
                proposal,
                "depuis 3 jours",
                str(cast.answerer),
            )

    def test_what_is_answered_or_taken_back_is_not_overdue(self, cast: Cast, proposal: Proposal) -> None:
        later = clock.today() + timedelta(days=400)
        answer(cast, proposal, State.STUDIED)
        assert len(answers.overdue(STRANGER, today=later)) == 1
        answer(cast, proposal, State.ADOPTED)
        assert answers.overdue(STRANGER, today=later) == []

    def test_a_private_body_s_are_not_shown_to_strangers(self, cast: Cast, proposal: Proposal) -> None:
        Body.objects.update(public=False)
        later = clock.today() + timedelta(days=400)
        assert len(answers.overdue(cast.member, today=later)) == 1
        assert [answers.overdue(actor, today=later) for actor in cast.others] == [[], [], []]

    def test_whoever_owes_it_is_told_once(self, cast: Cast, proposal: Proposal) -> None:
        watch(None)  # type: ignore[arg-type]
        assert announced("answer_late") == []
        with clock.shifted(timedelta(days=90)):
            watch(None)  # type: ignore[arg-type]
            watch(None)  # type: ignore[arg-type]
        assert announced("answer_late") == [{"proposal": proposal.pk}]
        assert told("answer_late")[0].params == {"due": str(proposal.answer_due_on)}


@pytest.mark.django_db(transaction=True)
def test_of_six_answers_given_at_once_one_is_kept(cast: Cast, proposal: Proposal) -> None:
    together = Barrier(6)

    def give(number: int) -> str:
        mine = Proposal.objects.get(pk=proposal.pk)
        try:
            together.wait(timeout=20)
            state = State.REFUSED if number % 2 else State.ADOPTED
            answers.do_answer(actor=actor_for(cast.answerer), proposal=mine, state=state, motive="Parce que.")
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(6) as hands:
        said = sorted(hands.map(give, range(6)))
    assert said == ["answered_meanwhile"] * 5 + ["kept"]
    proposal.refresh_from_db()
    assert proposal.answers.get().state == proposal.state
    assert len(announced("proposal_answered")) == 1
    assert proposal.reviews.count() == 2


class TestPromises:
    @pytest.fixture
    def adopted(self, cast: Cast, proposal: Proposal) -> Proposal:
        answer(cast, proposal, State.ADOPTED)
        return proposal

    def promise(self, cast: Cast, **said: Any) -> Promise:
        values = {
            "words": "Le marché ouvre le samedi.",
            "owner": make_unit(cast.town),
            "due_on": clock.today() + timedelta(days=90),
            "budget_line": "65-518",
            "cents": 1_200_000,
            **said,
        }
        return Promise(**values)

    def commit(self, cast: Cast, adopted: Proposal, *, actor: Any = None, **said: Any) -> Commitment:
        promise = self.promise(cast, **said)
        return commitments.do_commit(actor=actor or cast.keeper, proposal=adopted, promise=promise)

    def test_a_promise_names_a_service_a_day_and_a_budget_line(self, cast: Cast, adopted: Proposal) -> None:
        step = ("Les emplacements sont tracés.", clock.today() + timedelta(days=30))
        promised = self.commit(cast, adopted, steps=(step,))
        assert (promised.budget_line, promised.cents, promised.milestones.get().words) == ("65-518", 1_200_000, step[0])
        assert announced("commitment_made") == [{"commitment": promised.pk}]

    def test_nothing_is_promised_before_a_yes(self, cast: Cast, proposal: Proposal) -> None:
        refused("not_adopted", self.commit, cast=cast, adopted=proposal)
        answer(cast, proposal, State.REFUSED, motive="Non.")
        refused("not_adopted", self.commit, cast=cast, adopted=proposal)

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"words": " "}, "words_missing"),
            ({"due_on": clock.today() - timedelta(days=2)}, "due_in_the_past"),
            ({"cents": -1}, "cents"),
            ({"steps": (("", clock.today()),)}, "step_empty"),
            ({"steps": (("Trop tard.", clock.today() + timedelta(days=91)),)}, "step_date"),
        ],
    )
    def test_a_slip_is_told_in_one_sentence(
        self, cast: Cast, adopted: Proposal, wrong: dict[str, Any], code: str
    ) -> None:
        refused(code, self.commit, cast=cast, adopted=adopted, **wrong)
        assert not Commitment.objects.exists()

    def test_the_authors_hear_of_each_step_and_of_the_end(self, cast: Cast, adopted: Proposal) -> None:
        promised = self.commit(cast, adopted)
        about = {"actor": cast.keeper, "commitment": promised}
        step = commitments.do_set_milestone(**about, words="Tracé.", due_on=clock.today() + timedelta(days=9))
        reach = {"actor": actor_for(cast.answerer), "milestone": step}
        refused("words_missing", commitments.do_reach_milestone, **reach, words="")
        ahead = clock.today() + timedelta(days=1)
        refused("done_later", commitments.do_reach_milestone, **reach, words="Fait.", done_on=ahead)
        commitments.do_reach_milestone(**reach, words="C’est tracé.")
        assert announced("milestone_reached") == [{"milestone": step.pk}]
        refused("reached", commitments.do_reach_milestone, **reach, words="Encore.")
        commitments.do_keep_commitment(**about, words="Le marché a ouvert.")
        assert promised.done_on == clock.today()
        assert announced("commitment_kept") == [{"commitment": promised.pk, "words": "Le marché a ouvert."}]
        refused("over", commitments.do_keep_commitment, **about, words="Encore.")
        refused("over", commitments.do_drop_commitment, **about, why="Non.")
        refused("over", commitments.do_set_milestone, **about, words="Tard.", due_on=promised.due_on)

    def test_the_service_that_promised_says_where_it_stands_and_does_not_drop_it(
        self, cast: Cast, adopted: Proposal
    ) -> None:
        unit = make_unit(cast.town)
        promised = self.commit(cast, adopted, owner=unit)
        manager = actor_for(make_person("Maud", role=roles.MANAGER, unit=unit))
        other = actor_for(make_person("Marc", role=roles.MANAGER, unit=make_unit(cast.town)))
        with pytest.raises(PermissionDenied):
            commitments.do_drop_commitment(actor=manager, commitment=promised, why="Non.")
        for actor in [*cast.others, cast.member, other]:
            for act, said in (
                (commitments.do_keep_commitment, {"words": "Fait."}),
                (commitments.do_drop_commitment, {"why": "Non."}),
                (commitments.do_postpone, {"due_on": promised.due_on + timedelta(days=9), "reason": "Travaux."}),
            ):
                with pytest.raises(PermissionDenied):
                    act(actor=actor, commitment=promised, **said)
            with pytest.raises(PermissionDenied):
                self.commit(cast, adopted, actor=actor)
        commitments.do_keep_commitment(actor=manager, commitment=promised, words="Fait.")

    def test_dropped_it_stays_readable_with_why(self, cast: Cast, adopted: Proposal) -> None:
        promised = self.commit(cast, adopted)
        drop = {"actor": cast.keeper, "commitment": promised}
        refused("why_missing", commitments.do_drop_commitment, **drop, why="")
        commitments.do_drop_commitment(**drop, why="Le terrain est pollué.")
        assert (promised.dropped_on, promised.why_dropped) == (clock.today(), "Le terrain est pollué.")
        assert commitments.access_commitment(STRANGER, promised.pk) == promised

    def test_when_its_day_passes_it_is_said_once_and_again_if_it_was_put_off(
        self, cast: Cast, adopted: Proposal
    ) -> None:
        promised = self.commit(cast, adopted)
        about = {"actor": cast.keeper, "commitment": promised}
        with clock.shifted(timedelta(days=91)):
            for _time in range(2):
                watch(None)  # type: ignore[arg-type]
            assert announced("commitment_late") == [{"commitment": promised.pk}]
            later = clock.today() + timedelta(days=30)
            refused("reason_missing", commitments.do_postpone, **about, due_on=later, reason="")
            refused("not_later", commitments.do_postpone, **about, due_on=promised.due_on, reason="Travaux.")
            before = promised.due_on
            commitments.do_postpone(**about, due_on=later, reason="Travaux.")
            assert told("commitment_postponed")[0].params["before"] == str(before)
        with clock.shifted(timedelta(days=200)):
            watch(None)  # type: ignore[arg-type]
        assert len(announced("commitment_late")) == 2

    def test_a_promise_of_a_private_body_does_not_exist_for_others(self, cast: Cast, adopted: Proposal) -> None:
        promised = self.commit(cast, adopted)
        Body.objects.update(public=False)
        assert commitments.access_commitment(cast.member, promised.pk) == promised
        for actor in cast.others:
            with pytest.raises(Http404):
                commitments.access_commitment(actor, promised.pk)

    def test_many_promises_past_their_day_are_read_in_one_question(self, django_assert_num_queries: Any) -> None:
        for _count in range(4):
            Milestone.objects.create(commitment=make_commitment(), words="Tracé.", due_on=clock.today())
        with django_assert_num_queries(1):
            late = commitments.past_their_day(clock.today() + timedelta(days=100))
            assert len([(str(one.owner), str(one.proposal.body)) for one in late]) == 4


class TestFollowingUp:
    @pytest.fixture
    def review(self, cast: Cast, proposal: Proposal) -> Review:
        answer(cast, proposal, State.ADOPTED)
        first = proposal.reviews.order_by("due_on").first()
        assert first is not None
        return first

    def test_the_days_are_six_and_twelve_months_after_the_answer(self, cast: Cast, proposal: Proposal) -> None:
        answer(cast, proposal, State.REFUSED, motive="Non.")
        today = clock.today()
        assert [one.due_on for one in proposal.reviews.order_by("due_on")] == [
            months_after(today, 6),
            months_after(today, 12),
        ]

    def test_on_its_day_the_authors_are_told_once_that_they_may_call(self, review: Review) -> None:
        with clock.shifted(review.due_on - clock.today()):
            for _time in range(2):
                watch(None)  # type: ignore[arg-type]
        assert announced("review_due") == [{"review": review.pk}]

    def test_an_author_calls_on_the_day_and_not_before(self, cast: Cast, review: Review) -> None:
        refused("too_early", reviews.do_call_review, actor=cast.member, review=review)
        with clock.shifted(review.due_on - clock.today()):
            reviews.do_call_review(actor=cast.member, review=review)
            assert (review.called_by, announced("review_called")) == (cast.person, [{"review": review.pk}])
            refused("called", reviews.do_call_review, actor=cast.member, review=review)

    def test_the_verdict_is_written_once_in_words_beside_the_answer(self, cast: Cast, review: Review) -> None:
        judge = {"actor": cast.member, "review": review}
        verdict = {"verdict": Review.Verdict.PARTLY, "words": "Le marché ouvre, sans les sanitaires."}
        with clock.shifted(review.due_on - clock.today()):
            refused("not_called", reviews.do_evaluate, **judge, **verdict)
            reviews.do_call_review(**judge)
            refused("verdict_unknown", reviews.do_evaluate, **judge, verdict="bof", words="Bof.")
            refused("words_missing", reviews.do_evaluate, **judge, verdict=Review.Verdict.DONE, words=" ")
            reviews.do_evaluate(**judge, **verdict)
            assert [told(verb)[0].actor_key for verb in ("review_called", "review_evaluated")] == [None, None]
            refused("evaluated", reviews.do_evaluate, **judge, **verdict)
        assert review.proposal.reviews.exclude(verdict="").get() == review

    def test_the_officer_writes_for_an_author_who_telephones_and_for_nobody_else(
        self, cast: Cast, review: Review
    ) -> None:
        with clock.shifted(review.due_on - clock.today()):
            call = {"actor": cast.keeper, "review": review}
            refused("not_an_author", reviews.do_call_review, **call)
            refused("not_an_author", reviews.do_call_review, **call, said_by=make_person("Ida"))
            elsewhere = make_session(make_body(cast.town))
            refused("session_elsewhere", reviews.do_call_review, **call, said_by=cast.person, session=elsewhere)
            session = make_session(cast.body)
            reviews.do_call_review(**call, said_by=cast.person, session=session)
        assert (review.called_by, review.session) == (cast.person, session)

    def test_whoever_answered_does_not_judge_nor_does_anybody_else(self, cast: Cast, review: Review) -> None:
        for actor in [*cast.others, actor_for(cast.answerer)]:
            with pytest.raises(PermissionDenied):
                reviews.do_call_review(actor=actor, review=review)
            with pytest.raises(PermissionDenied):
                reviews.do_evaluate(actor=actor, review=review, verdict=Review.Verdict.DONE, words="Tout va bien.")

    def test_a_review_of_a_private_body_does_not_exist_for_others(self, cast: Cast, review: Review) -> None:
        Body.objects.update(public=False)
        assert reviews.access_review(cast.member, review.pk) == review
        for actor in cast.others:
            with pytest.raises(Http404):
                reviews.access_review(actor, review.pk)
