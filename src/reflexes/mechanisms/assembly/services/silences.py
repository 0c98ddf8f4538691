"""What waits for the participation officer: on whom, since when (design.md rule 2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, F, Min, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import (
    Attendance,
    Body,
    Commitment,
    Consultation,
    Contribution,
    Expense,
    Milestone,
    Proposal,
    Review,
    Seat,
    Session,
)
from reflexes.mechanisms.assembly.services import answers, bodies, commitments, moderation, reviews


@dataclass(frozen=True, slots=True)
class Silence:
    """One kind of silence: how many, since when for the oldest, and who is waiting (``group``)."""

    code: str
    group: str
    count: int
    since: datetime | None


Reader = Callable[[Actor], "QuerySet[Any]"]
# One kind of silence: who waits, and what to read.
Kind = tuple[str, Reader]


def _on() -> list[str]:
    """Return the pistes that are switched on: what waits in another has no page to go to."""
    return [piste.slug for piste in registry.pistes()]


def _own_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the bodies the officer keeps, in the world they act in: a real body too while they play."""
    return perms.visible_bodies(actor).filter(organisation_id=actor.organisation_id, piste__in=_on())


def _own_consultations(actor: Actor) -> QuerySet[Consultation]:
    kept = Consultation.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    return kept.filter(piste__in=_on())


def _own_proposals(actor: Actor) -> Q:
    """Proposals, or rows about them with ``proposal__`` before, that the officer keeps."""
    return Q(exercise_id=actor.exercise_id, piste__in=_on()) & (
        Q(body__organisation_id=actor.organisation_id)
        | Q(body=None, consultation__organisation_id=actor.organisation_id)
    )


def _proposals(actor: Actor) -> "QuerySet[Proposal]":
    return Proposal.objects.filter(_own_proposals(actor))


def proposals_late(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposals whose day of answer has passed."""
    late = answers.unanswered_past_their_day(clock.today()).filter(_own_proposals(actor))
    return late.annotate(since=Cast("answer_due_on", DateTimeField()))


def appeals_waiting(actor: Actor) -> QuerySet[Contribution]:
    """Return the appeals against hidden words that nobody answered."""
    waiting = moderation.appeals_waiting(_own_consultations(actor))
    return waiting.select_related("consultation").annotate(since=F("appealed_at"))


def words_to_read(actor: Actor) -> QuerySet[Contribution]:
    """Return the words that wait to be read before they show."""
    waiting = Contribution.objects.filter(consultation__in=_own_consultations(actor), state=Contribution.State.WAITING)
    return waiting.select_related("consultation").annotate(since=F("said_at"))


def reviews_called(actor: Actor) -> QuerySet[Review]:
    """Return the reviews called by an author and not written yet."""
    return reviews.called_and_waiting().filter(proposal__in=_proposals(actor)).annotate(since=F("called_at"))


def commitments_late(actor: Actor) -> QuerySet[Commitment]:
    """Return the promises neither kept nor dropped whose day has passed."""
    late = commitments.past_their_day(clock.today()).filter(proposal__in=_proposals(actor))
    return late.annotate(since=Cast("due_on", DateTimeField()))


def milestones_late(actor: Actor) -> QuerySet[Milestone]:
    """Return the stages of promises neither kept nor dropped whose day has passed."""
    late = Milestone.objects.filter(
        commitment__proposal__in=_proposals(actor),
        commitment__done_on=None,
        commitment__dropped_on=None,
        done_on=None,
        due_on__lt=clock.today(),
    )
    late = late.select_related("commitment__owner", "commitment__proposal")
    return late.annotate(since=Cast("due_on", DateTimeField()))


def seats_unanswered(actor: Actor) -> QuerySet[Seat]:
    """Return the seats somebody was asked to take and did not answer about; a drill asks nobody for real."""
    asked = Seat.objects.filter(
        college__body__in=_own_bodies(actor).filter(exercise_id=actor.exercise_id), state=Seat.State.ASKED
    )
    return asked.select_related("person", "college__body").annotate(since=F("asked_at"))


def calls_unanswered(actor: Actor) -> QuerySet[Attendance]:
    """Return who was called to a session still to come and did not say whether they come."""
    asked = Attendance.objects.filter(
        session__body__in=_own_bodies(actor),
        session__exercise_id=actor.exercise_id,
        session__state=Session.State.CALLED,
        session__starts_at__gt=clock.now(),
        answer=Attendance.Answer.ASKED,
    )
    return asked.select_related("person", "session__body").annotate(since=F("asked_at"))


def sessions_without_minutes(actor: Actor) -> QuerySet[Session]:
    """Return the sessions that are over and whose minutes nobody published."""
    over = Session.objects.filter(
        body__in=_own_bodies(actor),
        exercise_id=actor.exercise_id,
        ends_at__lt=clock.now(),
        minutes_published_at=None,
    ).exclude(state=Session.State.CANCELLED)
    return over.select_related("body").annotate(since=F("ends_at"))


def expenses_unsettled(actor: Actor) -> QuerySet[Expense]:
    """Return the expenses asked for and not paid: agreed is not paid."""
    waiting = Expense.objects.filter(
        attendance__session__body__in=_own_bodies(actor),
        attendance__session__exercise_id=actor.exercise_id,
        state__in=(Expense.State.ASKED, Expense.State.AGREED),
    )
    return waiting.select_related("attendance__person", "attendance__session__body").annotate(since=F("asked_at"))


def bodies_past_their_end(actor: Actor) -> QuerySet[Body]:
    """Return the bodies still at work after their latest day: closed by a person, or renewed with a reason."""
    past = bodies.past_their_end().filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    return past.filter(piste__in=_on()).annotate(since=Cast("ends_on", DateTimeField()))


# Those of words: wherever people speak, propose and are answered.
WORDS: dict[str, Kind] = {
    "proposals_late": ("authors", proposals_late),
    "appeals_waiting": ("authors", appeals_waiting),
    "words_to_read": ("authors", words_to_read),
    "reviews_called": ("authors", reviews_called),
    "commitments_late": ("authors", commitments_late),
    "milestones_late": ("authors", milestones_late),
}
# Those of bodies that sit.
BODIES: dict[str, Kind] = {
    "seats_unanswered": ("people", seats_unanswered),
    "calls_unanswered": ("people", calls_unanswered),
    "expenses_unsettled": ("people", expenses_unsettled),
    "sessions_without_minutes": ("everybody", sessions_without_minutes),
    "bodies_past_their_end": ("everybody", bodies_past_their_end),
}
SILENCES = WORDS | BODIES


def silences(actor: Actor, kinds: Mapping[str, Kind] = SILENCES) -> list[Silence]:
    """Return the silences that last, oldest first: one question for each kind, whatever their number."""
    if not perms.is_keeper(actor):
        raise Http404
    found = []
    for code, (group, reader) in kinds.items():
        counted = reader(actor).order_by().aggregate(count=Count("pk"), oldest=Min("since"))
        if counted["count"]:
            found.append(Silence(code, group, counted["count"], counted["oldest"]))
    return sorted(found, key=lambda one: one.since or clock.now())


def waiting_on(actor: Actor, code: str, kinds: Mapping[str, Kind] = SILENCES) -> "QuerySet[Any]":
    """Return the rows of one silence, oldest first."""
    if not perms.is_keeper(actor) or code not in kinds:
        raise Http404
    return kinds[code][1](actor).order_by("since", "pk")
