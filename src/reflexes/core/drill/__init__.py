"""What an exercise changes for the house: everything it makes is marked, and nothing real moves (design.md rule 8).

The exercise being played is a context variable, like the shift of the clock: one request or one job, never the whole
process. Messages, links and jobs written meanwhile belong to it even when a caller forgets to say so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal

_current: ContextVar[int | None] = ContextVar("reflexes_exercise", default=None)


def current() -> int | None:
    """Return the exercise being played, if any."""
    return _current.get()


@contextmanager
def playing(exercise_id: int | None) -> Iterator[None]:
    """Run a block inside an exercise, or in reality when ``exercise_id`` is None."""
    token = _current.set(exercise_id)
    try:
        yield
    finally:
        _current.reset(token)


def band() -> str:
    """Return what every paper of an exercise says at its top; nothing outside one."""
    return _("EXERCISE: nothing here is real") if current() is not None else ""


def check_real(actor: Actor) -> None:
    """Refuse to change what is real from inside an exercise: people, what they offer, sites, settings."""
    if actor.exercise_id is not None:
        raise Refusal(
            "in_exercise",
            gettext_lazy(
                "You are in an exercise, and this would change what is real. Leave the exercise, then do it again."
            ),
            conflict=True,
        )
