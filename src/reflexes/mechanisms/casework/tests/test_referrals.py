"""One need goes to a service and comes back, until those who told it know: nothing leaves unclosed (P12 (6))."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework import limits
from reflexes.mechanisms.casework.factories import make_sent, make_service
from reflexes.mechanisms.casework.models import Case, Motive, Need, Referral, ReferralStep, State
from reflexes.mechanisms.casework.services import directory, referrals
from reflexes.mechanisms.casework.services.cases import do_add_need, do_merge
from reflexes.mechanisms.casework.services.feedback import feedback
from reflexes.mechanisms.casework.services.referrals import TRANSITIONS, Asked
from reflexes.mechanisms.casework.services.watch import watch
from reflexes.mechanisms.casework.tests.casting import Cast, announced, answering, journaled, refused
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.crisis.models import Sequence
from reflexes.mechanisms.directory.factories import actor_for

pytestmark = pytest.mark.django_db
TOLD = {"what_happened": "Le CCAS a livré des repas.", "person_told": "Rappelée mardi."}


@pytest.fixture
def cast() -> Cast:
    return Cast()


def told_back(cast: Cast, referral: Referral, **said: Any) -> Referral:
    return referrals.do_close_told_back(actor=cast.navigator, referral=referral, **{**TOLD, **said})


def test_p12_accept_6_a_need_is_accepted_by_a_named_service_with_a_day_and_closed_with_its_result(cast: Cast) -> None:
    case = cast.told()
    referral = make_sent(cast.navigator, case, cast.service)
    service = answering(referral)
    referrals.do_receive(actor=service, referral=referral)
    day = clock.today() + timedelta(days=2)
    referrals.do_accept(actor=service, referral=referral, done_by=day)
    assert (referral.service_name, referral.done_by) == (cast.service.in_words, day)
    referrals.do_finish(actor=service, referral=referral, outcome="Repas livrés depuis lundi.")
    told_back(cast, referral)
    case.refresh_from_db()
    assert referral.state == State.CLOSED
    assert case.closed_at is not None
    states = list(referral.steps.order_by("pk").values_list("state", flat=True))
    assert states == ["to_qualify", "sent", "received", "accepted", "done", "closed"]
    assert referral.steps.get(state="done").by_key == referral.contact_key
    assert [len(announced(event)) for event in ("referral_sent", "referral_done", "told_back")] == [1, 1, 1]
    for verb in ("need_sent", "need_received", "need_accepted", "need_done", "need_closed", "case_closed"):
        assert len(journaled(verb)) == 1


def test_p12_accept_6_no_state_of_a_need_is_a_dead_end(cast: Cast) -> None:
    assert set(TRANSITIONS) == set(State.values)
    assert [state for state, follow in TRANSITIONS.items() if not follow] == [State.CLOSED]
    reached, border = {State.TO_QUALIFY}, {State.TO_QUALIFY}
    while border := {after for state in border for after in TRANSITIONS[state]} - reached:
        reached |= border
    assert reached == set(State.values)


def test_p12_accept_6_a_need_is_never_closed_before_somebody_says_what_happened_and_who_was_told(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    refused("not_from_here", told_back, cast=cast, referral=referral)
    referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.FULL)
    refused("words_missing", told_back, cast=cast, referral=referral, what_happened=" ")
    refused("person_not_told", told_back, cast=cast, referral=referral, person_told="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(state=State.CLOSED)
    told_back(cast, referral)
    assert referral.person_told_at is not None


def test_a_person_who_wants_no_news_needs_none(cast: Cast) -> None:
    referral = cast.need(wants_news=False)
    referrals.do_finish(actor=cast.navigator, referral=referral, outcome="Répondu tout de suite.")
    told_back(cast, referral, person_told="")
    assert referral.person_told_at is None


def test_the_contacts_of_a_service_are_copied_when_it_is_asked(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    before = referral.service_email
    cast.service.email = "autre@example.org"
    cast.service.save()
    referral.refresh_from_db()
    assert referral.service_email == before != ""
    assert referral.service_phone == cast.service.structure.phone


def test_a_refused_need_goes_back_to_the_navigator_and_to_another_service(cast: Cast) -> None:
    case = cast.told()
    first = make_sent(cast.navigator, case, cast.service)
    refused("motive_missing", referrals.do_refuse, actor=answering(first), referral=first, motive="")
    refused("words_missing", referrals.do_refuse, actor=answering(first), referral=first, motive=Motive.OTHER)
    referrals.do_refuse(actor=answering(first), referral=first, motive=Motive.FULL, words="Pas avant mars.")
    assert len(announced("referral_returned")) == 1
    again = referrals.do_refer_again(actor=cast.navigator, referral=first)
    assert (first.state, again.state, again.follows) == (State.CLOSED, State.TO_QUALIFY, first)
    assert again.opened_at == first.opened_at
    case.refresh_from_db()
    assert case.closed_at is None
    refused("not_from_here", referrals.do_refer_again, actor=cast.navigator, referral=first)


def test_a_case_with_two_needs_closes_with_the_last_one(cast: Cast) -> None:
    case = cast.told()
    second = do_add_need(actor=cast.navigator, case=case, words="Et du bois.")
    merged = cast.told()
    do_merge(actor=cast.navigator, case=merged, into=case)
    for number, referral in enumerate(Referral.objects.order_by("pk")):
        case.refresh_from_db()
        assert case.closed_at is None, number
        referrals.do_finish(actor=cast.navigator, referral=referral, outcome="Fait.")
        told_back(cast, referral)
    for one in (case, merged):
        one.refresh_from_db()
        assert one.closed_at is not None
    assert second.case == case
    refused("case_closed", do_add_need, actor=cast.navigator, case=case, words="Encore.")


def test_what_was_not_done_says_why_and_returns(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    service = answering(referral)
    referrals.do_accept(actor=service, referral=referral)
    referrals.do_give_up(actor=service, referral=referral, motive=Motive.UNREACHABLE)
    assert (referral.state, referral.motive) == (State.NOT_DONE, Motive.UNREACHABLE)
    assert referrals.do_refer_again(actor=cast.navigator, referral=referral).need == Need.FOOD


def test_of_two_answers_at_once_one_is_written_and_the_other_told(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    stale = Referral.objects.select_related("case").get(pk=referral.pk)
    referrals.do_accept(actor=answering(referral), referral=referral)
    refusal = refused(
        "moved_meanwhile", referrals.do_refuse, actor=answering(stale), referral=stale, motive=Motive.FULL
    )
    assert refusal.conflict
    assert ReferralStep.objects.filter(referral=referral, state=State.REFUSED).count() == 0


def test_a_service_answers_its_own_need_and_no_other(cast: Cast) -> None:
    own = make_sent(cast.navigator, cast.told(), cast.service)
    other = make_sent(cast.navigator, cast.told(), make_service("Transport"))
    for actor in (answering(own), cast.partner, cast.caller, cast.supervisor, Actor(role="service")):
        with pytest.raises(PermissionDenied):
            referrals.do_accept(actor=actor, referral=other)
    referrals.do_accept(actor=cast.navigator, referral=other, words="Ils l’ont dit au téléphone.")


def test_only_a_navigator_of_the_organisation_moves_a_need(cast: Cast) -> None:
    referral = cast.need()
    for actor in cast.others:
        with pytest.raises(PermissionDenied):
            referrals.do_qualify(actor=actor, referral=referral, need=Need.FOOD)
        with pytest.raises(PermissionDenied):
            asked = Asked(brief="Aider")
            referrals.do_send(actor=actor, referral=referral, service=cast.service, asked=asked)


def test_a_need_is_not_sent_before_it_is_qualified_nor_to_a_service_put_aside(cast: Cast) -> None:
    referral = cast.need()
    sending = {"actor": cast.navigator, "referral": referral, "asked": Asked(brief="Des repas.")}
    refused("need_missing", referrals.do_send, service=cast.service, **sending)
    refused("need_missing", referrals.do_qualify, actor=cast.navigator, referral=referral, need="")
    referrals.do_qualify(actor=cast.navigator, referral=referral, need=Need.FOOD, urgent=True)
    assert Case.objects.get(pk=referral.case_id).urgent
    refused("words_missing", referrals.do_send, **{**sending, "asked": Asked(brief="")}, service=cast.service)
    directory.do_put_aside(actor=cast.navigator, service=cast.service)
    refused("service_gone", referrals.do_send, service=cast.service, **sending)


def test_the_words_of_every_step_are_sealed_with_the_key_of_the_case(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.OTHER, words="Rose n’a pas ouvert.")
    told_back(cast, referral, what_happened="Rose ira seule.")
    sealed = [*referral.steps.exclude(words="").values_list("words", flat=True), referral.brief, referral.told]
    assert len(sealed) == 4
    assert not [one for one in sealed if "Rose" in one or "repas" in one]
    keyring.destroy(cast.key_name)
    assert feedback(cast.caller, piste=cast.piste).told == []


def days_later(days: float) -> Any:
    return clock.shifted(timedelta(days=days))


def test_a_silent_service_is_reminded_at_three_and_ten_days_then_the_need_returns_at_twenty(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    done = []
    for days in (2.9, 3.1, 4, 10.1, 19.9, 20.1, 21):
        with days_later(days):
            done.append(watch())
    assert done == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0), (0, 1), (0, 0)]
    referral.refresh_from_db()
    assert referral.state == State.EXPIRED
    assert len(announced("referral_reminder")) == 2
    assert len(announced("referral_returned")) == 1
    assert len(journaled("service_reminded")) == 2
    (expired,) = journaled("need_expired")
    assert expired.role == "system"


def test_in_a_crisis_hours_count(cast: Cast) -> None:
    make_sent(cast.navigator, cast.told(), cast.service)
    Sequence.objects.create(
        number=9,
        level=Sequence.Level.CRISIS,
        title="Crue",
        changes="Les heures comptent.",
        does_not_change="Rien.",
        review_on=clock.today() + timedelta(days=9),
    )
    done = []
    for hours in (3.9, 4.1, 12.1, 24.1):
        with clock.shifted(timedelta(hours=hours)):
            done.append(watch())
    assert done == [(0, 0), (1, 0), (1, 0), (0, 1)]
    assert limits.patience(crisis=limits.in_crisis()) < limits.patience(crisis=False)


def test_an_accepted_need_is_silent_from_the_day_the_service_promised(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    referrals.do_accept(actor=answering(referral), referral=referral, done_by=clock.today() + timedelta(days=30))
    with days_later(25):
        assert watch() == (0, 0)
    with days_later(35):
        assert watch() == (1, 0)
    with days_later(52):
        assert watch() == (0, 1)


def test_a_service_that_answers_late_is_still_heard_until_the_need_is_entrusted_again(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    with days_later(21):
        watch()
        referral.refresh_from_db()
        referrals.do_accept(actor=answering(referral), referral=referral)
    assert referral.state == State.ACCEPTED


def test_a_day_gone_by_is_no_promise(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    yesterday = clock.today() - timedelta(days=1)
    refused("day_gone", referrals.do_accept, actor=answering(referral), referral=referral, done_by=yesterday)


def test_what_is_played_expires_by_the_clock_of_its_exercise(cast: Cast) -> None:
    exercise = make_exercise()
    playing = actor_for(cast.navigator_person, exercise_id=exercise.pk)
    with clock.shifted(exercise.shift):
        referral = make_sent(playing, cast.told(actor=playing, exercise_id=exercise.pk), cast.service)
    assert watch() == (0, 0)
    exercise.moved_on = timedelta(days=25)
    exercise.save()
    assert watch() == (0, 1)
    referral.refresh_from_db()
    assert referral.state == State.EXPIRED
    with pytest.raises(Http404):
        referrals.do_refer_again(actor=cast.navigator, referral=referral)
    with clock.shifted(exercise.shift):
        referrals.do_refer_again(actor=playing, referral=referral)


def test_a_service_that_refuses_three_times_is_seen(cast: Cast) -> None:
    for number in range(3):
        referral = make_sent(cast.navigator, cast.told(), cast.service)
        referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.FULL)
        if number:
            referrals.do_refer_again(actor=cast.navigator, referral=referral)
        expected = [cast.service] if number == limits.REFUSALS_SHOWN - 1 else []
        assert list(directory.refusing()) == expected
    (offer,) = directory.offers([cast.service])
    assert (offer.refusals, offer.refuses) == (3, True)


def test_how_long_a_service_takes_is_said_in_words_once_known(cast: Cast) -> None:
    (unknown,) = directory.offers([cast.service])
    for days in (1, 4, 30):
        referral = make_sent(cast.navigator, cast.told(), cast.service)
        with days_later(days):
            referrals.do_accept(actor=answering(referral), referral=referral)
    (known,) = directory.offers([cast.service])
    assert unknown.answers != known.answers
    assert "4" in known.answers


def test_the_caller_reads_what_became_of_the_people_they_called_and_nobody_else_does(cast: Cast) -> None:
    referral = cast.need()
    assert feedback(cast.caller, piste=cast.piste).followed == 1
    referrals.do_finish(actor=cast.navigator, referral=referral, outcome="Repas livrés.")
    told_back(cast, referral)
    told = feedback(cast.caller, piste=cast.piste)
    assert [(one.who, one.words) for one in told.told] == [("R. M.", TOLD["what_happened"])]
    assert told.followed == 0
    for actor in (cast.navigator, cast.partner, cast.resident, Actor()):
        assert feedback(actor, piste=cast.piste).told == []


def test_a_refusal_writes_nothing_of_what_was_begun(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    keyring.destroy(cast.key_name)
    with pytest.raises(Refusal):
        referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.FULL, words="Complet.")
    referral.refresh_from_db()
    assert referral.state == State.SENT
