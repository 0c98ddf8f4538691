"""Renewal by parts: who leaves on which day, and how balanced a body is. Counts, never a ranking (P01 (6), A04)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Body, College, Seat
from reflexes.mechanisms.assembly.perms import LIVE_SEATS
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.twinning import months_after


@dataclass(frozen=True, slots=True)
class Renewal:
    """One day on which a part of a college leaves, and the seats that leave."""

    on: date
    college: College
    part: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """How the seats of one college are held. ``unsaid`` counts those who did not say whether woman or man."""

    college: College
    held: int
    asked: int
    free: int
    women: int
    men: int
    unsaid: int


def leaves_on(college: College, part: int, *, after: date) -> date | None:
    """Return the next day, after ``after``, on which a part leaves; nothing when the whole college goes with its body.

    With ``parts`` of 3 every 6 months, the first third leaves after 6 months, the second after 12, the third after 18;
    whoever comes then stays 18 months.
    """
    if college.parts == 1 and not college.renewed_every_months:
        return college.body.ends_on
    rhythm = college.renewed_every_months or 1
    first = college.body.starts_on or clock.today()
    turn = part
    while (day := months_after(first, turn * rhythm)) <= after:
        turn += college.parts
    return day


def smallest_part(college: College) -> int:
    """Return the part that fewest people sit in: the first of them."""
    held = dict.fromkeys(range(1, college.parts + 1), 0)
    live = college.held.filter(state__in=LIVE_SEATS, part__lte=college.parts)
    held |= dict(live.values_list("part").annotate(Count("pk")).order_by("part"))
    return min(held, key=lambda part: (held[part], part))


def renewals(body: Body) -> list[Renewal]:
    """Return who leaves on which day, soonest first: the seats held now, by their own end."""
    live = (
        Seat.objects.filter(college__body=body, state__in=LIVE_SEATS, ends_on__isnull=False)
        .select_related("college", "person")
        .order_by("ends_on", "college_id", "part", "pk")
    )
    leaving: dict[tuple[date, int, int], list[Seat]] = {}
    for seat in live:
        if seat.ends_on is not None:
            leaving.setdefault((seat.ends_on, seat.college_id, seat.part), []).append(seat)
    return [Renewal(day, seats[0].college, part, tuple(seats)) for (day, _of, part), seats in leaving.items()]


def balance(body: Body) -> list[Balance]:
    """Return how each college is held, in one question, in the order of the colleges."""
    held = Q(held__state=Seat.State.HELD)
    colleges = body.colleges.annotate(
        now_held=Count("held", filter=held),
        now_asked=Count("held", filter=Q(held__state=Seat.State.ASKED)),
        women=Count("held", filter=held & Q(held__person__sex=Person.Sex.FEMALE)),
        men=Count("held", filter=held & Q(held__person__sex=Person.Sex.MALE)),
    ).order_by("pk")
    return [
        Balance(
            college=one,
            held=one.now_held,
            asked=one.now_asked,
            free=max(0, one.seats - one.now_held - one.now_asked),
            women=one.women,
            men=one.men,
            unsaid=one.now_held - one.women - one.men,
        )
        for one in colleges
    ]
