"""The line of life of a proposal, in words: received, studied, answered, promised, done (screens.md 11).

Reads what was fetched with the proposal and asks the database nothing: a page asks a fixed number of questions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Answer, Commitment, Proposal
from reflexes.mechanisms.assembly.services.answers import FINAL
from reflexes.mechanisms.assembly.services.proposals import UNANSWERED
from reflexes.web.words import age_words, full_date

State = Proposal.State
# The tone of a step is one of a badge: it has an icon and a word, never a colour alone.
DONE, NOW, LATE, AHEAD, OVER = "done", "going", "waits", "note", "stopped"
# What ``find_proposals`` and ``access_proposal`` are completed with before a line of life is drawn.
FETCHED = ("answers__by", "commitments__owner", "commitments__milestones", "reviews")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the line: its name, how it stands (``tone``), the sentence under it, the day it was reached."""

    name: "str | Promise"
    tone: str
    words: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """One proposal as everybody reads it. ``late`` says since when its answer is awaited, or nothing."""

    proposal: Proposal
    steps: list[Step]
    answers: list[Answer]
    commitments: list[Commitment]
    late: str

    @property
    def last(self) -> Answer | None:
        """The answer that holds, or nothing."""
        return self.answers[-1] if self.answers else None


NAMES = {
    "received": gettext_lazy("received"),
    "studied": gettext_lazy("studied"),
    "answered": gettext_lazy("answer"),
    "promised": gettext_lazy("commitment"),
    "done": gettext_lazy("done"),
}


def lives_of(proposals: Iterable[Proposal]) -> list[Life]:
    """Return the line of each proposal, in their order; they come with ``FETCHED``."""
    return [life_of(proposal) for proposal in proposals]


def life_of(proposal: Proposal) -> Life:
    """Return the line of a proposal that comes with ``FETCHED``."""
    answers, commitments = list(proposal.answers.all()), list(proposal.commitments.all())
    late = proposal.state in UNANSWERED and proposal.answer_due_on < clock.today()
    steps = [
        Step(NAMES["received"], DONE, _on(proposal.made_at)),
        _studied(proposal, answers),
        _answered(proposal, answers, late=late),
        _promised(proposal, commitments),
        _done(commitments),
    ]
    return Life(proposal, steps, answers, commitments, age_words(proposal.answer_due_on) if late else "")


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _on(moment: datetime) -> str:
    return _("on %(day)s") % {"day": full_date(_day(moment))}


def _studied(proposal: Proposal, answers: list[Answer]) -> Step:
    studied = next((one for one in answers if one.state == State.STUDIED), None)
    if studied is not None:
        return Step(NAMES["studied"], NOW if proposal.state == State.STUDIED else DONE, _on(studied.at))
    if proposal.state == State.WITHDRAWN:
        return Step(NAMES["studied"], OVER, _("taken back before it was studied"))
    if proposal.state in FINAL:
        return Step(NAMES["studied"], DONE, _("answered at once"))
    return Step(NAMES["studied"], AHEAD, _("nobody said yet that they study it"))


def _answered(proposal: Proposal, answers: list[Answer], *, late: bool) -> Step:
    final = next((one for one in reversed(answers) if one.state in FINAL), None)
    if final is not None:
        words = _("%(answer)s on %(day)s") % {"answer": final.get_state_display(), "day": full_date(_day(final.at))}
        return Step(NAMES["answered"], DONE, words)
    if proposal.state == State.WITHDRAWN:
        return Step(NAMES["answered"], OVER, _("taken back by its authors"))
    if late:
        return Step(NAMES["answered"], LATE, _("awaited %(since)s") % {"since": age_words(proposal.answer_due_on)})
    return Step(NAMES["answered"], AHEAD, _("due by %(day)s") % {"day": full_date(proposal.answer_due_on)})


def _promised(proposal: Proposal, commitments: list[Commitment]) -> Step:
    if commitments:
        words = ngettext("%(count)d commitment", "%(count)d commitments", len(commitments))
        return Step(NAMES["promised"], DONE, words % {"count": len(commitments)})
    if proposal.state in {State.REFUSED, State.WITHDRAWN}:
        return Step(NAMES["promised"], OVER, _("nothing is promised"))
    if proposal.state in FINAL:
        return Step(NAMES["promised"], AHEAD, _("nothing is written yet"))
    return Step(NAMES["promised"], AHEAD, _("after the answer"))


def _done(commitments: list[Commitment]) -> Step:
    if not commitments:
        return Step(NAMES["done"], AHEAD, _("nothing to follow yet"))
    kept = sum(one.done_on is not None for one in commitments)
    words = _("%(kept)d of %(all)d") % {"kept": kept, "all": len(commitments)}
    if any(is_late(one) for one in commitments):
        return Step(NAMES["done"], LATE, _("%(words)s, one is late") % {"words": words})
    if all(one.dropped_on for one in commitments):
        return Step(NAMES["done"], OVER, _("given up, with why"))
    open_ = any(one.done_on is None and one.dropped_on is None for one in commitments)
    return Step(NAMES["done"], NOW if open_ else DONE, words)


def is_late(commitment: Commitment) -> bool:
    """Tell whether the day of a promise passed without it being kept or dropped."""
    return commitment.done_on is None and commitment.dropped_on is None and commitment.due_on < clock.today()
