"""What came of a call: written once, whatever is tapped twice or comes late, with all that follows (P12 (4), (6)).

A call leaves no line in the journal of the house: its lease is the trace, and dies with the campaign. A journal that
outlived it would be a file on what each caller did (CNIL, 2021; research/outreach.md §3.4).
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Channel
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks import hours, perms
from reflexes.pistes.contact.proactive_desks.models import (
    Callee,
    CallerCard,
    Campaign,
    LateNote,
    Lease,
    Outcome,
)
from reflexes.pistes.contact.proactive_desks.services.again import recurs
from reflexes.pistes.contact.proactive_desks.services.following import hand_on, household_decides, mourn, oppose
from reflexes.pistes.contact.proactive_desks.services.ladder import first_rung, open_task
from reflexes.pistes.contact.proactive_desks.services.leases import can_call_at

# Somebody spoke; a talk that was of use; a need that becomes a case.
TALKS = frozenset(Outcome.values) - {Outcome.NO_ANSWER, Outcome.WRONG_NUMBER}
USEFUL = frozenset({Outcome.FINE, Outcome.NEED, Outcome.URGENT})
NEEDS = frozenset({Outcome.NEED, Outcome.URGENT})
# After these the next call is an easy one, whatever the caller says of it.
HARD = frozenset({Outcome.URGENT, Outcome.DIED})
LONGEST_WORDS = 4000
RECURS_AT_MOST = 31


@dataclass(frozen=True, slots=True)
class Said:
    """What the page sends: the outcome, and what goes with it."""

    outcome: str
    words: str = ""
    note: str = ""
    call_back_at: datetime | None = None
    hard: bool = False
    every_days: int | None = None
    recurs_until: date | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """An outcome that is written. ``late``: the lease was over, it is a note; ``again``: it was already written."""

    lease: Lease
    late: bool = False
    again: bool = False


def do_end(*, actor: Actor, lease_key: UUID | str, client_key: UUID, said: Said) -> Ended:
    """Write what came of a call, once: the same ``client_key`` sent again changes nothing and answers the same.

    A lease that is over takes no outcome any more: what comes then is a ``LateNote`` beside what others did since; a
    need told late opens its case all the same, and a refusal told late is respected all the same.
    ``said.words`` are the person's own and become the case; ``said.note`` is for the next caller. Both are sealed.
    Raises ``Refusal`` before anything is written, 404 for the lease of another caller.
    """
    lease = perms.access_own_lease(actor, str(lease_key))
    return end(actor, lease, client_key, said)


def end(actor: Actor, lease: Lease, client_key: UUID, said: Said) -> Ended:
    """Write what came of a call for whoever may: the service that calls it checked so (``do_end``, paper)."""
    found = _already(lease, client_key)
    if found is not None:
        return found
    check(lease.campaign, said)
    key = keyring.take(lease.campaign.dataset.key)
    facts = key.unseal(lease.callee.identity)
    note = key.seal({"note": said.note.strip(), "words": said.words.strip()}) if said.note or said.words else ""
    try:
        with transaction.atomic():
            now = clock.now()
            first = Lease.objects.filter(pk=lease.pk, closed_at=None).update(
                closed_at=now,
                closing=Lease.Closing.SAID,
                outcome=said.outcome,
                client_key=client_key,
                note=note,
                hard=said.hard,
            )
            if not first:
                found = _already(lease, client_key)
                if found is not None:
                    return found
                LateNote.objects.create(
                    lease=lease,
                    client_key=client_key,
                    outcome=said.outcome,
                    note=note,
                    at=now,
                    call_back_at=said.call_back_at,
                    every_days=said.every_days,
                )
                _follow_late(actor, lease, facts, said)
                return Ended(lease, late=True)
            callee = Callee.objects.select_for_update(of=("self",)).get(pk=lease.callee_id)
            if callee.state == Callee.State.LEASED:
                _follow(actor, lease, callee, facts, said, now)
            else:
                # Another campaign learnt meanwhile that this person died: nothing brings them back to the queue.
                _follow_late(actor, lease, facts, said)
            _learn(lease, said)
    except IntegrityError:
        # The same outcome, sent twice at once: the other one is written.
        found = _already(lease, client_key)
        if found is None:
            raise
        return found
    lease.refresh_from_db()
    return Ended(lease)


def _already(lease: Lease, client_key: UUID) -> Ended | None:
    """Return what was written under this key; a key that another lease used is refused."""
    known = Lease.objects.filter(client_key=client_key).first()
    late = None if known else LateNote.objects.filter(client_key=client_key).select_related("lease").first()
    if known is None and late is None:
        return None
    owner = known or late.lease
    if owner.pk != lease.pk:
        raise Refusal("client_key", _("This was already sent for another call. Open the page again."), conflict=True)
    return Ended(owner, late=late is not None, again=True)


def check(campaign: Campaign, said: Said) -> None:
    """Refuse what cannot be written, in a sentence, before anything is."""
    if said.outcome not in Outcome.values:
        raise Refusal("outcome_unknown", _("Choose what came of the call in the list."))
    if said.outcome == Outcome.NEED and not said.words.strip():
        raise Refusal("words_missing", _("Write what the person needs, in their own words."))
    if max(len(said.words), len(said.note)) > LONGEST_WORDS:
        raise Refusal("too_long", _("This is too long. Keep what somebody needs to know to help."))
    if said.outcome == Outcome.CALL_BACK:
        if said.call_back_at is None or said.call_back_at <= clock.now():
            raise Refusal("when_missing", _("Say when to call back: a day and a time to come."))
        if not (hours.is_open(said.call_back_at) or can_call_at(campaign, said.call_back_at)):
            raise Refusal(
                "when_outside", _("People are called from Monday to Friday, from 10 to 13 and from 14 to 20.")
            )
    if said.every_days is not None:
        if not 1 <= said.every_days <= RECURS_AT_MOST:
            raise Refusal("every_days", _("Choose a call every 1 to 31 days."))
        if said.recurs_until is None or not clock.today() < said.recurs_until <= campaign.dataset.ends_on:
            raise Refusal("recurs_until", _("Say until when: a day to come, at the latest the last of the campaign."))


def _follow(actor: Actor, lease: Lease, callee: Callee, facts: dict[str, str], said: Said, now: datetime) -> None:
    """Do what an outcome asks for, in the transaction that writes it."""
    if said.outcome in NEEDS:
        callee.needs += 1
    place(lease, callee, facts, said, now)
    _tell_others(actor, lease, callee, facts, said)


def place(lease: Lease, callee: Callee, facts: dict[str, str], said: Said, now: datetime) -> None:
    """Put somebody where an outcome leaves them: to call again, finished, or with somebody who takes over."""
    callee.rank, callee.agreed, callee.due_at = callee.priority, False, None
    if said.outcome in TALKS:
        callee.tries, callee.reached = 0, True
        callee.useful = callee.useful or said.outcome in USEFUL
    if said.every_days is not None and said.outcome in USEFUL:
        callee.every_days, callee.recurs_until = said.every_days, said.recurs_until
    if said.outcome in USEFUL and callee.every_days is not None:
        callee.voice_id = lease.caller_id
    if said.hard and said.outcome == Outcome.CALL_BACK:
        callee.difficulty = min(3, callee.difficulty + 1)
    match said.outcome:
        case Outcome.NO_ANSWER:
            callee.tries += 1
            if callee.tries < lease.campaign.attempts:
                _later(callee, hours.next_half_day(now))
        case Outcome.CALL_BACK:
            _later(callee, said.call_back_at)
            callee.agreed = True
        case Outcome.FINE:
            _again_or_close(callee, Callee.End.FINE, now)
        case Outcome.NEED | Outcome.URGENT:
            _again_or_close(callee, Callee.End.NEED, now)
        case Outcome.REFUSED | Outcome.DIED:
            _close(callee, said.outcome, now)
    callee.save()
    if said.outcome == Outcome.WRONG_NUMBER or callee.tries >= lease.campaign.attempts:
        open_task(callee, first_rung(facts))


def _tell_others(actor: Actor, lease: Lease, callee: Callee, facts: dict[str, str], said: Said) -> None:
    """Do what an outcome asks of others: navigators, later campaigns, whoever shares the telephone."""
    if said.outcome in NEEDS:
        _open_case(actor, lease, facts, said)
    elif said.outcome == Outcome.REFUSED:
        oppose(actor, lease.campaign, facts)
        household_decides(callee)
    elif said.outcome == Outcome.DIED:
        mourn(actor, lease.campaign, callee, facts)


def _follow_late(actor: Actor, lease: Lease, facts: dict[str, str], said: Said) -> None:
    if said.outcome in NEEDS:
        Callee.objects.filter(pk=lease.callee_id).update(needs=F("needs") + 1)
        _open_case(actor, lease, facts, said)
    if said.outcome == Outcome.REFUSED:
        oppose(actor, lease.campaign, facts)


def _later(callee: Callee, when: datetime | None) -> None:
    callee.state, callee.due_at = Callee.State.SCHEDULED, when


def _close(callee: Callee, how: str, now: datetime) -> None:
    callee.state, callee.end, callee.closed_at = Callee.State.CLOSED, how, now


def _again_or_close(callee: Callee, how: str, now: datetime) -> None:
    """Call isolated people again every so many days, until their day; others are finished (P12 (12))."""
    if not recurs(callee, now):
        _close(callee, how, now)


def _open_case(actor: Actor, lease: Lease, facts: dict[str, str], said: Said) -> None:
    """Hand a need to the navigators; the caller is told back what became of it."""
    hand_on(
        actor=actor,
        callee=lease.callee,
        campaign=lease.campaign,
        facts=facts,
        channel=Channel.CALLED,
        words=said.words.strip() or str(_("An emergency was told by telephone.")),
        urgent=said.outcome == Outcome.URGENT,
        told_by=Person.objects.filter(pk=lease.caller_id).first(),
    )


def _learn(lease: Lease, said: Said) -> None:
    """Count a talk for the level rule; after a hard one, the next is easy."""
    card = CallerCard.objects.filter(campaign_id=lease.campaign_id, person_id=lease.caller_id)
    talks = 1 if said.outcome in TALKS else 0
    card.update(calls=F("calls") + talks, easy_next=said.hard or said.outcome in HARD)
