"""Needs that come back each week: renewed with a reason, left to end, one half-day called off (design.md rule 3)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Need, Slot
from reflexes.mechanisms.allocation.services import missions
from reflexes.mechanisms.allocation.services.needs import (
    Asked,
    asked_again,
    expect_renewal,
    forget_slot,
    last_week,
    refresh_filled,
)
from reflexes.mechanisms.allocation.states import LIVE, TRANSITIONS, DropMotive, NeedState, State
from reflexes.mechanisms.journal.services import record

PUBLISHED = (NeedState.OPEN, NeedState.FILLED)
WEEK = timedelta(weeks=1)


def latest_end() -> date:
    """Return the last day on which a need repeated each week may end: every exceptional act has a limit."""
    return clock.today() + WEEK * limits.SERIES_WEEKS


def repeated(asked: Iterable[Asked], until: date) -> list[Asked]:
    """Return what is asked for, and the same every week after until a date."""
    found = {}
    for one in asked:
        day = one.day
        while day == one.day or day <= until:
            found[day, one.half, one.skill_id] = Asked(
                day, one.half, one.headcount, one.skill_id, one.minimum_team, one.mentor_required
            )
            day += WEEK
    return list(found.values())


@transaction.atomic
def do_renew_need(*, actor: Actor, need: Need, until: date, reason: str) -> int:
    """Go on every week until ``until`` as in the last week asked for; return how many half-days are added.

    The date of return moves by as many weeks; missions already agreed keep their own.
    """
    _check(actor, need)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say in one sentence why this need goes on: it is kept with it."))
    if until > latest_end():
        raise Refusal(
            "too_far",
            _("A need is renewed for %(count)s weeks at most. Choose a nearer date: it can be renewed again.")
            % {"count": limits.SERIES_WEEKS},
        )
    asked = need.slots_asked
    last = max(slot.day for slot in asked)
    known = {(slot.day, slot.half, slot.skill_id): slot for slot in need.slots.select_for_update()}
    added = 0
    for one in repeated([asked_again(slot, slot.day) for slot in last_week(asked)], until):
        if one.day <= last or one.day < clock.today() or (one.day, one.half, one.skill_id) in known:
            continue
        Slot.objects.create(
            need=need,
            day=one.day,
            half=one.half,
            skill_id=one.skill_id,
            headcount=one.headcount,
            minimum_team=one.minimum_team,
            mentor_required=one.mentor_required,
        )
        added += 1
    if not added:
        raise Refusal("nothing_added", _("Choose a date at least a week after the last half-day."))
    _changed(actor, need, returns_on=need.returns_on and need.returns_on + _whole_weeks(need, last))
    expect_renewal(need)
    refresh_filled(need.pk)
    record(
        actor=actor,
        verb="allocation.need_renewed",
        object_kind="need",
        object_key=need.pk,
        reason=reason.strip(),
        params={"until": until.isoformat(), "count": added},
    )
    need.refresh_from_db()
    return added


@transaction.atomic
def do_let_end(*, actor: Actor, need: Need) -> Need:
    """Say that nobody renews this need: it ends with its last half-day, and nobody is asked again."""
    _check(actor, need)
    if Need.objects.filter(pk=need.pk, renewal_due_at__isnull=False).update(renewal_due_at=None):
        record(actor=actor, verb="allocation.need_left_to_end", object_kind="need", object_key=need.pk)
    need.refresh_from_db()
    return need


def people_of(need: Need, day: date, half: str) -> "QuerySet[Assignment]":
    """Return the missions that calling this half-day off would end."""
    live = Assignment.objects.filter(slot__need=need, day=day, half=half, state__in=LIVE)
    return live.select_related("slot__need", "person").order_by("pk")


@transaction.atomic
def do_call_off_half_day(*, actor: Actor, need: Need, day: date, half: str) -> int:
    """Call one half-day of a published need off, the others stay; people asked or expected are told. Return how many.

    Who is there already is not sent away by this: their mission is ended first.
    """
    _check(actor, need)
    slots = list(need.slots.select_for_update().filter(day=day, half=half, stopped_at=None))
    if not slots or day < clock.today():
        raise Refusal("half_day_gone", _("This half-day is no longer asked for. Read the page again."), conflict=True)
    if not any(slot.day >= clock.today() and (slot.day, slot.half) != (day, half) for slot in need.slots_asked):
        raise Refusal("last_half_day", _("It is the only half-day left: close the need instead, and say why."))
    told = list(people_of(need, day, half))
    if any(State.CANCELLED not in TRANSITIONS[State(one.state)] for one in told):
        raise Refusal("mission_begun", _("Somebody is there already. End their mission first, then call it off."))
    for one in told:
        missions.do_drop(
            actor=actor, assignment=one, motive=DropMotive.CELL if perms.is_cell(actor) else DropMotive.HOST
        )
    for slot in slots:
        forget_slot(slot)
    _changed(actor, need)
    expect_renewal(need)
    refresh_filled(need.pk)
    record(
        actor=actor,
        verb="allocation.half_day_called_off",
        object_kind="need",
        object_key=need.pk,
        params={"day": day.isoformat(), "half": half, "count": len(told)},
    )
    need.refresh_from_db()
    return len(told)


def _check(actor: Actor, need: Need) -> None:
    if not perms.can_change_need(actor, need):
        raise PermissionDenied
    if need.state not in PUBLISHED:
        raise Refusal("not_open", _("This need is not open: change its half-days in the third step."))


def _changed(actor: Actor, need: Need, **fields: object) -> None:
    Need.objects.filter(pk=need.pk).update(
        **fields, changed_by=actor.person_id, changed_at=clock.now(), version=F("version") + 1
    )


def _whole_weeks(need: Need, last: date) -> timedelta:
    """Return by how many whole weeks the last half-day moved."""
    now_last = Slot.objects.filter(need=need, stopped_at=None).order_by("-day").values_list("day", flat=True)[0]
    return timedelta(weeks=-((last - now_last) // WEEK))
