"""The table of silences: what waits, on whom, since when (design.md rule 2). Never sign-ups."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Need, Offer, Plan, Slot, Wave
from reflexes.mechanisms.allocation.states import State

SOON = timedelta(days=2)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Silence:
    """One kind of silence: how many, since when for the oldest, and who is waiting (``group``)."""

    code: str
    group: str
    count: int
    since: datetime | None


Reader = Callable[[Actor], "QuerySet[Any]"]


def _assignments(actor: Actor, *states: str) -> QuerySet[Assignment]:
    return Assignment.objects.filter(state__in=states, exercise_id=actor.exercise_id).select_related(
        "person__offer__capacity__unit",
        "slot__need__organisation",
        "slot__need__place__commune",
        "slot__need__mentor",
        "slot__skill",
    )


def offers_unanswered(actor: Actor) -> QuerySet[Offer]:
    """Return the offers nobody answered: never asked, never greeted."""
    return (
        Offer.objects.filter(active=True, greeted_at=None, last_asked_at=None)
        .select_related("person", "capacity__unit")
        .annotate(since=F("came_forward_at"))
    )


def agents_silent(actor: Actor) -> QuerySet[Assignment]:
    """Return the proposals that wait for the agent."""
    return _assignments(actor, State.PROPOSED).annotate(since=F("created_at"))


def managers_silent(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions that wait for the home manager."""
    return _assignments(actor, State.ACCEPTED).annotate(since=F("changed_at"))


def hosts_silent(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions that wait for the host's word."""
    return _assignments(actor, State.RELEASED).annotate(since=F("changed_at"))


def unprepared(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions of the next two days whose training or safety box is not ticked."""
    return (
        _assignments(actor, State.CONFIRMED, State.STAND_IN)
        .filter(day__lte=clock.today() + SOON)
        .filter(Q(trained=False) | Q(safety_told=False))
        .annotate(since=F("changed_at"))
    )


def stand_ins_wanted(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions whose holder looks for somebody else."""
    return _assignments(actor, State.STAND_IN).annotate(since=F("changed_at"))


def not_returned(actor: Actor) -> QuerySet[Assignment]:
    """Return the people whose date of return has passed and who are not back at their post."""
    return (
        _assignments(actor, State.CONFIRMED, State.STAND_IN, State.STARTED, State.DONE)
        .filter(Q(returns_on__lt=clock.today()) | Q(returns_on=None, day__lt=clock.today()))
        .annotate(since=F("changed_at"))
    )


def not_debriefed(actor: Actor) -> QuerySet[Assignment]:
    """Return the people who came back and were not heard yet."""
    return _assignments(actor, State.RETURNED).annotate(since=F("changed_at"))


def needs_short(actor: Actor) -> QuerySet[Slot]:
    """Return the half-days to come of vital needs that nobody is asked for."""
    return (
        Slot.objects.filter(
            need__state="open", need__priority=3, need__exercise_id=actor.exercise_id, day__gte=clock.today()
        )
        .filter(held__lt=F("headcount"), stopped_at=None)
        .exclude(assignments__state__in=(State.PROPOSED,))
        .select_related("need__organisation", "need__place__commune", "skill")
        .annotate(since=F("need__opened_at"))
    )


def series_ending(actor: Actor) -> QuerySet[Need]:
    """Return the needs repeated each week whose end is near, that nobody renewed nor let end (design.md rule 3)."""
    return (
        Need.objects.filter(
            state__in=("open", "filled"), renewal_due_at__lte=clock.now(), exercise_id=actor.exercise_id
        )
        .select_related("organisation", "mentor")
        .annotate(since=F("renewal_due_at"))
    )


def drafts(actor: Actor) -> QuerySet[Need]:
    """Return the needs begun and never opened."""
    return (
        Need.objects.filter(state="draft", exercise_id=actor.exercise_id)
        .select_related("organisation")
        .annotate(since=F("created_at"))
    )


# code → (who waits, what to read). Order is the order of the page.
SILENCES: dict[str, tuple[str, Reader]] = {
    "offers_unanswered": ("people", offers_unanswered),
    "agents_silent": ("hosts", agents_silent),
    "managers_silent": ("agents", managers_silent),
    "hosts_silent": ("agents", hosts_silent),
    "needs_short": ("hosts", needs_short),
    "stand_ins_wanted": ("agents", stand_ins_wanted),
    "unprepared": ("agents", unprepared),
    "not_returned": ("services", not_returned),
    "not_debriefed": ("agents", not_debriefed),
    "series_ending": ("hosts", series_ending),
    "drafts": ("hosts", drafts),
}


def silences(actor: Actor) -> list[Silence]:
    """Return the silences that last, oldest first. One query each: a constant number whatever the pool."""
    if not perms.is_cell(actor):
        raise Http404
    found = []
    for code, (group, reader) in SILENCES.items():
        row = reader(actor).order_by().aggregate(count=Count("pk", distinct=True), oldest=Min("since"))
        if row["count"]:
            found.append(Silence(code, group, row["count"], row["oldest"]))
    return sorted(found, key=lambda one: one.since or clock.now())


def waiting_on(actor: Actor, code: str) -> "QuerySet[Any]":
    """Return the rows of one silence, oldest first."""
    if not perms.is_cell(actor) or code not in SILENCES:
        raise Http404
    return SILENCES[code][1](actor).order_by("since", "pk")


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """A week's half-days: asked, agreed, done. Counts that anyone can recompute from the needs."""

    monday: date
    asked: int
    agreed: int
    done: int
    at: datetime


def week_figures(actor: Actor) -> WeekFigures:
    """Return the places asked, held and done in the current week.

    At the weekend, once nothing of the week is to come any more, the week that matters is the next one.
    """
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    slots = Slot.objects.filter(need__state__in=("open", "filled"), need__exercise_id=actor.exercise_id)
    if today.weekday() >= SATURDAY and not slots.filter(day__range=(today, monday + timedelta(days=6))).exists():
        monday += timedelta(weeks=1)
    span = (monday, monday + timedelta(days=6))
    places = list(slots.filter(day__range=span).values_list("headcount", "held"))
    asked, agreed = sum(count for count, _held in places), sum(held for _count, held in places)
    done = Assignment.objects.filter(
        day__range=span, state__in=(State.DONE, State.RETURNED, State.DEBRIEFED), exercise_id=actor.exercise_id
    ).count()
    return WeekFigures(monday, asked, agreed, done, clock.now())


def unsent_plan(actor: Actor) -> Plan | None:
    """Return the latest plan of days to come if it is ready and no wave left since: hosts wait for it to be read."""
    plan = Plan.objects.filter(exercise_id=actor.exercise_id, ends_on__gte=clock.today()).order_by("-number").first()
    if plan is None or plan.state != Plan.State.READY or plan.finished_at is None:
        return None
    sent = Wave.objects.filter(exercise_id=actor.exercise_id, sent_at__gte=plan.finished_at)
    return None if sent.exists() or not plan.lines.filter(kept=False, dismissed=False).exists() else plan
