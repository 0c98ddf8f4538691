"""The life of one mission, from the answer to its end; ``returns`` holds what follows.

Every move is one transaction and one conditional update.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import (
    Assignment,
    Half,
    MentorAbsence,
    Objection,
    Offer,
    OtherHalfDay,
    Slot,
    WeekLoad,
    half_day_starts,
)
from reflexes.mechanisms.allocation.services.accounts import check_room
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.eligibility import check_protected
from reflexes.mechanisms.allocation.services.mentors import lose_replacement, welcomer_id
from reflexes.mechanisms.allocation.services.needs import refresh_filled
from reflexes.mechanisms.allocation.states import (
    HOLDING,
    LIVE,
    TRANSITIONS,
    DropMotive,
    NeedState,
    State,
    WithholdMotive,
)
from reflexes.mechanisms.journal.services import record


def monday(day: date) -> date:
    """Return the Monday of the week of ``day``: what a weekly cap counts from."""
    return day - timedelta(days=day.weekday())


@transaction.atomic
def do_answer(*, actor: Actor, assignment: Assignment, yes: bool) -> Assignment:
    """The agent says yes or no. A no asks for no reason and costs nothing (P09: refusing is free).

    Until the time to answer has passed, one may change one's mind (screens.md 4); the same answer twice is one answer.
    A yes that comes once every place is taken is kept on reserve, which anyone leaves whenever they like.
    """
    if not perms.can_answer(actor, assignment):
        raise PermissionDenied
    until = assignment.answer_by
    leaves_reserve = assignment.state == State.RESERVE and not yes
    if until is not None and clock.now() > until and not leaves_reserve:
        raise Refusal(
            "too_late", _("The time to answer has passed. Call the cell if you can still come: they will look.")
        )
    return _say_yes(actor, assignment) if yes else _say_no(actor, assignment)


def _say_yes(actor: Actor, assignment: Assignment) -> Assignment:
    if assignment.state in AGREED:
        return assignment
    if assignment.slot.need.state == NeedState.CLOSED:
        raise Refusal(
            "need_closed",
            _("This need was closed meanwhile. Thank you for your yes: the cell will ask you for another half-day."),
            conflict=True,
        )
    if assignment.slot.stopped_at is not None:
        raise Refusal(
            "half_day_stopped",
            _("This half-day was called off. Thank you for your yes: the cell will ask you for another one."),
            conflict=True,
        )
    check_protected(assignment)
    try:
        _take(assignment, to=State.ACCEPTED, release_by=_release_by(assignment))
    except Refusal as refusal:
        if refusal.code != "slot_full":
            raise
        return _keep_on_reserve(actor, assignment)
    _done(actor, assignment, "accepted")
    return _release_as_agreed(assignment)


def _release_as_agreed(assignment: Assignment) -> Assignment:
    """A service that proposed this very half-day has agreed already: nobody is asked twice (screens.md 6)."""
    if OtherHalfDay.objects.filter(proposal=assignment, closed_at=None).exists():
        _move(assignment, State.RELEASED)
        _done(SYSTEM, assignment, "released", tell=True)
        announce(assignment, "goes_as_agreed")
    return assignment


def _keep_on_reserve(actor: Actor, assignment: Assignment) -> Assignment:
    """Every place is taken: the yes is kept, holds nothing, and is the first to be asked when somebody drops."""
    if assignment.state == State.RESERVE:
        return assignment
    same_time = {"person_id": assignment.person_id, "day": assignment.day, "half": assignment.half}
    if Assignment.objects.filter(**same_time, state__in=HOLDING, exercise_id=assignment.exercise_id).exists():
        raise Refusal("half_day_taken", _("You already said yes to another mission on that half-day."), conflict=True)
    _move(assignment, State.RESERVE)
    return _done(actor, assignment, "reserved")


def _say_no(actor: Actor, assignment: Assignment) -> Assignment:
    if assignment.state == State.DECLINED:
        return assignment
    if assignment.mode == Assignment.Mode.DESIGNATED:
        raise Refusal(
            "designated",
            _(
                "You were designated: call the cell to say that you cannot come or that you object. "
                "It answers in writing."
            ),
            conflict=True,
        )
    if assignment.state in AGREED and assignment.state != State.ACCEPTED:
        return do_drop(actor=actor, assignment=assignment, motive=DropMotive.AGENT)
    changed_mind = assignment.state == State.ACCEPTED
    _let_go(assignment, State.DECLINED)
    return _done(actor, assignment, "withdrawn" if changed_mind else "declined")


# States in which a yes was said and the mission has not begun.
AGREED = (State.ACCEPTED, State.RELEASED, State.CONFIRMED, State.STAND_IN)


def _release_by(assignment: Assignment) -> datetime:
    """Return until when the home manager answers: the usual delay, never past the beginning of the mission."""
    return min(clock.now() + limits.RELEASE_WITHIN, half_day_starts(assignment.day, assignment.half))


@transaction.atomic
def do_release(
    *, actor: Actor, assignment: Assignment, capacity_loss: str = "", said_by: int | None = None
) -> Assignment:
    """The home manager lets the agent go, and may say what it costs the service (P09 (9)).

    ``said_by`` is the manager whose yes the cell writes down; it stays on the mission.
    """
    if not perms.can_release(actor, assignment):
        raise PermissionDenied
    _move(assignment, State.RELEASED, capacity_loss=capacity_loss[:200], released_by_id=said_by or actor.person_id)
    return _done(actor, assignment, "released")


@transaction.atomic
def do_withhold(
    *,
    actor: Actor,
    assignment: Assignment,
    motive: str,
    capacity_loss: str = "",
    other: tuple[date, str] | None = None,
) -> Assignment:
    """The home manager keeps the agent, with a coded motive (P09 (9)); the half-day is free again.

    ``other`` is a half-day on which the service can do without: the agent and the cell are told.
    """
    if not perms.can_release(actor, assignment):
        raise PermissionDenied
    if motive not in WithholdMotive.values:
        raise Refusal(
            "motive_missing", _("Choose why the service cannot do without: the agent and the cell will read it.")
        )
    if motive == WithholdMotive.OTHER_DATE and other is None:
        raise Refusal("other_date_missing", _("Say which other half-day would suit the service."))
    if other is not None and (other[1] not in Half.values or other[0] < clock.today()):
        raise Refusal("other_date_past", _("Propose a half-day to come: today or later."))
    if other == (assignment.day, assignment.half):
        raise Refusal("other_date_same", _("Propose another half-day than the one you keep them for."))
    _let_go(assignment, State.WITHHELD, withhold_motive=motive, capacity_loss=capacity_loss[:200])
    if other is not None:
        record(
            actor=actor,
            verb="allocation.other_half_day_proposed",
            object_kind="assignment",
            object_key=assignment.pk,
            params={"day": other[0].isoformat(), "half": other[1]},
        )
        OtherHalfDay.objects.update_or_create(
            assignment=assignment, defaults={"day": other[0], "half": other[1], "proposed_at": clock.now()}
        )
    return _done(actor, assignment, "withheld", {"motive": motive})


@transaction.atomic
def do_confirm(*, actor: Actor, assignment: Assignment) -> Assignment:
    """The host says it expects this person; both contacts and the date of return are set (P09 (8))."""
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    need = assignment.slot.need
    if not (need.mentor_id and (assignment.hr_contact_id or need.contact_id)):
        raise Refusal(
            "contacts_missing", _("Name the mentor and the second contact on the need first: everyone has two.")
        )
    check_protected(assignment)
    holder, welcomes = _lock_holder(assignment), welcomer_id(assignment)
    _move(
        assignment,
        State.CONFIRMED,
        stands_in_for=None,
        mentor_id=welcomes,
        host_contact_id=assignment.host_contact_id or welcomes,
        hr_contact_id=assignment.hr_contact_id or need.contact_id,
        returns_on=assignment.returns_on or assignment.slot.back_on,
    )
    _done(actor, assignment, "confirmed")
    if holder is not None:
        _replace(actor, holder, assignment)
    return assignment


def _lock_holder(assignment: Assignment) -> Assignment | None:
    """Return whose place a stand-in is about to take; moves on one half-day wait for each other at its slot."""
    if assignment.stands_in_for_id is None:
        return None
    Slot.objects.select_for_update().get(pk=assignment.slot_id)
    assignment.refresh_from_db(fields=["stands_in_for", "state"])
    return assignment.stands_in_for


def _replace(actor: Actor, holder: Assignment, stand_in: Assignment) -> None:
    """Excuse the holder at the very moment the stand-in is confirmed: the place never has two people, nor none."""
    load = _week_load(holder)
    _move(holder, State.EXCUSED, only=(State.STAND_IN,), drop_motive=DropMotive.AGENT)
    WeekLoad.objects.filter(pk=load.pk, held__gt=0).update(held=F("held") - 1)
    # The others who were asked now find the place taken, and their yes goes on reserve.
    Assignment.objects.filter(stands_in_for=holder).update(stands_in_for=None)
    _done(actor, holder, "replaced", {"by": stand_in.pk})


@transaction.atomic
def do_turn_down(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """The host does not confirm, and says why."""
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("reason_missing", _("Say in one sentence why: the cell will find another way."))
    _let_go(assignment, State.TURNED_DOWN)
    return _done(actor, assignment, "turned_down", reason=reason)


@transaction.atomic
def do_prepare(*, actor: Actor, assignment: Assignment, trained: bool, safety_told: bool) -> Assignment:
    """Tick the preparation boxes: short training, safety (P09 (10))."""
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    _move(
        assignment, assignment.state, trained=trained, safety_told=safety_told, only=(State.CONFIRMED, State.STAND_IN)
    )
    return _done(actor, assignment, "prepared", tell=False)


@transaction.atomic
def do_start(*, actor: Actor, assignment: Assignment, return_interview_at: datetime) -> Assignment:
    """The mission begins: blocked until both boxes are ticked; the return interview is booked now (P09 (10), (11))."""
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    assignment.refresh_from_db()
    if mentor_missing(assignment):
        raise Refusal(
            "mentor_absent",
            _("Whoever was to welcome this person is not there: name somebody else first. Nobody starts alone."),
        )
    if not (assignment.trained and assignment.safety_told):
        raise Refusal("not_prepared", _("Tick the training and safety boxes first: nobody starts unprepared."))
    check_protected(assignment)
    if Objection.objects.filter(assignment=assignment, answered_at=None).exists():
        raise Refusal("answer_owed", _("The cell still owes this person an answer: call it before they begin."))
    if return_interview_at.date() < assignment.day:
        raise Refusal("interview_too_early", _("Book the return interview on or after the day of the mission."))
    Slot.objects.select_for_update().get(pk=assignment.slot_id)
    _move(assignment, State.STARTED, return_interview_at=return_interview_at)
    _free_stand_ins(actor, assignment)
    return _done(actor, assignment, "started")


def mentor_missing(assignment: Assignment) -> bool:
    """Tell whether the mentor of this half-day is away and nobody was named instead."""
    mentor_id = assignment.mentor_id or assignment.slot.need.mentor_id
    return MentorAbsence.objects.filter(
        person_id=mentor_id,
        organisation_id=assignment.slot.need.organisation_id,
        day=assignment.day,
        half=assignment.half,
        exercise_id=assignment.exercise_id,
        replaced_by=None,
    ).exists()


@transaction.atomic
def do_finish(*, actor: Actor, assignment: Assignment, hours: Decimal | None = None) -> Assignment:
    """The half-day is done; the return to the post is now expected."""
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    _move(assignment, State.DONE, hours=hours)
    return _done(actor, assignment, "done")


@transaction.atomic
def do_record_absence(*, actor: Actor, assignment: Assignment, excused: bool) -> Assignment:
    """The person did not come, with or without a word: a fact for the day, held against nobody."""
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    _let_go(assignment, State.EXCUSED if excused else State.NO_SHOW, only=(State.CONFIRMED, State.STAND_IN))
    # The message waits as long as the mistap can be taken back: see ``undoing.py``.
    return _done(actor, assignment, "excused" if excused else "no_show", after=limits.UNDO_WITHIN)


@transaction.atomic
def do_drop(*, actor: Actor, assignment: Assignment, motive: str) -> Assignment:
    """Stop a mission before it starts: the agent cannot come, or the host, the service or the cell stops it."""
    check_motive(actor, assignment, motive)
    to = State.EXCUSED if motive == DropMotive.AGENT and assignment.state != State.PROPOSED else State.CANCELLED
    _let_go(assignment, to, drop_motive=motive)
    return _done(actor, assignment, "dropped", {"motive": motive})


def check_motive(actor: Actor, assignment: Assignment, motive: str) -> None:
    """Only whom a motive speaks for may say it; danger may be said by anyone who has a part in the mission."""
    allowed = {
        DropMotive.AGENT: perms.is_own(actor, assignment) or perms.is_cell(actor),
        DropMotive.HOST: perms.can_host(actor, assignment),
        DropMotive.SERVICE: perms.can_release(actor, assignment),
        DropMotive.CELL: perms.is_cell(actor),
        DropMotive.DANGER: perms.is_own(actor, assignment) or perms.can_host(actor, assignment),
    }
    if motive not in allowed:
        raise Refusal("motive_missing", _("Choose who stops the mission."))
    if not allowed[DropMotive(motive)]:
        raise PermissionDenied


@transaction.atomic
def do_ask_stand_in(*, actor: Actor, assignment: Assignment) -> Assignment:
    """The holder looks for a stand-in and keeps the mission until somebody takes it."""
    if not (perms.is_own(actor, assignment) or perms.is_cell(actor)):
        raise PermissionDenied
    _move(assignment, State.STAND_IN)
    return _done(actor, assignment, "stand_in")


@transaction.atomic
def do_keep_after_all(*, actor: Actor, assignment: Assignment) -> Assignment:
    """No stand-in is needed any more: the holder comes."""
    if not (perms.is_own(actor, assignment) or perms.is_cell(actor)):
        raise PermissionDenied
    Slot.objects.select_for_update().get(pk=assignment.slot_id)
    _move(assignment, State.CONFIRMED, only=(State.STAND_IN,))
    _free_stand_ins(actor, assignment)
    return _done(actor, assignment, "kept", tell=False)


def _free_stand_ins(actor: Actor, holder: Assignment) -> None:
    """The holder goes: those who were asked instead are told, and nobody waits behind a place any more."""
    for asked in holder.stand_ins.filter(state__in=LIVE).select_related("slot__need").order_by("pk"):
        _let_go(asked, State.CANCELLED, drop_motive=DropMotive.HOLDER, stands_in_for=None)
        _done(actor, asked, "dropped", {"motive": DropMotive.HOLDER.value})
    holder.stand_ins.update(stands_in_for=None)


def _move(assignment: Assignment, to: str, *, only: tuple[str, ...] = (), **fields: Any) -> None:
    """Move to another state if it still is where we read it; else say that somebody was quicker."""
    came_from = assignment.state
    allowed = came_from in only if only else to in TRANSITIONS[State(came_from)]
    moved = allowed and Assignment.objects.filter(pk=assignment.pk, state=came_from).update(
        state=to, changed_at=clock.now(), **fields
    )
    if not moved:
        current = Assignment.objects.filter(pk=assignment.pk).values_list("state", flat=True).first() or came_from
        raise Refusal(
            "state_changed",
            _("This mission is now “%(state)s”: what you asked is no longer possible. Reload the page to see what is.")
            % {"state": State(current).label},
            conflict=True,
        )
    assignment.refresh_from_db()


def _take(assignment: Assignment, *, to: str, **fields: Any) -> None:
    """Take the place, the week's load and the half-day, always in that order so that nobody waits in a circle."""
    with transaction.atomic():
        slot = assignment.slot
        if not _take_place(assignment):
            raise Refusal(
                "slot_full",
                _(
                    "Every place was taken meanwhile. Thank you for your yes: "
                    "the cell will ask you for another half-day."
                ),
                conflict=True,
            )
        load = _week_load(assignment)
        cap = Offer.objects.filter(person_id=assignment.person_id).values_list("weekly_cap", flat=True).first()
        room = WeekLoad.objects.filter(pk=load.pk)
        if cap is not None and assignment.mode == Assignment.Mode.VOLUNTEER:
            room = room.filter(held__lt=cap)
        if not room.update(held=F("held") + 1):
            raise Refusal(
                "week_full",
                _(
                    "You already give as many half-days that week as you wanted. "
                    "Raise your limit first if you wish to come."
                ),
                conflict=True,
            )
        check_room(assignment)
        try:
            with transaction.atomic():
                _move(assignment, to, **fields)
        except IntegrityError as error:
            raise Refusal(
                "half_day_taken", _("You already said yes to another mission on that half-day."), conflict=True
            ) from error
        refresh_filled(slot.need_id)


def _take_place(assignment: Assignment) -> bool:
    """Take a place of the slot; a stand-in takes none yet, for as long as the holder keeps it."""
    free = Slot.objects.filter(pk=assignment.slot_id, stopped_at=None)
    if assignment.stands_in_for_id is not None:
        free.select_for_update().first()
        assignment.refresh_from_db(fields=["stands_in_for", "state"])
        if assignment.stands_in_for_id is not None:
            others = Assignment.objects.filter(stands_in_for=assignment.stands_in_for_id, state__in=HOLDING)
            return free.exists() and not others.exists()
    return bool(free.filter(held__lt=F("headcount")).update(held=F("held") + 1))


def _let_go(assignment: Assignment, to: str, **fields: Any) -> None:
    """Leave the place, the week's load and the half-day when the state held them; same order as taking."""
    with transaction.atomic():
        came_from = assignment.state
        if came_from in HOLDING:
            if not _hand_over(assignment):
                Slot.objects.filter(pk=assignment.slot_id, held__gt=0).update(held=F("held") - 1)
            WeekLoad.objects.filter(pk=_week_load(assignment).pk, held__gt=0).update(held=F("held") - 1)
        _move(assignment, to, **fields)
        refresh_filled(assignment.slot.need_id)
        if came_from in HOLDING:
            lose_replacement(assignment)


def _hand_over(assignment: Assignment) -> bool:
    """Tell whether no place is given back: it was not this person's yet, or the stand-in who said yes has it now."""
    Slot.objects.select_for_update().get(pk=assignment.slot_id)
    if assignment.stands_in_for_id is not None:
        assignment.refresh_from_db(fields=["stands_in_for"])
        if assignment.stands_in_for_id is not None:
            return True
    stand_ins = Assignment.objects.filter(stands_in_for=assignment)
    has_it = stand_ins.filter(state__in=HOLDING).exists()
    stand_ins.update(stands_in_for=None)
    return has_it


def _week_load(assignment: Assignment) -> WeekLoad:
    key = {
        "person_id": assignment.person_id,
        "week": monday(assignment.day),
        "exercise_id": assignment.exercise_id,
    }
    found = WeekLoad.objects.filter(**key).first()
    if found is None:
        WeekLoad.objects.bulk_create([WeekLoad(**key)], ignore_conflicts=True)
        found = WeekLoad.objects.get(**key)
    return found


def _done(
    actor: Actor,
    assignment: Assignment,
    event: str,
    params: dict[str, Any] | None = None,
    *,
    reason: str = "",
    tell: bool = True,
    after: timedelta = timedelta(0),
) -> Assignment:
    record(
        actor=actor,
        verb=f"allocation.{event}",
        object_kind="assignment",
        object_key=assignment.pk,
        reason=reason,
        params={"slot": assignment.slot_id, **(params or {})},
    )
    if tell:
        announce(assignment, event, after=after)
    return assignment
