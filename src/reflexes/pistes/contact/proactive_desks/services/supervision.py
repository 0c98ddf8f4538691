"""Where a campaign stands, for whoever is in charge: people and needs, never how much each caller did (P12 (9)).

Ten questions to the database, always, whatever the number of people: the page asks them every fifteen seconds.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q, QuerySet

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.casework.services.figures import Figures as Needs
from reflexes.mechanisms.casework.services.figures import figures as needs_of
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, HumanTask, LateNote, Lease

SHOWN = 20
State = Callee.State


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people where, what was said, what waits for somebody; needs and their age come from casework."""

    people: int
    ready: int
    later: int
    leased: int
    human: int
    closed: int
    reached: int
    useful: int
    calls: int
    needs: Needs
    late_notes: int
    silent: int
    oldest_task: datetime | None
    at: datetime

    @property
    def useful_share(self) -> int:
        """How many of a hundred people reached had a talk of use."""
        return round(100 * self.useful / self.reached) if self.reached else 0


def standing(campaign: Campaign) -> Standing:
    """Count a campaign as it stands now."""
    rows = Callee.objects.filter(campaign=campaign).order_by()
    counted = rows.aggregate(
        people=Count("pk"),
        reached=Count("pk", filter=Q(reached=True)),
        useful=Count("pk", filter=Q(useful=True)),
        **{state.value: Count("pk", filter=Q(state=state)) for state in State},
    )
    leases = Lease.objects.filter(campaign=campaign).order_by()
    return Standing(
        people=counted["people"],
        ready=counted["ready"],
        later=counted["scheduled"],
        leased=counted["leased"],
        human=counted["human"],
        closed=counted["closed"],
        reached=counted["reached"],
        useful=counted["useful"],
        calls=leases.filter(closing=Lease.Closing.SAID).count(),
        needs=needs_of(piste=perms.SLUG, exercise_id=campaign.exercise_id, key_name=campaign.dataset.key or "-"),
        late_notes=LateNote.objects.filter(lease__campaign=campaign, settled_at=None).count(),
        silent=leases.filter(closing=Lease.Closing.SILENT, seen_at=None).count(),
        oldest_task=HumanTask.objects.filter(campaign=campaign, done_at=None).aggregate(one=Min("opened_at"))["one"],
        at=clock.now(),
    )


def gone_silent(campaign: Campaign) -> list[Lease]:
    """Return the leases that returned by themselves and nobody looked at yet, the latest first."""
    silent = Lease.objects.filter(campaign=campaign, closing=Lease.Closing.SILENT, seen_at=None)
    return list(silent.select_related("caller").order_by("-closed_at", "-pk")[:SHOWN])


def open_tasks(campaign: Campaign) -> QuerySet[HumanTask]:
    """Return the people who wait for somebody to take over, the oldest first."""
    waiting = HumanTask.objects.filter(campaign=campaign, done_at=None)
    return waiting.select_related("callee__commune", "taken_by").order_by("opened_at", "pk")


def do_see_silences(*, actor: Actor, campaign: Campaign) -> int:
    """Say that one saw the leases gone silent; they leave the list, the people are back in the queue since long."""
    if not perms.can_supervise(actor, campaign):
        raise PermissionDenied
    perms.check_own_world(actor, campaign)
    silent = Lease.objects.filter(campaign=campaign, closing=Lease.Closing.SILENT, seen_at=None)
    return silent.update(seen_at=clock.now())
