"""An edition as a line of steps, in words: what is done, what is under way, what is late, what comes.

Reads what was fetched with the edition (``steps__switches``) and asks the database nothing.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Channel
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step, Switch
from reflexes.pistes.contact.citizen_dialogue.services.steps import channel_now, switched

# The tone of a step is one of a badge: it has an icon and a word, never a colour alone.
DONE, NOW, LATE, AHEAD = "done", "going", "waits", "note"
STATES = {
    DONE: gettext_lazy("done"),
    NOW: gettext_lazy("under way"),
    LATE: gettext_lazy("result awaited"),
    AHEAD: gettext_lazy("to come"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as everybody reads it: how it stands, its days in words, its channel today."""

    step: Step
    tone: str
    days: str
    channel: "str | Promise"
    channel_words: str
    switch: Switch | None

    @property
    def state(self) -> "str | Promise":
        """How it stands, in a word."""
        return STATES[self.tone]


def last_day(step: Step) -> date:
    """Return the last day of a step: its door may have been kept open for longer."""
    return max(step.ends_on, step.consultation.closes_on) if step.consultation else step.ends_on


def tone_of(step: Step) -> str:
    """Return how a step stands today."""
    if step.done_at is not None:
        return DONE
    today = clock.today()
    # Works go on after an edition has ended: its promises are followed one by one.
    works = step.kind == Step.Kind.DELIVERY and step.edition.state == Edition.State.ENDED
    if last_day(step) < today and not works:
        return LATE
    return NOW if step.starts_on <= today else AHEAD


def line_of(edition: Edition) -> list[Stage]:
    """Return the line of an edition that comes with ``steps__switches``."""
    return [_stage(step) for step in edition.steps.all()]


def _stage(step: Step) -> Stage:
    channel, words = channel_now(step)
    days = _("from %(first)s to %(last)s") % {
        "first": formats.date_format(step.starts_on),
        "last": formats.date_format(last_day(step)),
    }
    return Stage(step, tone_of(step), days, Channel(channel).label, words, switched(step))


def now_of(line: list[Stage]) -> Stage | None:
    """Return the step that is worked on: the first that has no result yet, once it began."""
    return next((one for one in line if one.tone in {NOW, LATE}), None)
