"""Remind whoever is waited for, and write down an answer given by phone, on paper or at the counter."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services import missions, returns, stopping
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.states import DropMotive, State
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import managers_above, managers_of
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import record

NUDGED_EVERY = timedelta(days=1)
# Who is waited for in each state that waits on somebody.
WAITED_FOR: dict[str, str] = {
    State.PROPOSED: "agent",
    State.ACCEPTED: "manager",
    State.RELEASED: "host",
    State.DONE: "agent",
}


class Channel(models.TextChoices):
    """How an answer reached the cell (design.md rule 7: never digital only)."""

    PHONE = "phone", _("by telephone")
    PAPER = "paper", _("on paper")
    COUNTER = "counter", _("face to face")


class Said(models.TextChoices):
    """What somebody said to the cell, for the state their mission is in."""

    YES = "yes", _("Yes, they come")
    NO = "no", _("No, not this time")
    RELEASE = "release", _("The home service lets them go")
    WITHHOLD = "withhold", _("The home service keeps them")
    CONFIRM = "confirm", _("The host expects them")
    TURN_DOWN = "turn_down", _("The host does not confirm")
    AGENT_DROPS = "agent_drops", _("They can no longer come")
    STOPS = "stops", _("They must stop now")
    RETURNED = "returned", _("They are back at their post")


CAN_BE_SAID: dict[str, tuple[Said, ...]] = {
    State.PROPOSED: (Said.YES, Said.NO),
    State.RESERVE: (Said.NO,),
    State.ACCEPTED: (Said.RELEASE, Said.WITHHOLD, Said.AGENT_DROPS),
    State.RELEASED: (Said.CONFIRM, Said.TURN_DOWN, Said.AGENT_DROPS),
    State.CONFIRMED: (Said.AGENT_DROPS,),
    State.STAND_IN: (Said.AGENT_DROPS,),
    State.STARTED: (Said.STOPS,),
    State.DONE: (Said.RETURNED,),
}


def last_nudge(assignment: Assignment) -> datetime | None:
    """Return when somebody was last reminded about a mission."""
    nudges = Entry.objects.about("assignment", str(assignment.pk)).filter(verb="allocation.nudged")
    return nudges.order_by("-at").values_list("at", flat=True).first()


def do_nudge(*, actor: Actor, assignment: Assignment) -> str:
    """Remind whoever is waited for; return who that is: agent, manager or host. At most once a day: nobody is chased.

    The piste chooses the words and the people when it hears ``nudged``.
    """
    if not perms.is_cell(actor):
        raise PermissionDenied
    with transaction.atomic():
        locked = Assignment.objects.select_for_update(of=("self",)).select_related("slot__need").get(pk=assignment.pk)
        waited_for = WAITED_FOR.get(locked.state)
        if waited_for is None:
            raise Refusal(
                "nobody_waited_for",
                _("Nobody is waited for on this mission any more. Reload the page to see where it stands."),
                conflict=True,
            )
        last = last_nudge(locked)
        if last is not None and clock.now() - last < NUDGED_EVERY:
            raise Refusal(
                "nudged_today",
                _("They were already reminded less than a day ago. Call them, or wait until tomorrow."),
                conflict=True,
            )
        record(
            actor=actor,
            verb="allocation.nudged",
            object_kind="assignment",
            object_key=locked.pk,
            params={"slot": locked.slot_id, "waited_for": waited_for},
        )
        announce(locked, "nudged")
    return waited_for


def do_write_answer(
    *,
    actor: Actor,
    assignment: Assignment,
    said: str,
    channel: str,
    motive: str = "",
    reason: str = "",
    said_by: int | None = None,
) -> Assignment:
    """Write down what somebody said by phone, on paper or at the counter: the same move as if they had done it.

    The journal keeps that the cell wrote it, and by which channel it came. A home service's answer has a name:
    ``said_by`` is one of its managers, or of the unit above; the mission keeps whose yes it was (P09 (9)).
    """
    if not perms.is_cell(actor):
        raise PermissionDenied
    if channel not in Channel.values:
        raise Refusal("channel_missing", _("Say how the answer reached you."))
    if said not in Said.values or Said(said) not in CAN_BE_SAID.get(assignment.state, ()):
        raise Refusal(
            "not_said_here",
            _("This answer does not fit the mission any more: choose one of those shown."),
            conflict=said in Said.values,
        )
    of_service = said in {Said.RELEASE, Said.WITHHOLD}
    if of_service and (able := may_release(assignment)) and said_by not in {one.pk for one in able}:
        raise Refusal("said_by_missing", _("Say who answered for the home service: their name is kept with it."))
    with transaction.atomic():
        _write(actor, assignment, Said(said), motive, reason, said_by)
        record(
            actor=actor,
            verb="allocation.answer_written",
            object_kind="assignment",
            object_key=assignment.pk,
            params={
                "slot": assignment.slot_id,
                "channel": channel,
                **({"said_by": _key_of(said_by)} if of_service and said_by else {}),
            },
        )
    return assignment


def home_unit(assignment: Assignment) -> int | None:
    """Return the home unit of the person of a mission."""
    offer = getattr(assignment.person, "offer", None)
    return offer.capacity.unit_id if offer and offer.capacity else None


def may_release(assignment: Assignment) -> list[Person]:
    """Return who may answer for the home service: its managers, then those above who stand in for them."""
    unit_id = home_unit(assignment)
    first = managers_of(unit_id, besides=assignment.person_id)
    return [*first, *managers_above(unit_id, besides=assignment.person_id)]


def _key_of(person_id: int) -> str:
    return str(Person.objects.values_list("key", flat=True).get(pk=person_id))


def _write(
    actor: Actor, assignment: Assignment, said: Said, motive: str, reason: str, said_by: int | None = None
) -> None:
    about: dict[str, Any] = {"actor": actor, "assignment": assignment}
    match said:
        case Said.YES | Said.NO:
            missions.do_answer(**about, yes=said == Said.YES)
        case Said.RELEASE:
            missions.do_release(**about, said_by=said_by)
        case Said.WITHHOLD:
            missions.do_withhold(**about, motive=motive)
        case Said.CONFIRM:
            missions.do_confirm(**about)
        case Said.TURN_DOWN:
            missions.do_turn_down(**about, reason=reason)
        case Said.AGENT_DROPS:
            missions.do_drop(**about, motive=DropMotive.AGENT)
        case Said.STOPS:
            stopping.do_stop(**about, motive=DropMotive.AGENT)
        case Said.RETURNED:
            returns.do_return(**about)
