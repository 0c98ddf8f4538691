"""Tell people things, by the way they prefer, at most once."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, drill
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import (
    BY_HAND,
    CALL_OUTCOMES,
    LETTER_OUTCOMES,
    HandOutcome,
    Message,
    MessageAction,
    Note,
    State,
    Way,
)
from reflexes.core.notifications.quiet import next_calm_moment
from reflexes.core.notifications.recipients import Recipient, known_language, way_to
from reflexes.core.outbox.perms import can_tend_outbox
from reflexes.core.outbox.services import enqueue
from reflexes.core.text import normalised

__all__ = ["Action", "Recipient", "notify"]

SEND = "notifications.send"
STATE_OF = {
    Way.MAIL: State.WAITING,
    Way.TEXT: State.WAITING,
    Way.PHONE: State.TO_PHONE,
    Way.PRINT: State.TO_PRINT,
}


class Action(NamedTuple):
    """One answer the person may give from the message: what it says, where it leads."""

    label: "str | Promise"
    url: str


def notify(
    recipient: Recipient,
    *,
    subject: "str | Promise",
    body: "str | Promise",
    key: str,
    actions: Iterable[Action] = (),
    urgent: bool = False,
    exercise_id: int | None = None,
    calm: bool = True,
) -> Message:
    """Write a message in the caller's transaction; the worker, or the cell by hand, does the rest.

    Words come in the recipient's language. The same ``key`` twice is one message. Messages wait for the end of quiet
    hours unless ``urgent``, or unless ``calm`` is false: what the person has just asked for themself (a new link)
    disturbs nobody. A message of an exercise is kept and shown, and never leaves (design.md rule 8).
    """
    way = way_to(recipient)
    now = clock.now()
    exercise_id = drill.current() if exercise_id is None else exercise_id
    fresh = Message(
        key=key,
        person_key=recipient.person_key,
        name=recipient.name[:200],
        search=normalised(f"{recipient.name} {subject}")[:420],
        email=way.email,
        phone=way.phone,
        language=known_language(recipient.language),
        way=way.channel.value,
        note=way.note,
        subject=" ".join(str(subject).split())[:200],
        body=str(body).strip(),
        urgent=urgent,
        exercise_id=exercise_id,
        state=State.EXERCISE if exercise_id is not None else STATE_OF[Way(way.channel.value)],
        created_at=now,
        not_before=next_calm_moment(now) if calm and not urgent else now,
        ended_at=now if exercise_id is not None else None,
    )
    with transaction.atomic():
        Message.objects.bulk_create([fresh], ignore_conflicts=True)
        message = Message.objects.get(key=key)
        if message.public_id == fresh.public_id:
            MessageAction.objects.bulk_create(
                MessageAction(message=message, position=position, label=str(action.label)[:120], url=action.url)
                for position, action in enumerate(actions)
            )
            if message.state == State.WAITING:
                message.job = enqueue(
                    SEND, {"message": message.pk}, key=f"message:{message.public_id}", run_at=message.not_before
                )
                message.save(update_fields=["job"])
    return message


def access_message(actor: Actor, public_id: UUID) -> Message:
    """Return a message to someone who tends the outbox; for anyone else it does not exist."""
    if not can_tend_outbox(actor):
        raise Http404
    message = Message.objects.select_related("job").filter(public_id=public_id).first()
    if message is None:
        raise Http404
    return message


def do_note_by_hand(*, actor: Actor, message: Message, outcome: str) -> None:
    """Write what came of a call or a letter.

    No answer leaves it to call again; a wrong number turns it into a letter; anything else closes it.
    """
    if not can_tend_outbox(actor):
        raise PermissionDenied
    expected = CALL_OUTCOMES if message.state == State.TO_PHONE else LETTER_OUTCOMES
    if message.state not in BY_HAND:
        raise _already_done()
    if outcome not in expected:
        raise Refusal("unknown_outcome", _("Choose what came of it in the list."))
    state, note, way = State.DONE_BY_HAND, message.note, message.way
    if outcome == HandOutcome.NO_ANSWER:
        state = State.TO_PHONE
    elif outcome == HandOutcome.WRONG_NUMBER:
        state, note, way = State.TO_PRINT, Note.WRONG_NUMBER, Way.PRINT
    moved = Message.objects.filter(pk=message.pk, state=message.state).update(
        state=state,
        note=note,
        way=way,
        tries=F("tries") + 1,
        hand_outcome=outcome,
        hand_by=actor.person_key,
        ended_at=clock.now() if state == State.DONE_BY_HAND else None,
    )
    if not moved:
        raise _already_done()


def _already_done() -> Refusal:
    return Refusal(
        "already_done",
        _("Someone has already dealt with this message. Open the outbox again to see what came of it."),
        conflict=True,
    )
