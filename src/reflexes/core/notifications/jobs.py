"""What the worker does for messages."""

from datetime import timedelta

from reflexes.core import clock
from reflexes.core.notifications.mail import send_mail
from reflexes.core.notifications.models import Message, State, Way
from reflexes.core.notifications.services import SEND
from reflexes.core.notifications.text import send_text
from reflexes.core.outbox.errors import Refused
from reflexes.core.outbox.handlers import every, handler
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.models import State as JobState

# Sixteen tries, each at most an hour after the last: a mail server may be away for a working day.
TRIES = 16
KEPT = timedelta(days=90)

FOLLOWS = {
    JobState.WAITING: State.WAITING,
    JobState.SENDING: State.SENDING,
    JobState.DONE: State.SENT,
    JobState.UNCERTAIN: State.UNCERTAIN,
    JobState.DEAD: State.DEAD,
    JobState.SET_ASIDE: State.SET_ASIDE,
}


def follow(job: Job) -> None:
    """Give the message the state of its job, in the same transaction."""
    state = FOLLOWS[JobState(job.state)]
    ended = state not in (State.WAITING, State.SENDING)
    Message.objects.filter(pk=job.payload["message"]).update(state=state, ended_at=clock.now() if ended else None)


@handler(SEND, external=True, attempts=TRIES, follow=follow)
def send(job: Job) -> None:
    """Send a mail or a text message, at most once."""
    message = Message.objects.filter(pk=job.payload["message"]).first()
    if message is None:
        raise Refused("The message was erased with the person it was for.")
    if message.exercise_id is not None:
        raise Refused("A message of an exercise leaves for nobody.")
    if message.way == Way.MAIL:
        send_mail(message)
    else:
        send_text(message)


@every(timedelta(days=1), "notifications.tidy")
def tidy(job: Job) -> None:
    """Delete the messages that are over, 90 days after: they hold names, addresses and links."""
    over = Message.objects.filter(state__in=(State.SENT, State.SET_ASIDE, State.DONE_BY_HAND, State.EXERCISE))
    over.filter(ended_at__lt=clock.now() - KEPT).delete()
