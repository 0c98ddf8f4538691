"""What budgets and what is tried add to what waits for the officer (``assembly/services/silences.py``)."""

from typing import Any

from django.db.models import DateTimeField, F, QuerySet
from django.db.models.functions import Cast

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.services.silences import Kind, Reader
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step
from reflexes.pistes.contact.citizen_dialogue.services import feasibility, schemes
from reflexes.pistes.contact.citizen_dialogue.services.steps import WITH_DOOR


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


def _scheme(code: str, since: str) -> Reader:
    """Return the silence about something tried that is called ``code``, and since which day it lasts."""
    return lambda actor: schemes.waiting_schemes(actor)[code].annotate(since=Cast(since, DateTimeField()))


# code → who waits, what to read.
KINDS: dict[str, Kind] = {
    "feasibility_late": ("authors", feasibility_late),
    "steps_without_result": ("everybody", steps_without_result),
    "doors_closed": ("everybody", doors_closed),
    "switched_away": ("everybody", switched_away),
    "review_late": ("everybody", _scheme("review_late", "review_on")),
    "choice_open": ("everybody", _scheme("choice_open", "opened_on")),
    "nobody_asked": ("everybody", _scheme("nobody_asked", "opened_on")),
}
