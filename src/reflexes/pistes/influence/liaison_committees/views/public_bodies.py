"""Open to all: the bodies, who sits in each, what it asked for and what became of it (screens.md 11)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Attendance, Body, College, Proposal, Seat, Session
from reflexes.mechanisms.assembly.services import bodies, proposals, sessions
from reflexes.mechanisms.assembly.views import proposals_public
from reflexes.pistes.influence.liaison_committees.circles import COMMITTEES
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page, paginate

PER_PAGE = 20
# Whoever sits there holds a public function, and is named in full; residents and associations are not.
NAMED_IN_FULL = frozenset({College.By.ELECTION, College.By.QUALITY})
TONES = {Body.State.OPEN: "going", Body.State.CLOSED: "stopped", Body.State.DRAFT: "note"}


@dataclass(frozen=True, slots=True)
class Table:
    """One college as everybody reads it: its name, how it is filled, who sits."""

    college: College
    names: list[str]


@open_to_all
@require_safe
def bodies_list(request: HttpRequest) -> HttpResponse:
    """List the bodies that anybody may read, those at work first."""
    late = Count("proposals", filter=Q(proposals__in=_overdue(request.actor)), distinct=True)
    found = bodies.find_bodies(request.actor, piste=COMMITTEES.piste).exclude(state=Body.State.DRAFT)
    real = Q(proposals__exercise_id=request.actor.exercise_id)
    rows = paginate(request, found.annotate(asked=Count("proposals", filter=real, distinct=True), late=late), PER_PAGE)
    for body in rows:
        body.tone = TONES[body.state]
        body.past = bodies.is_past_its_end(body)
    return page(request, "liaison_committees/public/bodies.html", {"rows": rows})


def _overdue(actor: Actor) -> QuerySet[Proposal]:
    return proposals.find_proposals(actor, piste=COMMITTEES.piste).filter(late=True).order_by().values("pk")


@open_to_all
@require_safe
def body_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one body: its mandate, who sits, who answers, what it asked for, the longest overdue first."""
    body = COMMITTEES.read(request.actor, slug)
    context = {
        **proposals_public.listed(request, COMMITTEES, body),
        "body": body,
        "tone": TONES[body.state],
        "past": bodies.is_past_its_end(body),
        "tables": tables_of(body),
        "sessions": list(_published(request.actor, body)),
        "doors": COMMITTEES.doors(request.actor, body),
    }
    return page(request, "liaison_committees/public/body.html", context)


def tables_of(body: Body) -> list[Table]:
    """Return who sits in each college: a first name and an initial, the whole name of a public function."""
    seats = Seat.objects.filter(state=Seat.State.HELD).select_related("person").order_by("person__search", "pk")
    colleges = body.colleges.prefetch_related(Prefetch("held", seats, to_attr="sitting")).order_by("pk")
    return [Table(college, [public_name(seat, college) for seat in college.sitting]) for college in colleges]


def public_name(seat: Seat, college: College) -> str:
    """Return the name under which somebody sits, and for whom when they said it."""
    person = seat.person
    initial = f"{person.last_name[:1]}." if person.last_name else ""
    name = str(person) if college.by in NAMED_IN_FULL else f"{person.first_name} {initial}".strip()
    return f"{name}, {seat.capacity_words}" if seat.capacity_words else name


def _published(actor: Actor, body: Body) -> QuerySet[Session]:
    return sessions.sessions_of(actor, body).exclude(minutes_published_at=None)


@open_to_all
@require_safe
def minutes_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the published minutes of one session, point by point, with how many people were there."""
    body = COMMITTEES.read(request.actor, slug)
    session = _published(request.actor, body).filter(number=number).first()
    if session is None:
        raise Http404
    came = session.attendances.filter(presence=Attendance.Presence.THERE).order_by("door")
    by_door = dict(came.values_list("door").annotate(Count("pk")))
    context: dict[str, Any] = {
        "body": body,
        "session": session,
        "points": list(session.agenda.order_by("position")),
        "doors": [(Attendance.Door(door).label, number) for door, number in by_door.items()],
        "title": _("Session %(number)d") % {"number": session.number},
    }
    return page(request, "liaison_committees/public/minutes.html", context)
