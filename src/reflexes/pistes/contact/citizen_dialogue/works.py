"""What was promised of an edition and how far it is: commitments and their stages, drawn as a line of progress."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Commitment, Milestone
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition

WORDS = {
    "done": _("reached"),
    "waits": _("late"),
    "going": _("next"),
    "note": _("to come"),
    "stopped": _("given up"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a promise and how it stands."""

    milestone: Milestone
    tone: str

    @property
    def word(self) -> "str | Promise":
        """How it stands, in a word."""
        return WORDS[self.tone]


@dataclass(frozen=True, slots=True)
class Work:
    """One promise: its stages in order, how many are reached, how it stands as a whole."""

    commitment: Commitment
    stages: list[Stage]
    tone: str

    @property
    def reached(self) -> int:
        """How many of its stages are reached."""
        return sum(one.tone == "done" for one in self.stages)

    @property
    def word(self) -> "str | Promise":
        """How it stands as a whole, in a word."""
        return _("done") if self.tone == "done" else _("under way") if self.tone == "going" else WORDS[self.tone]


def works_of(edition: Edition) -> list[Work]:
    """Return the promises about the proposals of an edition, the next day first: two questions."""
    promised = Commitment.objects.filter(proposal__in=perms.proposals_of(edition).order_by())
    rows = promised.select_related("proposal", "owner").prefetch_related("milestones").order_by("due_on", "pk")
    return [_work(one) for one in rows]


def _work(commitment: Commitment) -> Work:
    stages: list[Stage] = []
    for one in commitment.milestones.all():
        if one.done_on is not None:
            tone = "done"
        elif commitment.dropped_on is not None:
            tone = "stopped"
        elif one.due_on < clock.today():
            tone = "waits"
        else:
            tone = "note" if any(known.tone in {"going", "waits"} for known in stages) else "going"
        stages.append(Stage(one, tone))
    return Work(commitment, stages, _tone(commitment, stages))


def _tone(commitment: Commitment, stages: list[Stage]) -> str:
    if commitment.done_on is not None:
        return "done"
    if commitment.dropped_on is not None:
        return "stopped"
    late = commitment.due_on < clock.today() or any(one.tone == "waits" for one in stages)
    return "waits" if late else "going"
