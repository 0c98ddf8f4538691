"""The public register of uses: what is held, for what, on which basis, until when, who reads (P04 (7), GDPR 30)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.text import normalised
from reflexes.mechanisms.evidence.models import Dataset, Export
from reflexes.mechanisms.evidence.services import datasets, exports

State = Dataset.State
# A default of ours: a week to end what is under way, or to say why it lasts.
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dataset stands, in words, with the look of its badge."""

    tone: str
    words: "str | Promise"
    icon: str


WRITING = Standing("waits", _("being written"), "pencil")
ASKED = Standing("waits", _("opinion asked"), "scale")
AGAINST = Standing("waits", _("opinion against"), "ban")
READY = Standing("waits", _("ready to open"), "circle-check")
OPEN = Standing("going", pgettext_lazy("data", "open"), "lock-open")
ENDING = Standing("waits", _("ending soon"), "hourglass")
OVER = Standing("waits", _("closed, to be destroyed"), "lock")
DESTROYED = Standing("done", State.DESTROYED.label, "trash-2")


def standing(dataset: Dataset) -> Standing:
    """Return where a dataset stands: written, judged, open, near its end, over, destroyed."""
    if dataset.state == State.DRAFT:
        lacks = datasets.missing(dataset)
        if not lacks:
            return READY
        return AGAINST if "opinion_against" in lacks else ASKED if lacks == ["opinion"] else WRITING
    if dataset.state == State.DESTROYED:
        return DESTROYED
    if is_over(dataset):
        return OVER
    return ENDING if dataset.ends_on is not None and dataset.ends_on <= clock.today() + SOON else OPEN


EXPORTS = Prefetch("exports", Export.objects.select_related("dataset").prefetch_related("fields"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that left a dataset, as everybody reads it: no name of whoever is in it or took it."""

    export: Export
    what_for: "str | Promise"
    facts: list["str | Promise"]

    @property
    def on(self) -> date | None:
        """Return the day it was taken."""
        return timezone.localtime(self.export.taken_at).date() if self.export.taken_at else None

    @property
    def destroyed_on(self) -> date | None:
        """Return the day it was said to be destroyed."""
        return timezone.localtime(self.export.destroyed_at).date() if self.export.destroyed_at else None


def taken_from(dataset: Dataset) -> list[Taken]:
    """Return the files that left a dataset, the first one first."""
    return [Taken(one, *exports.words_of(one)) for one in dataset.exports.all() if one.taken_at is not None]


def public_datasets(actor: Actor) -> QuerySet[Dataset]:
    """Return every dataset that holds or held rows, in the world one acts in: those being prepared hold nothing."""
    datasets = Dataset.objects.filter(exercise_id=actor.exercise_id).exclude(state=State.DRAFT)
    return datasets.select_related("controller", "destruction").prefetch_related(
        "opinions",
        "prolongations",
        "destruction__remains",
        EXPORTS,
    )


def find(actor: Actor, *, text: str = "", state: str = "") -> QuerySet[Dataset]:
    """Return the lines of the register that hold these words; ``held`` or ``destroyed``, all otherwise."""
    found = public_datasets(actor)
    for word in normalised(text).split():
        found = found.filter(Q(search__contains=word) | Q(controller__search__contains=word))
    if state == "destroyed":
        found = found.filter(state=State.DESTROYED)
    elif state == "held":
        found = found.exclude(state=State.DESTROYED)
    return found.order_by("-opened_at", "pk")


def is_over(dataset: Dataset) -> bool:
    """Tell whether nobody reads a dataset any more, though its rows are still there."""
    return dataset.state == State.CLOSED or (
        dataset.state == State.OPEN and dataset.ends_on is not None and dataset.ends_on < clock.today()
    )
