"""What waits for whoever keeps the editions: on whom, since when (design.md rule 2)."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, DateTimeField, F, Min, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Milestone
from reflexes.mechanisms.assembly.perms import is_keeper
from reflexes.mechanisms.assembly.services import silences
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step
from reflexes.pistes.contact.citizen_dialogue.perms import SLUG
from reflexes.pistes.contact.citizen_dialogue.services import feasibility, schemes
from reflexes.pistes.contact.citizen_dialogue.services.steps import WITH_DOOR

Reader = Callable[[Actor], "QuerySet[Any]"]


def _steps(actor: Actor) -> QuerySet[Step]:
    """Return the steps of the officer's editions that are under way."""
    return Step.objects.filter(
        edition__organisation_id=actor.organisation_id,
        edition__exercise_id=actor.exercise_id,
        edition__state=Edition.State.OPEN,
        done_at=None,
    ).select_related("edition")


def steps_without_result(actor: Actor) -> QuerySet[Step]:
    """Return the steps whose last day passed and of which nobody said what came out."""
    over = _steps(actor).filter(ends_on__lt=clock.today())
    return over.annotate(since=Cast("ends_on", DateTimeField()))


def doors_closed(actor: Actor) -> QuerySet[Step]:
    """Return the steps that began without the door where people speak."""
    today = clock.today()
    begun = _steps(actor).filter(kind__in=WITH_DOOR, consultation=None, starts_on__lte=today, ends_on__gte=today)
    return begun.annotate(since=Cast("starts_on", DateTimeField()))


def feasibility_late(actor: Actor) -> "QuerySet[Any]":
    """Return the questions to services whose day passed without a word."""
    return feasibility.late(actor).annotate(since=Cast("due_on", DateTimeField()))


def switched_away(actor: Actor) -> QuerySet[Step]:
    """Return the steps whose backup channel stands in: a switch is not meant to last in silence."""
    moved = _steps(actor).filter(switches__to_at=None, switches__isnull=False)
    return moved.annotate(since=F("switches__from_at"))


def milestones_late(actor: Actor) -> QuerySet[Milestone]:
    """Return the promised stages whose day passed."""
    late = Milestone.objects.filter(
        Q(commitment__done_on=None, commitment__dropped_on=None),
        commitment__proposal__piste=SLUG,
        commitment__proposal__consultation__organisation_id=actor.organisation_id,
        commitment__proposal__exercise_id=actor.exercise_id,
        done_on=None,
        due_on__lt=clock.today(),
    )
    return late.select_related("commitment__owner", "commitment__proposal").annotate(
        since=Cast("due_on", DateTimeField())
    )


def _scheme(code: str, since: str) -> Reader:
    """Return the silence about something tried that is called ``code``, and since which day it lasts."""
    return lambda actor: schemes.waiting_schemes(actor)[code].annotate(since=Cast(since, DateTimeField()))


def _shared(code: str, path: str) -> Reader:
    """Return the silence of the mechanism called ``code``, for this piste alone."""
    return lambda actor: silences.SILENCES[code][1](actor).filter(**{path: SLUG})


# code → who waits, what to read; oldest first on the page.
SILENCES: dict[str, Reader] = {
    "proposals_late": _shared("proposals_late", "piste"),
    "appeals_waiting": _shared("appeals_waiting", "consultation__piste"),
    "words_to_read": _shared("words_to_read", "consultation__piste"),
    "reviews_called": _shared("reviews_called", "proposal__piste"),
    "commitments_late": _shared("commitments_late", "proposal__piste"),
    "milestones_late": milestones_late,
    "feasibility_late": feasibility_late,
    "steps_without_result": steps_without_result,
    "doors_closed": doors_closed,
    "switched_away": switched_away,
    "review_late": _scheme("review_late", "review_on"),
    "choice_open": _scheme("choice_open", "opened_on"),
    "nobody_asked": _scheme("nobody_asked", "opened_on"),
}


def waiting(actor: Actor) -> list[tuple[str, int, Any]]:
    """Return the code, the number and the oldest moment of each silence that lasts: one question for each kind."""
    if not is_keeper(actor):
        raise Http404
    found = []
    for code, reader in SILENCES.items():
        counted = reader(actor).order_by().aggregate(count=Count("pk"), oldest=Min("since"))
        if counted["count"]:
            found.append((code, counted["count"], counted["oldest"]))
    return found


def waiting_on(actor: Actor, code: str) -> "QuerySet[Any]":
    """Return the rows of one silence, oldest first."""
    if not is_keeper(actor) or code not in SILENCES:
        raise Http404
    return SILENCES[code](actor).order_by("since", "pk")
