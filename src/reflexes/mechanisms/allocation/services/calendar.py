"""Calendars by secret address: one's own missions, or how many people a host expects. No name, no number, no home.

Whoever reads such an address learns when and where somebody lends a hand, and nothing else; the database keeps the
digest of the address only.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.mechanisms.allocation.models import Assignment, CalendarFeed, Half, Slot, half_day_starts
from reflexes.mechanisms.allocation.services.offers import GIVERS
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import capacities_of
from reflexes.mechanisms.journal.services import record

TOKEN_BYTES = 32
PAST, AHEAD = timedelta(days=60), timedelta(days=366)
LASTS = timedelta(hours=4)

SHOWN = (State.CONFIRMED, State.STAND_IN, State.STARTED, State.DONE, State.RETURNED, State.DEBRIEFED)
UNCERTAIN = (State.ACCEPTED, State.RELEASED)
CROSSED_OUT = (State.WITHHELD, State.TURNED_DOWN, State.EXCUSED, State.CANCELLED)
EXPECTED = (*UNCERTAIN[1:], *SHOWN)


@dataclass(frozen=True, slots=True)
class Moment:
    """One half-day of a calendar, before it has words. ``people`` is a number for a host, 0 in one's own calendar."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    slot: Slot
    mission: Assignment | None
    people: int
    changed_at: datetime
    version: int
    certain: bool
    cancelled: bool


def digest_of(token: str) -> str:
    """Return what the database keeps of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


def feed_kinds(actor: Actor) -> tuple[str, ...]:
    """Return which calendars ``actor`` may have: ``own`` for those who give time, ``arrivals`` for a host."""
    if actor.role in GIVERS:
        return ("own",)
    return ("arrivals",) if actor.role == roles.HOST and actor.organisation_id else ()


def live_feed(actor: Actor) -> CalendarFeed | None:
    """Return the live address of the calendar of this capacity, if one was made."""
    kinds = feed_kinds(actor)
    if not kinds:
        return None
    organisation_id = actor.organisation_id if kinds == ("arrivals",) else None
    return CalendarFeed.objects.filter(
        person_id=actor.person_id, organisation_id=organisation_id, revoked_at=None
    ).first()


def do_make_feed(*, actor: Actor) -> str:
    """Make the secret address of one's calendar and return its token, said once; the address before it stops working.

    Nothing of an exercise leaves the house, so an exercise has no calendar.
    """
    check_real(actor)
    kinds = feed_kinds(actor)
    if not kinds:
        raise PermissionDenied
    token = secrets.token_urlsafe(TOKEN_BYTES)
    organisation_id = actor.organisation_id if kinds == ("arrivals",) else None
    with transaction.atomic():
        _revoke(actor, organisation_id)
        feed = CalendarFeed.objects.create(
            digest=digest_of(token), person_id=actor.person_id, organisation_id=organisation_id, made_at=clock.now()
        )
        record(actor=actor, verb="allocation.feed_made", object_kind="calendar_feed", object_key=feed.pk)
    return token


def do_revoke_feed(*, actor: Actor) -> None:
    """Withdraw the address: whoever holds it reads nothing any more."""
    check_real(actor)
    kinds = feed_kinds(actor)
    if not kinds:
        raise PermissionDenied
    with transaction.atomic():
        _revoke(actor, actor.organisation_id if kinds == ("arrivals",) else None)


def _revoke(actor: Actor, organisation_id: int | None) -> None:
    live = CalendarFeed.objects.filter(person_id=actor.person_id, organisation_id=organisation_id, revoked_at=None)
    for feed in live.select_for_update().order_by("pk"):
        CalendarFeed.objects.filter(pk=feed.pk).update(revoked_at=clock.now())
        record(actor=actor, verb="allocation.feed_revoked", object_kind="calendar_feed", object_key=feed.pk)


def open_feed(token: str) -> CalendarFeed:
    """Return the calendar behind a secret address; wrong, withdrawn, or of somebody who left: there is nothing."""
    feed = (
        CalendarFeed.objects.select_related("person", "organisation")
        .filter(digest=digest_of(token), revoked_at=None, person__erased_at=None)
        .first()
    )
    if feed is None:
        raise Http404
    held = capacities_of(feed.person)
    wanted = (
        held.filter(role=roles.HOST, organisation_id=feed.organisation_id)
        if feed.organisation_id
        else held.filter(role__in=GIVERS)
    )
    if not wanted.exists():
        raise Http404
    return feed


def moments(feed: CalendarFeed) -> list[Moment]:
    """Return what a calendar shows: two months back, a year ahead, in order; never anything of an exercise."""
    today = clock.today()
    span = (today - PAST, today + AHEAD)
    if feed.organisation_id is None:
        return own_moments(feed.person_id, span)
    return _arrivals(feed.organisation_id, span)


def own_moments(person_id: int, span: tuple[date, date], *, only: int | None = None) -> list[Moment]:
    """Return somebody's missions as half-days; one that was promised and called off stays, crossed out."""
    # A refusal or a silence never was in the calendar; what a yes put there is crossed out.
    kept = Q(state__in=(*SHOWN, *UNCERTAIN)) | Q(state__in=CROSSED_OUT, release_by__isnull=False)
    missions = Assignment.objects.filter(kept, person_id=person_id, exercise=None, day__range=span)
    if only is not None:
        missions = missions.filter(pk=only)
    rows = missions.select_related("slot__need__place__commune", "slot__need__organisation")
    return [
        Moment(
            uid=f"mission-{one.pk}@{_house()}",
            starts_at=half_day_starts(one.day, one.half),
            ends_at=half_day_starts(one.day, one.half) + LASTS,
            slot=one.slot,
            mission=one,
            people=0,
            changed_at=one.changed_at,
            version=max(int((one.changed_at - one.created_at).total_seconds()), 0),
            certain=one.state in SHOWN,
            cancelled=one.state in CROSSED_OUT,
        )
        for one in rows.order_by("day", "half", "pk")
    ]


def _arrivals(organisation_id: int, span: tuple[date, date]) -> list[Moment]:
    """Return how many people a host expects on each half-day of each need; nobody any more: crossed out."""
    missions = (
        Assignment.objects.filter(slot__need__organisation_id=organisation_id, exercise=None, day__range=span)
        .filter(Q(state__in=EXPECTED) | Q(state__in=CROSSED_OUT, mentor__isnull=False))
        .select_related("slot__need__place__commune", "slot__need__organisation")
        .order_by("day", "half", "slot_id", "pk")
    )
    groups: dict[tuple[int, date, str], list[Assignment]] = defaultdict(list)
    for one in missions:
        groups[one.slot.need_id, one.day, one.half].append(one)
    return [_arrival(need_id, day, half, group) for (need_id, day, half), group in groups.items()]


def _arrival(need_id: int, day: date, half: str, group: Iterable[Assignment]) -> Moment:
    group = list(group)
    expected = [one for one in group if one.state in EXPECTED]
    changed_at = max(one.changed_at for one in group)
    starts_at = half_day_starts(day, Half(half))
    return Moment(
        uid=f"arrivals-{need_id}-{day.isoformat()}-{half}@{_house()}",
        starts_at=starts_at,
        ends_at=starts_at + LASTS,
        slot=group[0].slot,
        mission=None,
        people=len(expected),
        changed_at=changed_at,
        version=max(int((changed_at - min(one.created_at for one in group)).total_seconds()), 0),
        certain=all(one.state in SHOWN for one in expected),
        cancelled=not expected,
    )


def _house() -> str:
    """Return the name of this site, which makes a calendar's identifiers unique in the world."""
    return settings.SITE_URL.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0]
