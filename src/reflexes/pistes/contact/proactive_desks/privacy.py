"""What this piste keeps of those who work in it; people to call are told and forgotten through their dataset (P04)."""

from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.pistes.contact.proactive_desks import privacy_units
from reflexes.pistes.contact.proactive_desks.models import (
    Batch,
    Callee,
    CallerCard,
    Campaign,
    Debrief,
    HumanTask,
    LateNote,
    Lease,
    Outcome,
    PaperList,
    Script,
    WiderHours,
)

WHY = _("To give you people to call that suit you, to answer when you ask to talk, and to say who decided what.")
UNTIL = _("Until the end of each campaign, whose data are then destroyed. Until you leave, for the rest.")


def export(person_key: UUID) -> dict[str, object]:
    """Return the campaigns somebody calls in, what came of their calls as counts, what they took over."""
    cards = CallerCard.objects.filter(person__key=person_key).select_related("campaign", "buddy").order_by("pk")
    ended = Lease.objects.filter(caller__key=person_key).exclude(outcome="").order_by("outcome")
    counted = ended.values("outcome").annotate(count=Count("pk"))
    tasks = HumanTask.objects.filter(done_by__key=person_key).select_related("campaign").order_by("done_at", "pk")
    known: dict[str, object] = {
        "campaigns_called": [
            {"what": str(card.campaign), "at": card.invited_at, "ended_at": card.left_at, "status": str(card.level)}
            for card in cards
        ],
        "calls_made": [{"what": str(Outcome(one["outcome"]).label), "count": one["count"]} for one in counted],
        "people_taken_over": [{"what": task.get_kind_display(), "at": task.done_at} for task in tasks],
    }
    return {name: rows for name, rows in known.items() if rows} | privacy_units.export(person_key)


def erase(person_key: UUID) -> None:
    """Forget who called and who decided: those they held go back to the queue, what people said stays with its case."""
    held = Lease.objects.filter(caller__key=person_key, closed_at=None)
    Callee.objects.filter(pk__in=list(held.values_list("callee_id", flat=True)), state=Callee.State.LEASED).update(
        state=Callee.State.READY
    )
    held.update(closed_at=clock.now(), closing=Lease.Closing.GIVEN_BACK, why="not_now")
    Lease.objects.filter(caller__key=person_key).update(caller=None)
    PaperList.objects.filter(caller__key=person_key).delete()
    CallerCard.objects.filter(person__key=person_key).delete()
    CallerCard.objects.filter(buddy__key=person_key).update(buddy=None)
    CallerCard.objects.filter(invited_by__key=person_key).update(invited_by=None)
    Debrief.objects.filter(held_with__key=person_key).update(held_with=None)
    HumanTask.objects.filter(done_by__key=person_key).update(done_by=None)
    HumanTask.objects.filter(taken_by__key=person_key).update(taken_by=None)
    Callee.objects.filter(voice__key=person_key).update(voice=None)
    LateNote.objects.filter(settled_by__key=person_key).update(settled_by=None)
    PaperList.objects.filter(printed_by__key=person_key).update(printed_by=None)
    Batch.objects.filter(read_by__key=person_key).update(read_by=None)
    Campaign.objects.filter(made_by__key=person_key).update(made_by=None)
    Script.objects.filter(made_by__key=person_key).update(made_by=None)
    WiderHours.objects.filter(decided_by__key=person_key).update(decided_by=None)
    privacy_units.erase(person_key)
