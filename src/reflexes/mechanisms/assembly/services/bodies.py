"""Prepare, open, change and close a body: none opens without a mandate, an end and somebody who answers (P01 (2))."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Body, College, Seat, Session
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.slugs import free_slug
from reflexes.mechanisms.journal.services import record

FIELDS = frozenset(
    [
        "name",
        "mandate",
        "end_condition",
        "starts_on",
        "ends_on",
        "answerer",
        "answerer_words",
        "answer_days",
        "per_session",
        "public",
    ]
)
# What people said yes to when they took a seat: once open, it changes with a reason that the journal keeps.
PROMISED = frozenset({"mandate", "end_condition", "ends_on", "answerer", "answer_days"})
COLLEGE_FIELDS = frozenset({"name", "by", "seats", "votes", "parts", "renewed_every_months"})
# What a body lacks to open, in the order of the form: code → sentence.
MISSING = {
    "mandate": _("Write the mandate: what the body is asked, and what becomes of what it says."),
    "end_condition": _("Say when its work is over: an event, a decision, a season."),
    "ends_on": _("Give the latest day it may last to, after today: nothing lasts by itself."),
    "answerer": _("Name the person who owes it answers."),
}


def missing(body: Body) -> list[str]:
    """Return the codes of what ``body`` lacks to open."""
    lacks = {
        "mandate": not body.mandate.strip(),
        "end_condition": not body.end_condition.strip(),
        "ends_on": body.ends_on is None or body.ends_on <= clock.today(),
        "answerer": body.answerer is None or body.answerer.erased_at is not None,
    }
    return [code for code in MISSING if lacks[code]]


def do_prepare_body(*, actor: Actor, piste: str, fields: Mapping[str, Any]) -> Body:
    """Write a draft, which only the officers of the organisation see; all but its name may still be missing."""
    if not perms.is_keeper(actor):
        raise PermissionDenied
    perms.check_piste(piste)
    values = {name: value for name, value in fields.items() if name in FIELDS}
    _check_values(Body(**values))
    body = Body(
        piste=piste,
        slug=free_slug(Body, values["name"], "instance"),
        organisation_id=actor.organisation_id,
        made_by_id=actor.person_id,
        exercise_id=actor.exercise_id,
        **values,
    )
    try:
        with transaction.atomic():
            body.save()
            record(actor=actor, verb="assembly.body_prepared", object_kind="body", object_key=body.pk)
    except IntegrityError as error:
        raise Refusal("name_taken", _("Another body has just taken this name. Give yours another one.")) from error
    return body


def _check_values(body: Body) -> None:
    """Refuse what no body can be, draft or open."""
    if not body.name.strip():
        raise Refusal("name_missing", _("Give the body a name: it is how people will speak of it."))
    if body.starts_on and body.ends_on and body.ends_on < body.starts_on:
        raise Refusal("ends_before", _("It ends before it starts. Correct one of the two dates."))
    if body.answer_days < 1:
        raise Refusal("answer_days", _("Say within how many days it is answered: at least one."))
    if body.per_session == 0:
        raise Refusal("per_session", _("Say how many people come to each session, or leave it empty for everybody."))


def do_change_body(*, actor: Actor, body: Body, fields: Mapping[str, Any], reason: str = "") -> Body:
    """Change a body. Once open, what it was opened with changes only with a ``reason``, and is never emptied.

    Putting its end further away is such a change: an exceptional body is renewed with a reason, never by itself.
    """
    perms.check_keeping(actor, body)
    perms.check_own_world(actor, body.exercise_id)
    with transaction.atomic():
        current = Body.objects.select_for_update().get(pk=body.pk)
        if current.state == Body.State.CLOSED:
            raise Refusal("closed", _("This body has ended: nothing of it changes any more."), conflict=True)
        before = {name: getattr(current, name) for name in PROMISED}
        for name, value in fields.items():
            if name in FIELDS:
                setattr(current, name, value)
        _check_values(current)
        touched = sorted(name for name in PROMISED if getattr(current, name) != before[name])
        if current.state == Body.State.OPEN:
            _check_promised(current, touched, reason)
        current.save()
        if "ends_on" in touched and current.state == Body.State.OPEN:
            _seats_follow(current, before["ends_on"])
        record(
            actor=actor,
            verb="assembly.body_changed",
            object_kind="body",
            object_key=body.pk,
            reason=reason,
            params={"fields": touched},
        )
    body.refresh_from_db()
    return body


def _check_promised(body: Body, touched: list[str], reason: str) -> None:
    if lacks := [code for code in missing(body) if code in touched]:
        raise Refusal(f"missing_{lacks[0]}", MISSING[lacks[0]])
    if touched and not reason.strip():
        raise Refusal(
            "reason_missing",
            _("People took their seat on this mandate, this end and this answerer. Say why they change."),
        )


def _seats_follow(body: Body, before: date) -> None:
    """Let the seats that go with their body go with its new end: whoever sits is told, and leaves at no cost."""
    live = Seat.objects.filter(college__body=body, state__in=perms.LIVE_SEATS)
    live.filter(Q(ends_on=before) | Q(ends_on__gt=body.ends_on)).update(ends_on=body.ends_on)
    announce(body, "body_end_moved")


def do_open_body(*, actor: Actor, body: Body) -> Body:
    """Open a body. Refused while anything of P01 (2) is missing: all of it is told at once."""
    perms.check_keeping(actor, body)
    perms.check_own_world(actor, body.exercise_id)
    with transaction.atomic():
        current = Body.objects.select_for_update(of=("self",)).select_related("answerer").get(pk=body.pk)
        if current.state != Body.State.DRAFT:
            raise Refusal("already_open", _("This body was already opened. Reload the page."), conflict=True)
        if lacks := missing(current):
            raise Refusal("body_incomplete", " ".join(str(MISSING[code]) for code in lacks))
        current.state, current.opened_at = Body.State.OPEN, clock.now()
        current.starts_on = current.starts_on or clock.today()
        current.save()
        record(
            actor=actor,
            verb="assembly.body_opened",
            object_kind="body",
            object_key=body.pk,
            params={"until": str(current.ends_on)},
        )
        announce(current, "body_opened")
    body.refresh_from_db()
    return body


def do_close_body(*, actor: Actor, body: Body, words: str) -> Body:
    """Close a body, saying what became of what it said. Its proposals without an answer still have their answerer."""
    perms.check_keeping(actor, body)
    perms.check_own_world(actor, body.exercise_id)
    if not words.strip():
        raise Refusal(
            "closing_words_missing",
            _("Say what became of its work: those who gave their time read it, and so does everybody."),
        )
    with transaction.atomic():
        current = Body.objects.select_for_update().get(pk=body.pk)
        if current.state != Body.State.OPEN:
            raise Refusal("not_open", _("This body is not at work. Reload the page to see where it stands."))
        if current.sessions.filter(state=Session.State.CALLED, starts_at__gt=clock.now()).exists():
            raise Refusal(
                "sessions_to_come", _("People are called to a session still to come. Hold it, or cancel it, first.")
            )
        current.state, current.closed_at, current.closing_words = Body.State.CLOSED, clock.now(), words.strip()
        current.save()
        live = Seat.objects.filter(college__body=body, state__in=perms.LIVE_SEATS)
        live.update(state=Seat.State.ENDED, left_on=clock.today())
        record(actor=actor, verb="assembly.body_closed", object_kind="body", object_key=body.pk)
        announce(current, "body_closed")
    body.refresh_from_db()
    return body


def past_their_end() -> QuerySet[Body]:
    """Return the bodies still at work after their latest day: a person closes them, or says why they go on."""
    return Body.objects.filter(state=Body.State.OPEN, ends_on__lt=clock.today())


def is_past_its_end(body: Body) -> bool:
    """Tell whether a body still at work has passed its latest day: its page says so to everybody."""
    return body.state == Body.State.OPEN and body.ends_on is not None and body.ends_on < clock.today()


def do_write_college(*, actor: Actor, body: Body, fields: Mapping[str, Any], college: College | None = None) -> College:
    """Add a college to a body, or change one: how many seats, filled how, renewed by how many parts."""
    perms.check_keeping(actor, body)
    perms.check_own_world(actor, body.exercise_id)
    with transaction.atomic():
        current = Body.objects.select_for_update().get(pk=body.pk)
        if current.state == Body.State.CLOSED:
            raise Refusal("closed", _("This body has ended: nothing of it changes any more."), conflict=True)
        written = College.objects.select_for_update().get(pk=college.pk, body=body) if college else College(body=body)
        for name, value in fields.items():
            if name in COLLEGE_FIELDS:
                setattr(written, name, value)
        _check_college(written)
        written.save()
        record(
            actor=actor,
            verb="assembly.college_written",
            object_kind="body",
            object_key=body.pk,
            params={"college": written.pk, "seats": written.seats, "parts": written.parts},
        )
    return written


def _check_college(college: College) -> None:
    if not college.name.strip():
        raise Refusal("college_name", _("Give the college a name: residents, elected members, associations."))
    if college.by not in College.By.values:
        raise Refusal("college_by", _("Say how its seats are filled."))
    if not college.seats or college.seats < 1:
        raise Refusal("college_seats", _("Say how many seats it has: at least one."))
    if not 1 <= college.parts <= college.seats:
        raise Refusal("college_parts", _("It cannot be renewed by more parts than it has seats."))
    if college.parts > 1 and not college.renewed_every_months:
        raise Refusal("college_rhythm", _("Say every how many months a part of it leaves."))
    if College.objects.filter(body=college.body, name=college.name).exclude(pk=college.pk).exists():
        raise Refusal("college_known", _("This body already has a college of this name."))
    if college.pk and college.held.filter(state__in=perms.LIVE_SEATS).count() > college.seats:
        raise Refusal("college_shrinks", _("More people sit there than that. Seats are given back before they go."))


def do_remove_college(*, actor: Actor, body: Body, college: College) -> None:
    """Take back a college nobody ever sat in."""
    perms.check_keeping(actor, body)
    perms.check_own_world(actor, body.exercise_id)
    with transaction.atomic():
        locked = College.objects.select_for_update().get(pk=college.pk, body=body)
        if locked.held.exists():
            raise Refusal("college_held", _("People were asked to sit there: the college stays."), conflict=True)
        locked.delete()
        record(actor=actor, verb="assembly.college_removed", object_kind="body", object_key=body.pk)


def find_bodies(actor: Actor, *, piste: str, state: str = "") -> QuerySet[Body]:
    """Return the bodies of a piste that ``actor`` may see: those at work first, those whose end is nearest first."""
    found = perms.visible_bodies(actor).filter(piste=piste)
    found = found.filter(state=state) if state else found
    return (
        found.select_related("organisation", "answerer")
        .annotate(at_work=Q(state=Body.State.OPEN))
        .order_by(F("at_work").desc(), F("ends_on").asc(nulls_last=True), "search", "pk")
    )
