"""The table of silences: what waits, on whom, since when (design.md rule 2). Never sign-ups."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.privacy.models import DataRequest
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import (
    Assignment,
    Call,
    Concern,
    Debrief,
    MentorAbsence,
    Need,
    Objection,
    Offer,
    OtherHalfDay,
    Plan,
    PlanView,
    Slot,
    Wave,
)
from reflexes.mechanisms.allocation.services import accounts, flying, learning, other_dates, releases
from reflexes.mechanisms.allocation.services.calls import calls_due
from reflexes.mechanisms.allocation.services.concerns import visible_concerns
from reflexes.mechanisms.allocation.services.departures import services_without_manager
from reflexes.mechanisms.allocation.services.objecting import open_objections
from reflexes.mechanisms.allocation.services.papers import certificates_to_confirm, papers_in_the_way
from reflexes.mechanisms.allocation.services.reserve import reserve_for_free_places
from reflexes.mechanisms.allocation.services.thanks import unthanked
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import twinning
from reflexes.mechanisms.directory.models import FlyingTerms, Twinning
from reflexes.mechanisms.directory.services import erased_people

SOON = timedelta(days=2)
# What a line of a list names of a mission.
SHOWN = (
    "person__offer__capacity__unit",
    "slot__need__organisation",
    "slot__need__place__commune",
    "slot__need__mentor",
    "slot__skill",
)
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
    return Assignment.objects.filter(state__in=states, exercise_id=actor.exercise_id).select_related(*SHOWN)


def offers_unanswered(actor: Actor) -> QuerySet[Offer]:
    """Return the offers nobody answered: never asked, never greeted."""
    offers = Offer.objects.all() if actor.exercise_id is None else Offer.objects.none()
    return (
        offers.filter(active=True, greeted_at=None, last_asked_at=None)
        .select_related("person", "capacity__unit")
        .annotate(since=F("came_forward_at"))
    )


# What the clock and the boxes say of a mission; each is true, or it is not.
SIGNS: dict[str, Callable[[], Q]] = {
    # Called, or whoever is above is asked (P09 (9)).
    "late": lambda: Q(release_by__isnull=False, release_by__lt=clock.now()),
    "unprepared": lambda: Q(day__lte=clock.today() + SOON) & (Q(trained=False) | Q(safety_told=False)),
    "due_back": lambda: Q(returns_on__lt=clock.today()) | Q(returns_on=None, day__lt=clock.today()),
}


@dataclass(frozen=True, slots=True)
class Waited:
    """Missions that wait in a state: since which moment of theirs, with which sign and without which."""

    states: tuple[State, ...]
    since: str = "changed_at"
    sign: str = ""
    without: str = ""


# Silences that a mission tells by itself, without looking at any other table: all are counted in one reading.
MISSIONS: dict[str, Waited] = {
    "agents_silent": Waited((State.PROPOSED,), "created_at"),
    "managers_silent": Waited((State.ACCEPTED,), without="late"),
    "managers_late": Waited((State.ACCEPTED,), "release_by", sign="late"),
    "hosts_silent": Waited((State.RELEASED,)),
    "stand_ins_wanted": Waited((State.STAND_IN,)),
    "unprepared": Waited((State.CONFIRMED, State.STAND_IN), sign="unprepared"),
    "not_returned": Waited((State.CONFIRMED, State.STAND_IN, State.STARTED, State.DONE), sign="due_back"),
    "not_debriefed": Waited((State.RETURNED,)),
}


def _missions(code: str) -> Reader:
    def reader(actor: Actor) -> QuerySet[Assignment]:
        waited = MISSIONS[code]
        found = _assignments(actor, *waited.states).annotate(since=F(waited.since))
        found = found.filter(SIGNS[waited.sign]()) if waited.sign else found
        return found.exclude(SIGNS[waited.without]()) if waited.without else found

    return reader


def _counted_missions(actor: Actor) -> dict[str, tuple[int, datetime | None]]:
    """Return how many missions each silence of ``MISSIONS`` holds and since when for the oldest: one query for all."""
    states = {state for waited in MISSIONS.values() for state in waited.states}
    moments = {waited.since for waited in MISSIONS.values()}
    rows = list(
        Assignment.objects.filter(state__in=states, exercise_id=actor.exercise_id)
        .annotate(**{sign: told() for sign, told in SIGNS.items()})
        .values("state", *SIGNS)
        .annotate(count=Count("pk"), **{f"oldest_{moment}": Min(moment) for moment in moments})
        .order_by()
    )
    found = {}
    for code, waited in MISSIONS.items():
        told = [
            row
            for row in rows
            if row["state"] in waited.states and row.get(waited.sign, True) and not row.get(waited.without, False)
        ]
        since = min((row[f"oldest_{waited.since}"] for row in told), default=None)
        found[code] = (sum(row["count"] for row in told), since)
    return found


def mentors_away(actor: Actor) -> QuerySet[MentorAbsence]:
    """Return the mentors who are away and whom nobody replaces: until then nobody may start."""
    return (
        MentorAbsence.objects.filter(replaced_by=None, day__gte=clock.today(), exercise_id=actor.exercise_id)
        .select_related("person", "organisation")
        .annotate(since=F("said_at"))
    )


def concerns_open(actor: Actor) -> QuerySet[Concern]:
    """Return what people told in confidence and were not answered about."""
    return (
        visible_concerns(actor)
        .exclude(state=Concern.State.ANSWERED)
        .select_related("handled_by")
        .annotate(since=F("received_at"))
    )


def objections_open(actor: Actor) -> QuerySet[Objection]:
    """Return the objections of designated people that nobody answered."""
    return open_objections(actor.exercise_id).annotate(since=F("made_at"))


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


def needs_new(actor: Actor) -> QuerySet[Need]:
    """Return the open needs that no plan looked at and for which nobody was ever asked; vital ones are said apart."""
    to_come = Slot.objects.filter(need=OuterRef("pk"), day__gte=clock.today(), held__lt=F("headcount"), stopped_at=None)
    return (
        Need.objects.filter(Exists(to_come), state="open", priority__lt=3, exercise_id=actor.exercise_id)
        .exclude(Exists(PlanView.objects.filter(slot__need=OuterRef("pk"))))
        .exclude(Exists(Assignment.objects.filter(slot__need=OuterRef("pk"))))
        .select_related("organisation", "place__commune")
        .annotate(since=F("opened_at"))
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


def reserve_first(actor: Actor) -> QuerySet[Assignment]:
    """Return the people on reserve where a place is free again: they are asked before anybody else."""
    return reserve_for_free_places(actor.exercise_id).select_related(*SHOWN).annotate(since=F("changed_at"))


def calls_again(actor: Actor) -> QuerySet[Call]:
    """Return the calls that were promised for now."""
    return calls_due(actor.exercise_id)


def drafts(actor: Actor) -> QuerySet[Need]:
    """Return the needs begun and never opened."""
    return (
        Need.objects.filter(state="draft", exercise_id=actor.exercise_id)
        .select_related("organisation")
        .annotate(since=F("created_at"))
    )


def half_days_proposed(actor: Actor) -> QuerySet[OtherHalfDay]:
    """Return the half-days that services proposed instead and that nobody followed up."""
    return other_dates.open_ones(actor.exercise_id).annotate(since=F("proposed_at"))


def costs_unread(actor: Actor) -> QuerySet[Assignment]:
    """Return what releases cost the services, that nobody acknowledged."""
    return releases.losses(actor.exercise_id)


def remarks_unanswered(actor: Actor) -> QuerySet[Debrief]:
    """Return what newcomers noticed and their host has not answered."""
    return learning.remarks_unanswered(actor.exercise_id)


def drills_due(actor: Actor) -> QuerySet[Twinning]:
    """Return the twinned services whose drill is due; nobody is waited for while playing an exercise."""
    due = twinning.drills_due() if actor.exercise_id is None else twinning.drills_due().none()
    return due.annotate(since=Cast("next_drill_on", DateTimeField()))


def job_sheets_to_review(actor: Actor) -> QuerySet[FlyingTerms]:
    """Return the days for another authority whose review is due."""
    due = FlyingTerms.objects.filter(flying.to_review(clock.today())).exclude(person__in=erased_people())
    due = due if actor.exercise_id is None else due.none()
    return due.annotate(since=Cast("review_on", DateTimeField()))


def accounts_over(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions promised beyond the half-days that an employer decided."""
    found = accounts.beyond(actor.exercise_id).values("pk")
    return _assignments(actor, *accounts.PROMISED).filter(pk__in=found).annotate(since=F("changed_at"))


def data_requests(actor: Actor) -> QuerySet[DataRequest]:
    """Return what people asked about their data and nobody answered; a drill asks nothing of the sort."""
    waiting = DataRequest.objects.filter(answered_at=None)
    return (waiting if actor.exercise_id is None else waiting.none()).annotate(since=F("made_at"))


# code → (who waits, what to read). Order is the order of the page.
SILENCES: dict[str, tuple[str, Reader]] = {
    "mentors_away": ("agents", mentors_away),
    "concerns_open": ("people", concerns_open),
    "objections_open": ("agents", objections_open),
    "offers_unanswered": ("people", offers_unanswered),
    "agents_silent": ("hosts", _missions("agents_silent")),
    "managers_late": ("agents", _missions("managers_late")),
    "managers_silent": ("agents", _missions("managers_silent")),
    "hosts_silent": ("agents", _missions("hosts_silent")),
    "needs_short": ("hosts", needs_short),
    "needs_new": ("hosts", needs_new),
    "reserve_first": ("hosts", reserve_first),
    "calls_due": ("people", calls_again),
    "stand_ins_wanted": ("agents", _missions("stand_ins_wanted")),
    "papers_in_the_way": ("agents", papers_in_the_way),
    "unprepared": ("agents", _missions("unprepared")),
    "not_returned": ("services", _missions("not_returned")),
    "not_debriefed": ("agents", _missions("not_debriefed")),
    "series_ending": ("hosts", series_ending),
    "half_days_proposed": ("services", half_days_proposed),
    "costs_unread": ("services", costs_unread),
    "remarks_unanswered": ("agents", remarks_unanswered),
    "drills_due": ("services", drills_due),
    "job_sheets_to_review": ("services", job_sheets_to_review),
    "certificates_to_confirm": ("people", certificates_to_confirm),
    "services_without_manager": ("services", services_without_manager),
    "drafts": ("hosts", drafts),
    "unthanked": ("people", unthanked),
    "data_requests": ("people", data_requests),
    "accounts_over": ("people", accounts_over),
}


# These cannot wait for their turn: somebody stands in front of a door.
FIRST = frozenset({"mentors_away"})


def silences(actor: Actor) -> list[Silence]:
    """Return the silences that last, oldest first but those that cannot wait.

    One query for those of the missions and one for all the others: a busy server waits once, whatever the pool.
    """
    if not perms.is_cell(actor):
        raise Http404
    counted = {**_counted_missions(actor), **_counted_others(actor)}
    found = [
        Silence(code, group, *counted[code])
        for code, (group, _reader) in SILENCES.items()
        if code in counted and counted[code][0]
    ]
    return sorted(found, key=lambda one: (one.code not in FIRST, one.since or clock.now()))


def _counted_others(actor: Actor) -> dict[str, tuple[int, datetime | None]]:
    """Return the same of every other silence, each counted by its own reader; one that cannot be is left out."""
    first, *others = (
        reader(actor)
        .order_by()
        .annotate(silence=Value(code))
        .values("silence")
        .annotate(count=Count("pk"), oldest=Min("since"))
        .values_list("silence", "count", "oldest")
        for code, (_group, reader) in SILENCES.items()
        if code not in MISSIONS
    )
    return {code: (count, oldest) for code, count, oldest in first.union(*others, all=True)}


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
    places = slots.filter(day__range=span).aggregate(asked=Sum("headcount", default=0), agreed=Sum("held", default=0))
    done = Assignment.objects.filter(
        day__range=span, state__in=(State.DONE, State.RETURNED, State.DEBRIEFED), exercise_id=actor.exercise_id
    ).count()
    return WeekFigures(monday, places["asked"], places["agreed"], done, clock.now())


def unsent_plan(actor: Actor) -> Plan | None:
    """Return the latest plan of days to come if it is ready and no wave left since: hosts wait for it to be read."""
    plan = (
        Plan.objects.filter(exercise_id=actor.exercise_id, ends_on__gte=clock.today())
        .defer("snapshot")
        .order_by("-number")
        .first()
    )
    if plan is None or plan.state != Plan.State.READY or plan.finished_at is None:
        return None
    sent = Wave.objects.filter(exercise_id=actor.exercise_id, sent_at__gte=plan.finished_at)
    return None if sent.exists() or not plan.lines.filter(kept=False, dismissed=False).exists() else plan
