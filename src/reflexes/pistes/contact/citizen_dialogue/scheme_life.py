"""The line of life of something tried, drawn to scale from its first day to its next decision."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.pistes.contact.citizen_dialogue.models import Outcome, Scheme
from reflexes.web.words import age_words, delay_words, full_date

# Drawn for a phone, where it is shown about one to one.
WIDTH, TOP, STEP, LENGTH = 400, 22, 52, 260
DONE, LATE, AHEAD, TODAY = "done", "late", "ahead", "today"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment: its day, its words, how it stands; drawn ``at`` a height of the line, with its words at ``y``."""

    on: date
    title: str
    words: str
    tone: str
    at: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Life:
    """The moments of a scheme, and the height of the picture."""

    moments: list[Moment]
    height: int
    line_ends: int
    width: int = WIDTH


def life_of(scheme: Scheme, outcomes: list[Outcome]) -> Life:
    """Return the line of life of a scheme; it asks the database nothing."""
    moments = [Moment(scheme.opened_on, _opened(scheme), full_date(scheme.opened_on), _past(scheme.opened_on))]
    closed = scheme.choice_closed_on
    if closed is not None:
        moments.append(Moment(closed, _("Indicators chosen"), full_date(closed), DONE))
    moments += [Moment(one.on, _decided(one), full_date(one.on), DONE) for one in outcomes]
    if scheme.ended_on is None:
        late = scheme.is_late
        when = age_words(scheme.review_on) if late else delay_words(scheme.review_on)
        title = _("Decision awaited %(since)s") % {"since": when} if late else _("Decision %(when)s") % {"when": when}
        moments.append(Moment(scheme.review_on, title, full_date(scheme.review_on), LATE if late else AHEAD))
        moments.append(Moment(clock.today(), _("Today"), full_date(clock.today()), TODAY))
    return _drawn(sorted(moments, key=lambda one: (one.on, one.tone == TODAY)))


def _opened(scheme: Scheme) -> str:
    if scheme.opened_on > clock.today():
        return _("Opens")
    return _("Opened in urgency") if scheme.urgent else _("Opened")


def _past(day: date) -> str:
    return DONE if day <= clock.today() else AHEAD


def _decided(outcome: Outcome) -> str:
    return {
        Outcome.Verdict.KEEP: _("Kept for good"),
        Outcome.Verdict.ADAPT: _("Adapted, to be judged again"),
        Outcome.Verdict.REMOVE: _("Removed"),
    }[Outcome.Verdict(outcome.verdict)]


def _drawn(moments: list[Moment]) -> Life:
    """Place each moment to scale on the line, and its words where they do not cover those before."""
    first, last = moments[0].on, moments[-1].on
    length = max(LENGTH, STEP * (len(moments) - 1))
    days = max((last - first).days, 1)
    placed: list[Moment] = []
    for one in moments:
        at = TOP + round((one.on - first).days * length / days)
        y = max(at, placed[-1].y + STEP) if placed else at
        placed.append(Moment(one.on, one.title, one.words, one.tone, at, y))
    return Life(placed, placed[-1].y + 40, placed[-1].at)
