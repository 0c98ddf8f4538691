"""Whose turn it is: a large panel comes a few at a time, each college in its proportion (P01 (6)).

Nobody is preferred: those who came least come first, then those asked longest ago, then the order of the seats. The
same panel and the same past give the same turn, and anybody can read why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Attendance, Body, Seat, Session


@dataclass(frozen=True, slots=True)
class Turn:
    """One seat of the panel and its past: how often its person came, is still expected, and was last asked for."""

    seat: Seat
    came: int = 0
    expected: int = 0
    last_on: datetime | None = None

    @property
    def rank(self) -> tuple[int, float, int]:
        """What puts one before another: fewest times, asked longest ago (never asked: always), first seat."""
        return (self.came + self.expected, self.last_on.timestamp() if self.last_on else 0, self.seat.pk)


def panel(body: Body, *, exercise_id: int | None) -> list[Turn]:
    """Return everybody who sits today, in the order of their turn: two questions whatever the size of the panel.

    A session still to come counts for whoever did not say no to it: two sessions called on one day call two groups.
    A session played in an exercise is no turn outside it.
    """
    world = (
        Q(session__exercise=None) | Q(session__exercise_id=exercise_id) if exercise_id else Q(session__exercise=None)
    )
    came = Q(presence=Attendance.Presence.THERE)
    expected = Q(session__state=Session.State.CALLED, session__ends_at__gt=clock.now(), presence="unknown") & ~Q(
        answer=Attendance.Answer.NOT_COMING
    )
    past = {
        row.pop("person_id"): row
        for row in Attendance.objects.filter(world, session__body=body)
        .exclude(session__state=Session.State.CANCELLED)
        .values("person_id")
        .annotate(
            came=Count("pk", filter=came), expected=Count("pk", filter=expected), last_on=Max("session__starts_at")
        )
        .order_by("person_id")
    }
    sitting = (
        Seat.objects.filter(college__body=body, state=Seat.State.HELD, person__erased_at=None)
        .select_related("person", "college")
        .order_by("pk")
    )
    return sorted((Turn(seat, **past.get(seat.person_id, {})) for seat in sitting), key=lambda turn: turn.rank)


def shares(sizes: Mapping[int, int], places: int) -> dict[int, int]:
    """Share ``places`` between colleges in proportion to their sizes, by largest remainder; ties go to the first.

    ``sizes`` is college → people; returns college → places, each within one of the exact share and never more than
    the college has. With fewer people than places everybody comes.

    >>> shares({1: 120, 2: 40, 3: 40}, 20)
    {1: 12, 2: 4, 3: 4}
    """
    people = sum(sizes.values())
    if people <= places:
        return dict(sizes)
    exact = {college: Fraction(size * places, people) for college, size in sizes.items()}
    given = {college: int(share) for college, share in exact.items()}
    left = places - sum(given.values())
    for college in sorted(sizes, key=lambda one: (given[one] - exact[one], one))[:left]:
        given[college] += 1
    return given


def places_of(body: Body, turns: list[Turn]) -> dict[int, int]:
    """Return how many people of each college come to a session: all of them when the body says no number."""
    sizes: dict[int, int] = {}
    for turn in sorted(turns, key=lambda one: one.seat.college_id):
        sizes[turn.seat.college_id] = sizes.get(turn.seat.college_id, 0) + 1
    return shares(sizes, body.per_session or len(turns))


def chosen(body: Body, *, exercise_id: int | None) -> list[Turn]:
    """Return who is called to the next session, in the order of their turn."""
    turns = panel(body, exercise_id=exercise_id)
    left = places_of(body, turns)
    called = []
    for turn in turns:
        if left[turn.seat.college_id]:
            left[turn.seat.college_id] -= 1
            called.append(turn)
    return called


def next_in_turn(session: Session, college_id: int) -> Turn | None:
    """Return who comes next in a college for a session: the first who is not on its register yet."""
    known = set(session.attendances.values_list("person_id", flat=True))
    return next(
        (
            turn
            for turn in panel(session.body, exercise_id=session.exercise_id)
            if turn.seat.college_id == college_id and turn.seat.person_id not in known
        ),
        None,
    )


def why(turn: Turn) -> str:
    """Say in one sentence why it is somebody's turn."""
    if turn.last_on is None:
        return _("Never asked yet.")
    if turn.expected:
        return _("Already expected at a session to come.")
    if not turn.came:
        return _("Was asked, and has not come yet.")
    return ngettext("Came once.", "Came %(count)d times.", turn.came) % {"count": turn.came}
