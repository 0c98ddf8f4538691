"""Exercises from the opening to the debrief: who plays, what happens meanwhile, what it showed."""

import os
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.models import State as JobState
from reflexes.mechanisms.crisis.models import Exercise, Invited, Lesson, Player, Sequence, Surprise
from reflexes.mechanisms.crisis.services import can_steer, check_steering
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

# Those who may be invited by their role; the cell is always at the table of its own exercise.
PLAYING_ROLES = (roles.COORDINATOR, roles.HOST, roles.MANAGER, roles.AGENT)
# Law of 25 November 2021, decrees 2022-907 and 2022-1532: the communal safeguard plan is exercised at least every five
# years, and a real activation exempts.
YEARS_BETWEEN = int(os.environ.get("REFLEXES_EXERCISE_YEARS", "5"))
# How far those who lead an exercise may move its clock at once.
JUMPS = {
    "hour": _("An hour later"),
    "day": _("The next day at eight"),
    "week": _("Next Monday at eight"),
}
OWNERS = (roles.COORDINATOR, roles.DIRECTOR, roles.ADMINISTRATOR)


def visible_exercises(actor: Actor) -> QuerySet[Exercise]:
    """Return the exercises ``actor`` may see: all for those who steer, else those they are invited to or played."""
    exercises = Exercise.objects.all()
    if can_steer(actor):
        return exercises
    if not actor.is_known:
        return exercises.none()
    invited = Invited.objects.filter(exercise=OuterRef("pk")).filter(Q(role=actor.role) | Q(person_id=actor.person_id))
    played = Player.objects.filter(exercise=OuterRef("pk"), person_id=actor.person_id)
    return exercises.filter(Exists(invited) | Exists(played))


def access_exercise(actor: Actor, pk: int) -> Exercise:
    """Return an exercise of the actor; for whoever is not invited it does not exist."""
    exercise = visible_exercises(actor).filter(pk=pk).first()
    if exercise is None:
        raise Http404
    return exercise


def access_steered(actor: Actor, pk: int) -> Exercise:
    """Return an exercise to someone who leads it."""
    exercise = access_exercise(actor, pk)
    check_steering(actor)
    return exercise


def open_exercise_of(actor: Actor) -> Exercise | None:
    """Return the latest exercise that waits for ``actor`` to join, if any."""
    if not actor.is_known or actor.exercise_id is not None:
        return None
    return visible_exercises(actor).filter(ended_at=None).order_by("-started_at", "-pk").first()


def do_start_exercise(
    *,
    actor: Actor,
    name: str,
    plays_at: datetime,
    purpose: str = "",
    invited: Iterable[str] = PLAYING_ROLES,
    all_free: bool = True,
    begin: str = "",
    surprises: Iterable[tuple[str, str]] = (),
) -> Exercise:
    """Start a drill on the real screens, at the moment ``plays_at``, for those who hold one of the ``invited`` roles.

    ``begin`` is the card that lies face up from the start; ``surprises`` (title, words) are turned over meanwhile.
    """
    check_steering(actor)
    wanted = set(invited)
    if not wanted <= set(PLAYING_ROLES):
        raise Refusal("role_unknown", _("Choose who plays in the list."))
    with transaction.atomic():
        exercise = Exercise.objects.create(
            name=name, purpose=purpose, plays_at=plays_at, all_free=all_free, started_at=clock.real_now()
        )
        Invited.objects.bulk_create(Invited(exercise=exercise, role=role) for role in sorted(wanted))
        cards = [(str(_("To begin")), begin, exercise.plays_at)] if begin else []
        cards += [(title, words, None) for title, words in surprises]
        Surprise.objects.bulk_create(
            Surprise(exercise=exercise, position=position, title=title, words=words[:400], revealed_at=moment)
            for position, (title, words, moment) in enumerate(cards, start=1)
        )
        _record(actor, verb="crisis.exercise_started", exercise=exercise)
    return exercise


def do_invite_by_name(*, actor: Actor, exercise: Exercise, person: Person) -> None:
    """Invite one person, whatever their role."""
    check_steering(actor)
    _check_open(exercise)
    with transaction.atomic():
        _one, made = Invited.objects.get_or_create(exercise=exercise, role="", person=person)
        if not made:
            raise Refusal("invited_already", _("This person is already invited."), conflict=True)
        _record(actor, verb="crisis.exercise_invited", exercise=exercise)


def do_withdraw_invitation(*, actor: Actor, exercise: Exercise, invited_id: int) -> None:
    """Take an invitation back; whoever already plays goes on."""
    check_steering(actor)
    with transaction.atomic():
        if Invited.objects.filter(exercise=exercise, pk=invited_id).delete()[0]:
            _record(actor, verb="crisis.exercise_uninvited", exercise=exercise)


def do_join_exercise(*, actor: Actor, exercise: Exercise) -> None:
    """Write that somebody plays, in their present role."""
    if exercise.ended_at is not None:
        raise Refusal("ended", _("This exercise has ended: it can be read, no longer played."), conflict=True)
    with transaction.atomic():
        _player, made = Player.objects.get_or_create(exercise=exercise, person_id=actor.person_id, role=actor.role)
        if made:
            _record(actor, verb="crisis.exercise_joined", exercise=exercise)


def do_add_surprise(*, actor: Actor, exercise: Exercise, title: str, words: str = "") -> Surprise:
    """Prepare one more card, face down."""
    check_steering(actor)
    _check_open(exercise)
    with transaction.atomic():
        last = exercise.surprises.order_by("-position").first()
        return Surprise.objects.create(
            exercise=exercise, position=last.position + 1 if last else 1, title=title, words=words
        )


def do_reveal(*, actor: Actor, exercise: Exercise, surprise_id: int) -> Surprise:
    """Turn a card over: everybody who plays reads its title at the top of each page."""
    check_steering(actor)
    _check_open(exercise)
    with transaction.atomic():
        moved = Surprise.objects.filter(exercise=exercise, pk=surprise_id, revealed_at=None).update(
            revealed_at=clock.real_now() + exercise.shift
        )
        if not moved:
            raise Refusal("revealed", _("This card is already turned over."), conflict=True)
        _record(actor, verb="crisis.exercise_surprise", exercise=exercise)
    return Surprise.objects.get(pk=surprise_id)


def moment_after(exercise: Exercise, jump: str) -> datetime:
    """Return where a jump of the clock leads: an hour later, or eight o'clock of the next day or of next Monday."""
    now = timezone.localtime(clock.real_now() + exercise.shift)
    if jump == "hour":
        return now + timedelta(hours=1)
    days = 1 if jump == "day" else 7 - now.weekday()
    return timezone.make_aware(datetime.combine(now.date() + timedelta(days=days), time(8)))


def do_move_clock(*, actor: Actor, exercise: Exercise, jump: str) -> datetime:
    """Move the exercise's clock on, never back: what would happen meanwhile is left to be played. Return its moment."""
    check_steering(actor)
    _check_open(exercise)
    if jump not in JUMPS:
        raise Refusal("jump_unknown", _("Choose how far the clock moves on."))
    now = clock.real_now() + exercise.shift
    to = moment_after(exercise, jump)
    with transaction.atomic():
        # Two people who press at once move it once.
        moved = Exercise.objects.filter(pk=exercise.pk, moved_on=exercise.moved_on, ended_at=None).update(
            moved_on=exercise.moved_on + (to - now)
        )
        if not moved:
            raise Refusal("moved_meanwhile", _("Somebody moved the clock meanwhile: read its moment."), conflict=True)
        _record(actor, verb="crisis.exercise_clock", exercise=exercise)
    return to


def do_end_exercise(*, actor: Actor, exercise: Exercise) -> None:
    """End a drill: its needs and missions stay readable, its links and what it had left to do are closed."""
    check_steering(actor)
    now = clock.real_now()
    with transaction.atomic():
        if not Exercise.objects.filter(pk=exercise.pk, ended_at=None).update(ended_at=now):
            raise Refusal("already_ended", _("This exercise has already ended."), conflict=True)
        MagicLink.objects.filter(exercise_id=exercise.pk, used_at=None, revoked_at=None).update(revoked_at=now)
        Job.objects.filter(exercise_id=exercise.pk, state=JobState.WAITING).update(
            state=JobState.SET_ASIDE, ended_at=now
        )
        _record(actor, verb="crisis.exercise_ended", exercise=exercise)


def do_debrief(*, actor: Actor, exercise: Exercise, worked: str, hard: str, next_on: date | None) -> None:
    """Write what the exercise showed and when the next one is."""
    check_steering(actor)
    if exercise.ended_at is None:
        raise Refusal("not_ended", _("End the exercise first: one speaks of it once it is over."), conflict=True)
    if next_on is not None and next_on <= clock.real_today():
        raise Refusal("next_in_the_past", _("Choose a day to come for the next exercise."))
    with transaction.atomic():
        Exercise.objects.filter(pk=exercise.pk).update(
            worked=worked, hard=hard, next_on=next_on, debriefed_at=clock.real_now()
        )
        _record(actor, verb="crisis.exercise_debriefed", exercise=exercise)


def owners() -> QuerySet[Person]:
    """Return who may carry a decision: the cell, the director, the administrator."""
    return Person.objects.filter(capacities__role__in=OWNERS, erased_at=None).distinct().order_by("search", "pk")


def do_decide(*, actor: Actor, exercise: Exercise, words: str, verdict: str, owner: Person, due_on: date) -> Lesson:
    """Decide what becomes of something the exercise showed: keep, adapt or drop, by somebody, until a date."""
    check_steering(actor)
    if verdict not in Lesson.Verdict.values:
        raise Refusal("verdict_unknown", _("Say whether you keep it, adapt it or drop it."))
    if due_on <= clock.real_today():
        raise Refusal("due_in_the_past", _("Choose a day to come: a decision without a date is forgotten."))
    with transaction.atomic():
        lesson = Lesson.objects.create(exercise=exercise, words=words, verdict=verdict, owner=owner, due_on=due_on)
        _record(actor, verb="crisis.exercise_decided", exercise=exercise)
    return lesson


def do_close_lesson(*, actor: Actor, exercise: Exercise, lesson_id: int) -> None:
    """Say that a decision is carried out."""
    check_steering(actor)
    with transaction.atomic():
        if not Lesson.objects.filter(exercise=exercise, pk=lesson_id, done_at=None).update(done_at=clock.real_now()):
            raise Refusal("lesson_closed", _("This decision is already carried out."), conflict=True)
        _record(actor, verb="crisis.exercise_decision_done", exercise=exercise)


def last_rehearsal() -> datetime | None:
    """Return when the territory last rehearsed, or really went through it: a crisis that ended counts."""
    exercise = Exercise.objects.exclude(ended_at=None).order_by("-ended_at").values_list("ended_at", flat=True).first()
    crisis = (
        Sequence.objects.filter(level=Sequence.Level.CRISIS)
        .order_by("-starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    return max((moment for moment in (exercise, crisis) if moment), default=None)


def rehearsal_due() -> tuple[bool, date | None]:
    """Tell whether an exercise is due, and since which day (nothing when there never was any)."""
    planned = Exercise.objects.exclude(next_on=None).order_by("-ended_at").values_list("next_on", flat=True).first()
    last = last_rehearsal()
    if last is None:
        return True, None
    limit = last.date() + timedelta(days=365 * YEARS_BETWEEN)
    # A date given for the next exercise holds until somebody plays after it.
    if planned is not None and planned > last.date():
        limit = min(limit, planned)
    return limit <= clock.real_today(), limit


def _check_open(exercise: Exercise) -> None:
    if exercise.ended_at is not None:
        raise Refusal("already_ended", _("This exercise has already ended."), conflict=True)


def _record(actor: Actor, *, verb: str, exercise: Exercise) -> None:
    record(actor=actor, verb=verb, object_kind="exercise", object_key=exercise.pk)
