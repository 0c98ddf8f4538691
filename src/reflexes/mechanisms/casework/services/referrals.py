"""One need from the navigator to a service and back, until it is told back: no other end exists (P12 (6), issue 5).

Every move is one conditional update: of two people at once one is told that somebody was quicker. Each writes a step,
a line of the journal and, where somebody must know, an announcement.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.links import close_links
from reflexes.mechanisms.casework.models import Case, Motive, Need, Referral, ReferralStep, Service, State
from reflexes.mechanisms.casework.models.referrals import RETURNED
from reflexes.mechanisms.casework.services import sealing
from reflexes.mechanisms.casework.services.announcing import announce
from reflexes.mechanisms.casework.services.cases import close_if_over
from reflexes.mechanisms.journal.services import record

# From where to where a need may go. A service that answers late is still heard: nobody has told the person yet.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.TO_QUALIFY: frozenset({State.SENT, State.DONE, State.NOT_DONE}),
    State.SENT: frozenset({State.RECEIVED, State.ACCEPTED, State.REFUSED, State.DONE, State.EXPIRED}),
    State.RECEIVED: frozenset({State.ACCEPTED, State.REFUSED, State.DONE, State.EXPIRED}),
    State.ACCEPTED: frozenset({State.DONE, State.NOT_DONE, State.EXPIRED}),
    State.REFUSED: frozenset({State.CLOSED}),
    State.EXPIRED: frozenset({State.ACCEPTED, State.CLOSED}),
    State.DONE: frozenset({State.CLOSED}),
    State.NOT_DONE: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
# The facts a service may need to reach somebody: the navigator gives those it needs and no more.
SHARES = {"name": _("their name"), "phone": _("their telephone number"), "address": _("their address")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a service is asked, and which facts it reads (keys of ``SHARES``)."""

    brief: str
    shares: Iterable[str] = ()


def _moved(actor: Actor, referral: Referral, state: str, *, words: str = "", motive: str = "", **also: Any) -> None:
    """Move a need, in the caller's transaction: the row only if it still stands where the caller read it."""
    if state not in TRANSITIONS[referral.state]:
        raise Refusal(
            "not_from_here", _("This no longer fits. Reload the page to see where this need stands."), conflict=True
        )
    now = clock.now()
    moved = Referral.objects.filter(pk=referral.pk, state=referral.state, moved_at=referral.moved_at).update(
        **{"state": state, "moved_at": now, "silent_since": None, "motive": motive, **also}
    )
    if not moved:
        raise Refusal(
            "moved_meanwhile", _("Somebody was quicker. Reload the page to see what they wrote."), conflict=True
        )
    ReferralStep.objects.create(
        referral=referral,
        state=state,
        by_key=actor.person_key,
        role=actor.role,
        motive=motive,
        words=sealing.seal_words(referral.case, words),
        at=now,
    )
    record(
        actor=actor,
        verb=f"casework.need_{state}",
        object_kind="referral",
        object_key=referral.key,
        params={"motive": motive} if motive else {},
    )
    referral.refresh_from_db()


def _check_motive(motive: str, words: str) -> None:
    if motive not in Motive.values:
        raise Refusal("motive_missing", _("Choose why in the list: the navigator looks elsewhere from there."))
    if motive == Motive.OTHER and not words.strip():
        raise Refusal("words_missing", _("Say in a few words what it is."))


def _check_words(words: str, sentence: Any) -> None:
    if not words.strip():
        raise Refusal("words_missing", sentence)


def do_qualify(
    *, actor: Actor, referral: Referral, need: str, urgent: bool = False, wants_news: bool = True
) -> Referral:
    """Say what kind of need it is, whether it is urgent, whether the person wants to hear of it."""
    perms.check_navigating(actor, referral.case)
    if need not in Need.values:
        raise Refusal("need_missing", _("Choose what the person needs: services are found from there."))
    with transaction.atomic():
        waiting = Referral.objects.filter(pk=referral.pk, state=State.TO_QUALIFY)
        if not waiting.update(need=need, qualified_at=referral.qualified_at or clock.now()):
            raise Refusal("moved_meanwhile", _("Somebody was quicker. Reload the page."), conflict=True)
        Case.objects.filter(pk=referral.case_id).update(urgent=urgent, wants_news=wants_news)
        record(
            actor=actor,
            verb="casework.need_qualified",
            object_kind="referral",
            object_key=referral.key,
            params={"need": need, "urgent": urgent},
        )
    referral.refresh_from_db()
    return referral


def do_send(*, actor: Actor, referral: Referral, service: Service, asked: Asked) -> Referral:
    """Ask a service. Its contacts are copied here: the directory may change while it answers."""
    perms.check_navigating(actor, referral.case)
    if not referral.need:
        raise Refusal("need_missing", _("Say first what kind of need it is."))
    if service.put_aside_at or service.structure.put_aside_at:
        raise Refusal("service_gone", _("This service is no longer in the directory. Choose another one."))
    _check_words(asked.brief, _("Say to the service what is asked of it, in a sentence or two."))
    with transaction.atomic():
        _moved(
            actor,
            referral,
            State.SENT,
            service=service,
            service_name=service.in_words[:320],
            service_phone=service.phone or service.structure.phone,
            service_email=service.email or service.structure.email,
            service_address=(service.in_full or service.structure.in_full)[:300],
            contact_key=service.contact_key,
            brief=sealing.seal_words(referral.case, asked.brief),
            shares=" ".join(name for name in SHARES if name in set(asked.shares)),
            sent_at=clock.now(),
            silent_since=clock.now(),
            reminded=0,
        )
        announce(referral, "referral_sent")
    return referral


def _check_answering(actor: Actor, referral: Referral) -> None:
    if not perms.can_answer(actor, referral):
        raise PermissionDenied
    perms.check_own_world(actor, referral.case.exercise_id)


def do_receive(*, actor: Actor, referral: Referral) -> Referral:
    """Say that the service read what it was asked; pressed again it changes nothing."""
    _check_answering(actor, referral)
    if referral.state == State.SENT:
        with transaction.atomic():
            _moved(actor, referral, State.RECEIVED, silent_since=referral.silent_since)
    return referral


def do_accept(*, actor: Actor, referral: Referral, done_by: date | None = None, words: str = "") -> Referral:
    """Say that the service takes it on, and by which day: its silence counts from that day."""
    _check_answering(actor, referral)
    if done_by is not None and done_by < clock.today():
        raise Refusal("day_gone", _("Choose today or a day to come."))
    since = timezone.make_aware(datetime.combine(done_by, time.max)) if done_by else clock.now()
    with transaction.atomic():
        _moved(
            actor,
            referral,
            State.ACCEPTED,
            words=words,
            answered_at=referral.answered_at or clock.now(),
            done_by=done_by,
            silent_since=since,
            reminded=0,
        )
    return referral


def do_refuse(*, actor: Actor, referral: Referral, motive: str, words: str = "") -> Referral:
    """Refuse, with a motive: the need goes back to the navigator at once."""
    _check_answering(actor, referral)
    _check_motive(motive, words)
    with transaction.atomic():
        _moved(
            actor,
            referral,
            State.REFUSED,
            words=words,
            motive=motive,
            answered_at=referral.answered_at or clock.now(),
        )
        announce(referral, "referral_returned")
    return referral


def do_finish(*, actor: Actor, referral: Referral, outcome: str) -> Referral:
    """Say what was done: by the service, or by the navigator when one answer was enough."""
    _check_answering(actor, referral)
    _check_words(outcome, _("Say what was done, in a sentence: the person who told the need will be told."))
    with transaction.atomic():
        answered = referral.answered_at or (clock.now() if referral.sent_at else None)
        _moved(actor, referral, State.DONE, words=outcome, answered_at=answered)
        announce(referral, "referral_done")
    return referral


def do_give_up(*, actor: Actor, referral: Referral, motive: str, words: str = "") -> Referral:
    """Say that it was not done, and why: the need goes back to the navigator."""
    _check_answering(actor, referral)
    _check_motive(motive, words)
    with transaction.atomic():
        _moved(actor, referral, State.NOT_DONE, words=words, motive=motive)
        announce(referral, "referral_returned")
    return referral


def do_refer_again(*, actor: Actor, referral: Referral) -> Referral:
    """Take back what a service refused, let expire or did not do: the same need is to be entrusted to another."""
    perms.check_navigating(actor, referral.case)
    if referral.state not in RETURNED:
        raise Refusal("not_from_here", _("This need has not come back. Reload the page."), conflict=True)
    with transaction.atomic():
        _moved(actor, referral, State.CLOSED, motive=referral.motive, handed_on_at=clock.now())
        close_links(referral)
        again = Referral.objects.create(
            case=referral.case,
            need=referral.need,
            opened_at=referral.opened_at,
            moved_at=clock.now(),
            qualified_at=referral.qualified_at or clock.now(),
            follows=referral,
        )
        ReferralStep.objects.create(
            referral=again, state=State.TO_QUALIFY, by_key=actor.person_key, role=actor.role, at=clock.now()
        )
    return again


def do_close_told_back(*, actor: Actor, referral: Referral, what_happened: str, person_told: str = "") -> Referral:
    """Close a need: what happened, told to whoever heard it, and to the person if they want to know.

    ``what_happened`` is what the caller reads; ``person_told`` says how the person was told, or that they could not
    be. With its last need the case closes too.
    """
    case = referral.case
    perms.check_navigating(actor, case)
    _check_words(what_happened, _("Say what happened: whoever heard this need reads it."))
    if case.wants_news and not person_told.strip():
        raise Refusal(
            "person_not_told", _("This person wants to know: say how they were told, or that they could not be.")
        )
    told = sealing.key_in_hand(case.key_name).seal(
        {"words": what_happened.strip(), "who": sealing.initials(sealing.facts_of(case))}
    )
    now = clock.now()
    with transaction.atomic():
        _moved(
            actor,
            referral,
            State.CLOSED,
            words="\n".join(one.strip() for one in (what_happened, person_told) if one.strip()),
            motive=referral.motive,
            told=told,
            caller_told_at=now if case.told_by_id else None,
            person_told_at=now if person_told.strip() else None,
        )
        close_links(referral)
        if case.told_by_id:
            announce(referral, "told_back")
        if close_if_over(case):
            record(actor=actor, verb="casework.case_closed", object_kind="case", object_key=case.key)
    return referral
