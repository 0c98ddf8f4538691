"""State, change, open and close a need."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Need, Slot, half_day_starts
from reflexes.mechanisms.allocation.states import LIVE, NeedState
from reflexes.mechanisms.journal.services import record

# The fields a host may fill; the rest is decided by services.
FIELDS = frozenset(
    [
        "kind",
        "unit",
        "place",
        "remote",
        "title",
        "tasks",
        "constraints",
        "provided",
        "criteria",
        "priority",
        "minimum_age",
        "newcomers_per_mentor",
        "mentor",
        "contact",
        "teaches",
        "returns_on",
    ]
)
# What a need lacks to open, in the order of the form: code → sentence (P09 (1)).
MISSING = {
    "title": _("Say in a few words what is needed."),
    "tasks": _("Say what people will do, so that they know what they say yes to."),
    "place": _("Say where it happens, or that it can be done from anywhere."),
    "slots": _("Choose at least one half-day to come."),
    "constraints": _("Say what is hard or particular there, or write that nothing is."),
    "mentor": _("Name the person who will welcome and guide newcomers."),
    "contact": _("Name a second contact, other than the mentor."),
    "returns_on": _("Give the date people go back to their post, on or after the last half-day."),
    "criteria": _("Say how people will be chosen: it is published before anyone is."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One half-day asked for: how many people, with which skill, in which kind of team."""

    day: date
    half: str
    headcount: int = 1
    skill_id: int | None = None
    minimum_team: int = 0
    mentor_required: bool = False


def do_state_need(*, actor: Actor, piste: str, fields: dict[str, Any], slots: Iterable[Asked] = ()) -> Need:
    """Write a draft need for the actor's organisation; every field may still be empty.

    The cell may state one for another organisation by giving ``organisation`` in ``fields``.
    """
    if not perms.can_state_need(actor):
        raise PermissionDenied
    organisation_id = (
        fields.get("organisation", actor.organisation_id) if perms.is_cell(actor) else actor.organisation_id
    )
    _check_kind(fields.get("kind", ""))
    with transaction.atomic():
        need = Need.objects.create(
            piste=piste,
            organisation_id=organisation_id,
            stated_by_id=actor.person_id,
            exercise_id=actor.exercise_id,
            created_at=clock.now(),
            **{name: value for name, value in fields.items() if name in FIELDS},
        )
        _write_slots(need, slots)
        expect_renewal(need)
        record(actor=actor, verb="allocation.need_stated", object_kind="need", object_key=need.pk)
    return need


def do_change_need(
    *,
    actor: Actor,
    need: Need,
    version: int,
    fields: dict[str, Any],
    slots: Iterable[Asked] | None = None,
    by_itself: bool = False,
) -> Need:
    """Change a need, unless somebody changed it since ``version`` was read.

    Half-days already proposed to people cannot vanish here: they are cancelled one by one, with a word to each person.
    A need already published keeps all that it needed to open. ``by_itself`` is the page saving a draft at each
    keystroke: nothing is published yet, so the journal does not tell each of them.
    """
    _check_change(actor, need)
    if "kind" in fields:
        _check_kind(fields["kind"])
    slots = None if slots is None else list(slots)
    if version == need.version and not _differs(need, fields, slots):
        return need
    with transaction.atomic():
        allowed = {name: value for name, value in fields.items() if name in FIELDS}
        found = {"search": normalised(allowed["title"])[:120]} if "title" in allowed else {}
        changed = Need.objects.filter(pk=need.pk, version=version).update(
            **allowed, **found, changed_by=actor.person_id, changed_at=clock.now(), version=F("version") + 1
        )
        if not changed:
            raise Refusal(
                "changed_meanwhile",
                _(
                    "Somebody changed this need while you were writing. "
                    "Read their version below, then save yours again."
                ),
                conflict=True,
            )
        if slots is not None:
            last = last_day(need)
            _write_slots(need, slots)
            if last_day(need) != last:
                expect_renewal(need)
        _check_still_whole(need, slots_changed=slots is not None)
        if not (by_itself and need.state == NeedState.DRAFT):
            record(
                actor=actor,
                verb="allocation.need_changed",
                object_kind="need",
                object_key=need.pk,
                params={"fields": sorted(allowed)},
            )
    need.refresh_from_db()
    return need


def _differs(need: Need, fields: dict[str, Any], slots: list[Asked] | None) -> bool:
    """Tell whether saving would change anything: a step read and left as it is leaves no trace."""
    if any(getattr(need, name) != value for name, value in fields.items() if name in FIELDS):
        return True
    return slots is not None and set(slots) != {
        asked_again(slot, slot.day) for slot in need.slots.filter(stopped_at=None)
    }


def do_copy_need(*, actor: Actor, need: Need) -> Need:
    """Write a draft like an earlier need: its last week is asked for again next week, people go back as soon after."""
    _check_scope(actor, need)
    fields = {name: getattr(need, name) for name in FIELDS - {"returns_on"}}
    slots = again_next_week(last_week(need.slots_asked))
    if slots and need.returns_on is not None:
        after = need.returns_on - max(slot.day for slot in need.slots_asked)
        fields["returns_on"] = max(one.day for one in slots) + max(after, timedelta(days=1))
    return do_state_need(
        actor=actor, piste=need.piste, fields={**fields, "organisation": need.organisation_id}, slots=slots
    )


def last_week(slots: Iterable[Slot]) -> list[Slot]:
    """Return the half-days of the last seven days: the week that a need repeats."""
    slots = list(slots)
    last = max((slot.day for slot in slots), default=clock.today())
    return [slot for slot in slots if slot.day > last - timedelta(days=7)]


def asked_again(slot: Slot, day: date) -> Asked:
    """Return what a half-day asks for, on another day."""
    return Asked(day, slot.half, slot.headcount, slot.skill_id, slot.minimum_team, slot.mentor_required)


def again_next_week(slots: Iterable[Slot]) -> list[Asked]:
    """Return the same days of the week, asked for in the week to come."""
    monday = clock.today() + timedelta(days=7 - clock.today().weekday())
    return [asked_again(slot, monday + timedelta(days=slot.day.weekday())) for slot in slots]


def last_day(need: Need) -> date | None:
    """Return the last day asked for."""
    return Slot.objects.filter(need=need, stopped_at=None).order_by("-day").values_list("day", flat=True).first()


SERIES = 3  # from this many weeks of the same half-day on, somebody is asked whether it goes on


def renewal_due_at(slots: Iterable[Slot]) -> datetime | None:
    """Return from when somebody is asked to renew a need that comes back each week; None when it does not."""
    slots = sorted(slots, key=lambda slot: (slot.day, slot.half))
    weeks = Counter((day.weekday(), half) for day, half in {(slot.day, slot.half) for slot in slots})
    if not weeks or max(weeks.values()) < SERIES:
        return None
    return half_day_starts(slots[-1].day, slots[-1].half) - limits.RENEWAL_NOTICE


def expect_renewal(need: Need) -> None:
    """Set from when somebody is asked about the end of a series; nothing for a need that is none."""
    due = renewal_due_at(Slot.objects.filter(need=need, stopped_at=None))
    Need.objects.filter(pk=need.pk).update(renewal_due_at=due)


def _check_still_whole(need: Need, *, slots_changed: bool) -> None:
    """Refuse a change that would take from a published need what P09 (1) asks; past half-days stay as they are."""
    fresh = Need.objects.prefetch_related("slots").get(pk=need.pk)
    if fresh.state == NeedState.DRAFT:
        return
    lacks = [code for code in missing(fresh) if code != "slots" or slots_changed]
    if lacks:
        raise Refusal(f"missing_{lacks[0]}", MISSING[lacks[0]])


def missing(need: Need) -> list[str]:
    """Return the codes of what ``need`` lacks to be opened, in the order of the form (P09 (1))."""
    days = [slot.day for slot in need.slots_asked]
    lacks = {
        "title": not need.title.strip(),
        "tasks": not need.tasks.strip(),
        "place": need.place_id is None and not need.remote,
        "slots": not any(day >= clock.today() for day in days),
        "constraints": not need.constraints.strip(),
        "mentor": need.mentor_id is None,
        "contact": need.contact_id is None or need.contact_id == need.mentor_id,
        "returns_on": need.returns_on is None or any(need.returns_on < day for day in days),
        "criteria": not need.criteria.strip(),
    }
    return [code for code in MISSING if lacks[code]]


def do_open_need(*, actor: Actor, need: Need) -> Need:
    """Open a need: from here on it is planned for. Refused while anything of P09 (1) is missing."""
    _check_change(actor, need)
    lacks = missing(need)
    if lacks:
        raise Refusal(f"missing_{lacks[0]}", MISSING[lacks[0]])
    with transaction.atomic():
        opened = Need.objects.filter(pk=need.pk, state=NeedState.DRAFT).update(
            state=NeedState.OPEN, opened_at=clock.now()
        )
        if not opened:
            raise Refusal("already_open", _("This need is already open."), conflict=True)
        record(actor=actor, verb="allocation.need_opened", object_kind="need", object_key=need.pk)
    need.refresh_from_db()
    return need


def do_close_need(*, actor: Actor, need: Need, reason: str) -> Need:
    """Close a need for good, with a reason. Missions still going on must be ended first."""
    _check_change(actor, need)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say in one sentence why this need is closed: the cell learns from it."))
    with transaction.atomic():
        going_on = Slot.objects.filter(need=need, assignments__state__in=_UNFINISHED).exists()
        if going_on:
            raise Refusal(
                "missions_going_on",
                _("People are still asked or expected for this need. Cancel or finish their missions first."),
            )
        Need.objects.filter(pk=need.pk).exclude(state=NeedState.CLOSED).update(
            state=NeedState.CLOSED, closed_at=clock.now()
        )
        record(actor=actor, verb="allocation.need_closed", object_kind="need", object_key=need.pk, reason=reason)
    need.refresh_from_db()
    return need


_UNFINISHED = tuple(state for state in LIVE if state not in {"returned", "debriefed"})


def refresh_filled(need_id: int) -> None:
    """Say *filled* when every place of an open need is held, *open* again when one is lost."""
    short = Slot.objects.filter(need_id=need_id, stopped_at=None, held__lt=F("headcount")).exists()
    wanted, other = (NeedState.OPEN, NeedState.FILLED) if short else (NeedState.FILLED, NeedState.OPEN)
    Need.objects.filter(pk=need_id, state=other).update(state=wanted)


def _check_change(actor: Actor, need: Need) -> None:
    if not perms.can_change_need(actor, need):
        raise PermissionDenied


def _check_scope(actor: Actor, need: Need) -> None:
    """A closed need can be read and written anew by those who could change it."""
    if not perms.can_state_need(actor) or not perms.visible_needs(actor).filter(pk=need.pk).exists():
        raise PermissionDenied


def _check_kind(kind: str) -> None:
    if kind not in registry.kinds():
        raise Refusal("kind_unknown", _("Choose the kind of mission from the list."))


def forget_slot(slot: Slot) -> None:
    """Delete a half-day, or keep it for the story of the people who were once asked for it."""
    if slot.assignments.exists():
        kept = Slot.objects.filter(pk=slot.pk, held=0).update(stopped_at=clock.now())
        if not kept:
            raise Refusal(
                "somebody_said_yes",
                _("Somebody said yes to this half-day meanwhile. Read the page again: nothing was changed."),
                conflict=True,
            )
    else:
        slot.delete()


def _write_slots(need: Need, asked: Iterable[Asked]) -> None:
    wanted = {(one.day, one.half, one.skill_id): one for one in asked}
    current = {(slot.day, slot.half, slot.skill_id): slot for slot in need.slots.select_for_update()}
    for key, slot in current.items():
        if key not in wanted and slot.stopped_at is None:
            if slot.assignments.filter(state__in=LIVE).exists():
                raise Refusal(
                    "slot_in_use",
                    _(
                        "Somebody was already asked for one of the half-days you removed. "
                        "Call it off from the page of the need: they are told at once."
                    ),
                )
            forget_slot(slot)
    for key, one in wanted.items():
        values = {
            "headcount": one.headcount,
            "minimum_team": one.minimum_team,
            "mentor_required": one.mentor_required,
            "stopped_at": None,
        }
        existing = current.get(key)
        if existing is None:
            Slot.objects.create(need=need, day=one.day, half=one.half, skill_id=one.skill_id, **values)
        elif not Slot.objects.filter(pk=existing.pk, held__lte=one.headcount).update(**values):
            raise Refusal(
                "headcount_below_held",
                _(
                    "More people are already coming than the number you wrote. "
                    "Cancel a mission first, or keep the number."
                ),
            )
