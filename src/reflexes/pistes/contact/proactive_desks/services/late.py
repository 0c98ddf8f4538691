"""What came too late: decided by somebody in charge, beside what happened since, never written over it (ADR 28).

A need told late has its case already, and a refusal told late is already respected: neither is done twice here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, HumanTask, LateNote, Lease, Outcome
from reflexes.pistes.contact.proactive_desks.services.following import household_decides, mourn
from reflexes.pistes.contact.proactive_desks.services.leases import AGREED_FIRST
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, place

SHOWN = 20
WAITING = (Callee.State.READY, Callee.State.SCHEDULED)
Settled = LateNote.Settled
# Nobody calls these again because of a word that came late.
OVER = {
    Callee.End.REFUSED: _("This person asked to be left alone: nobody calls them again."),
    Callee.End.DIED: _("This person has died: nobody calls them again."),
}


@dataclass(frozen=True, slots=True)
class Late:
    """One outcome that came late, the calls made since, and whether it can still be taken as it is."""

    note: LateNote
    since: list[Lease]
    holds: bool

    @property
    def over(self) -> bool:
        """Tell whether the person asked for peace, or died, since."""
        return self.note.lease.callee.end in OVER or self.note.outcome in OVER


def waiting(campaign: Campaign) -> list[Late]:
    """Return the outcomes that came late and nobody decided about, the oldest first, with what happened since."""
    # Few are open at once, and a campaign has tens of thousands of calls: begin with the few.
    unsettled = list(LateNote.objects.filter(settled_at=None).order_by("at", "pk").values_list("lease_id", flat=True))
    notes = LateNote.objects.filter(lease__in=unsettled, lease__campaign=campaign, settled_at=None)
    rows = list(notes.select_related("lease__caller", "lease__callee").order_by("at", "pk")[:SHOWN])
    since: dict[int, list[Lease]] = {one.lease.callee_id: [] for one in rows}
    later = Lease.objects.filter(callee__in=list(since)).exclude(closing__in=("silent", "given_back"))
    for lease in later.order_by("opened_at", "pk"):
        since[lease.callee_id].append(lease)
    tasks = set(HumanTask.objects.filter(callee__in=list(since)).values_list("callee_id", "opened_at"))
    return [_late(note, since[note.lease.callee_id], tasks) for note in rows]


def _late(note: LateNote, leases: list[Lease], tasks: Iterable[tuple[int, object]]) -> Late:
    since = [one for one in leases if one.pk != note.lease_id and one.opened_at >= note.lease.opened_at]
    taken_over = any(callee == note.lease.callee_id and at >= note.lease.opened_at for callee, at in tasks)
    callee = note.lease.callee
    # A refusal told late closes the person at the next claim: it is what the note says, and still holds.
    free = callee.state in WAITING or (note.outcome, callee.end) == (Outcome.REFUSED, Callee.End.REFUSED)
    return Late(note, since, holds=free and not since and not taken_over)


def do_decide_late(*, actor: Actor, note: LateNote, how: str) -> None:
    """Decide about an outcome that came late: it still holds, call again, or nothing is left to do. Decided once.

    Raises ``Refusal`` when it can no longer hold because somebody did something since: nothing newer is written over.
    """
    campaign = note.lease.campaign
    perms.check_supervising(actor, campaign)
    if how not in Settled.values:
        raise Refusal("how_unknown", _("Choose what to do in the list."))
    now = clock.now()
    with transaction.atomic():
        callee = Callee.objects.select_for_update(of=("self",)).get(pk=note.lease.callee_id)
        mine = LateNote.objects.filter(pk=note.pk, settled_at=None)
        if not mine.update(settled=how, settled_at=now, settled_by_id=actor.person_id):
            raise Refusal("late_settled", _("Somebody else has just decided. Open the page again."), conflict=True)
        if how == Settled.HOLDS:
            _hold(actor, note, callee)
        elif how == Settled.AGAIN:
            _again(callee, note.outcome)


def _hold(actor: Actor, note: LateNote, callee: Callee) -> None:
    lease = note.lease
    lease.callee = callee
    leases = list(callee.leases.exclude(closing__in=("silent", "given_back")).order_by("opened_at", "pk"))
    tasks = HumanTask.objects.filter(callee=callee).values_list("callee_id", "opened_at")
    if not _late(note, leases, tasks).holds:
        raise Refusal(
            "late_over",
            _("Somebody did something since: it is not written over. Have them called again, or leave it."),
            conflict=True,
        )
    # What was left for whoever calls next reaches them, as any other note does.
    Lease.objects.filter(pk=lease.pk, note="").update(note=note.note)
    if callee.state == Callee.State.CLOSED:
        return
    facts = keyring.take(lease.campaign.dataset.key).unseal(callee.identity)
    until = lease.campaign.dataset.ends_on if note.every_days else None
    said = Said(note.outcome, call_back_at=note.call_back_at, every_days=note.every_days, recurs_until=until)
    place(lease, callee, facts, said, clock.now())
    if note.outcome == Outcome.REFUSED:
        household_decides(callee)
    elif note.outcome == Outcome.DIED:
        mourn(actor, lease.campaign, callee, facts)


def _again(callee: Callee, told: str) -> None:
    ended = next((end for end in (callee.end, told) if end in OVER), None)
    if ended is not None:
        raise Refusal("over", OVER[Callee.End(ended)], conflict=True)
    if callee.state == Callee.State.LEASED:
        raise Refusal(
            "with_a_caller", _("Somebody has them on the line now. Wait for what comes of it."), conflict=True
        )
    if callee.state == Callee.State.HUMAN:
        raise Refusal("with_somebody", _("Somebody takes care of this person now: see with them."), conflict=True)
    callee.state, callee.end, callee.closed_at, callee.due_at = Callee.State.READY, "", None, None
    callee.rank, callee.tries, callee.agreed = callee.priority + AGREED_FIRST, 0, False
    callee.save()
