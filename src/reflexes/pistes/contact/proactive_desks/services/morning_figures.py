"""Figures of the morning sheet, each with its source; those of calls and of what people told callers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from reflexes.core.acting import Actor
from reflexes.mechanisms.casework.models import Referral
from reflexes.mechanisms.casework.services.figures import Figures as Needs
from reflexes.mechanisms.casework.services.figures import figures as needs_of
from reflexes.pistes.contact.proactive_desks.models import Campaign, Lease, Outcome
from reflexes.pistes.contact.proactive_desks.perms import SLUG
from reflexes.pistes.contact.proactive_desks.services.units_reports import bounds_of

# Nobody spoke to the person: the call was made, no conversation was held.
NOBODY_SPOKE = (Outcome.NO_ANSWER, Outcome.WRONG_NUMBER)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the sheet: what it counts, where it comes from; ``value`` is None when nobody knows."""

    label: str
    value: int | None
    source: str


def told_to_callers(actor: Actor) -> Needs:
    """Return what became of the needs that people told on the telephone: how many, open, urgent, since when."""
    return needs_of(piste=SLUG, exercise_id=actor.exercise_id, organisation_id=actor.organisation_id)


def figures_of_calls(actor: Actor, day: date) -> list[Figure]:
    """Return what calls gave on ``day`` for the organisation of ``actor``; nothing where nobody is called."""
    campaigns = Campaign.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    if not campaigns.exclude(state=Campaign.State.DRAFT).exists():
        return []
    start, end = bounds_of(day)
    said = Lease.objects.filter(
        campaign__in=campaigns, closing=Lease.Closing.SAID, closed_at__gte=start, closed_at__lt=end
    )
    calls = said.order_by().aggregate(made=Count("pk"), talks=Count("pk", filter=~Q(outcome__in=NOBODY_SPOKE)))
    told = Referral.objects.filter(
        case__piste=SLUG,
        case__organisation_id=actor.organisation_id,
        case__exercise_id=actor.exercise_id,
        handed_on_at=None,
        opened_at__gte=start,
        opened_at__lt=end,
    )
    return [
        Figure(_("Calls made"), calls["made"], _("campaigns of calls")),
        Figure(_("Conversations held"), calls["talks"], _("campaigns of calls")),
        Figure(_("Needs told on the telephone"), told.count(), _("desk of needs")),
        Figure(_("Needs told that wait now"), told_to_callers(actor).open, _("desk of needs")),
    ]
