"""The guided first visit: which step a page is, how it is skipped, ended and begun again. Never in the way."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.registry import Step
from reflexes.mechanisms.directory.models import GuidedVisit


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel at the top of a page shows: this step, how far one is, where the next one leads."""

    step: Step
    number: int
    total: int
    next: Step | None


def panel_of(request: HttpRequest, view_name: str) -> Panel | None:
    """Return the panel of this page, unless the person ended or skipped the visit of their role."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    guide = registry.guide_for(actor.role)
    names = [step.url_name for step in guide.steps] if guide else []
    if guide is None or request.method != "GET" or view_name not in names or actor.exercise_id is not None:
        return None
    if GuidedVisit.objects.filter(person_id=actor.person_id, role=actor.role).exists():
        return None
    at = names.index(view_name)
    return Panel(guide.steps[at], at + 1, len(names), guide.steps[at + 1] if at + 1 < len(names) else None)


def do_end_visit(*, actor: Actor, skipped: bool) -> None:
    """Close the panel for good, for this person in this role."""
    with transaction.atomic():
        GuidedVisit.objects.update_or_create(
            person_id=actor.person_id,
            role=actor.role,
            defaults={"skipped": skipped, "ended_at": clock.real_now()},
        )


def do_begin_again(*, actor: Actor) -> None:
    """Show the panel again from the first step."""
    GuidedVisit.objects.filter(person_id=actor.person_id, role=actor.role).delete()
