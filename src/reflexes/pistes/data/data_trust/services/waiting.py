"""What waits about datasets, on whom, since when (design.md rule 2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Opinion
from reflexes.mechanisms.evidence.services import datasets, exports
from reflexes.pistes.data.data_trust.services.register import SOON

State = Dataset.State


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that waits about one dataset: who can end it, what they do."""

    code: str
    dataset: Dataset
    since: date | datetime | None
    mine: bool
    file: UUID | None = None

    @property
    def words(self) -> "str | Promise":
        """Return what waits, in a sentence."""
        return WORDS[self.code]

    @property
    def who(self) -> "str | Promise":
        """Return who can end it."""
        return _("you") if self.mine else WHO[self.code]


WORDS: "dict[str, str | Promise]" = {
    "opinion": _("An opinion is awaited: nothing opens without it"),
    "against": _("The opinion is against: what is planned must change"),
    "ready": _("The opinion is given: it can be opened"),
    "file": _("A file was to be destroyed, and nobody said that it is"),
    "ending": _("Its last day comes: needs still followed then are read no more, unless it is prolonged"),
    "destruction": _("Nobody reads it any more, and its rows are still there: destroy it"),
    "key": _("Its rows are gone, its key is not: see whether the worker runs and the folder of keys is there"),
}
WHO: "dict[str, str | Promise]" = {
    "opinion": _("the data-protection officer"),
    "against": _("who prepares it"),
    "ready": _("who prepares it"),
    "file": _("whoever took it"),
    "ending": _("the data-protection officer"),
    "destruction": _("in charge of calls, or the administrator"),
    "key": _("the administrator"),
}


def waits(actor: Actor) -> list[Wait]:
    """Return what waits about the datasets that the actor watches, the oldest first."""
    found: list[Wait] = []
    watched = perms.visible_datasets(actor).select_related("destruction").prefetch_related("opinions")
    for dataset in watched.order_by("pk"):
        if dataset.state == State.DRAFT:
            found += _of_draft(actor, dataset)
        elif dataset.state == State.DESTROYED:
            if dataset.destruction.key_gone_at is None:
                found.append(Wait("key", dataset, dataset.destruction.at, actor.role == "administrator"))
        elif dataset.state == State.CLOSED:
            found.append(Wait("destruction", dataset, dataset.closed_at, perms.can_keep(actor, dataset)))
        elif dataset.ends_on is not None and dataset.ends_on < clock.today():
            found.append(Wait("destruction", dataset, dataset.ends_on, perms.can_keep(actor, dataset)))
        elif dataset.ends_on is not None and dataset.ends_on <= clock.today() + SOON:
            found.append(Wait("ending", dataset, None, perms.can_judge(actor, dataset)))
    for one in exports.still_out(watched.order_by()):
        found.append(Wait("file", one.dataset, one.until, one.asked_by_id == actor.person_id, one.key))
    return sorted(found, key=lambda one: str(one.since))


def _of_draft(actor: Actor, dataset: Dataset) -> list[Wait]:
    """A draft waits for the opinion once all the rest is said; one against waits for its keeper."""
    if datasets.missing(dataset) == ["opinion"]:
        return [Wait("opinion", dataset, dataset.written_at, perms.can_judge(actor, dataset))]
    opinion = datasets.opinion_of(dataset)
    if opinion is not None and opinion.says == Opinion.Says.AGAINST:
        return [Wait("against", dataset, opinion.given_at, perms.can_keep(actor, dataset))]
    if opinion is not None and not datasets.missing(dataset):
        return [Wait("ready", dataset, opinion.given_at, perms.can_keep(actor, dataset))]
    return []
