"""Datasets: written, judged, opened with a key, read by named people, closed (P04; their end is in ``destruction``)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Opinion, Prolongation
from reflexes.mechanisms.journal.services import record

WRITTEN = frozenset(
    {
        "title",
        "owner",
        "source",
        "basis",
        "basis_words",
        "purpose",
        "contents",
        "recipients",
        "information",
        "ends_on",
    }
)
# What the law asks before a single row is written: GDPR 5, 6, 14 and 30, and the opinion of article 39.
MISSING: dict[str, "str | Promise"] = {
    "owner": _("who answers for it day by day"),
    "source": _("which file it comes from, and who gave it"),
    "basis": _("the legal basis"),
    "basis_words": _("the text or the decision that the basis rests on"),
    "purpose": _("what it is for"),
    "contents": _("which facts about people it holds"),
    "recipients": _("who reads it"),
    "information": _("how the people concerned are told"),
    "ends_on": _("its last day"),
    "ends_on_past": _("a last day that has not passed"),
    "opinion": _("the opinion of the data-protection officer"),
    "opinion_against": _("another opinion: that of the data-protection officer is against"),
}
LONGEST_SLUG = 70
# A default of ours: a season; longer, the reason is thought over again.
LONGEST_PROLONGATION = timedelta(days=92)


def do_write_dataset(*, actor: Actor, fields: Mapping[str, Any], dataset: Dataset | None = None) -> Dataset:
    """Prepare a dataset, or change one that is being prepared: opinions given before the change no longer count.

    ``fields`` may hold what ``WRITTEN`` names; a new one also says its ``piste``. The organisation that the actor acts
    for is its controller. Raises ``Refusal`` once it is open: what was judged stays as it was judged.
    """
    values = dict(fields)
    piste = values.pop("piste", dataset.piste if dataset else "")
    unknown = values.keys() - WRITTEN
    if unknown:
        raise TypeError(f"A dataset has no such fields: {sorted(unknown)}")
    if dataset is None:
        if not perms.is_keeper(actor):
            raise PermissionDenied
        perms.check_piste(piste)
        dataset = Dataset(
            piste=piste,
            slug=_free_slug(str(values.get("title", ""))),
            controller_id=actor.organisation_id,
            owner_id=actor.person_id,
            exercise_id=actor.exercise_id,
        )
    else:
        perms.check_keeping(actor, dataset)
    with transaction.atomic():
        if dataset.pk is not None:
            dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
            check_state(dataset, Dataset.State.DRAFT)
        for name, value in values.items():
            setattr(dataset, name, value.strip() if isinstance(value, str) else value)
        if not dataset.title:
            raise Refusal("title_missing", _("Give this dataset a title that residents understand."))
        if dataset.basis and dataset.basis not in Dataset.Basis.values:
            raise Refusal("basis_unknown", _("Choose the legal basis in the list."))
        dataset.written_at = clock.now()
        dataset.save()
        record_dataset(actor, dataset, "evidence.dataset_written")
    return dataset


def _free_slug(title: str) -> str:
    base = slugify(title)[:LONGEST_SLUG] or "donnees"
    taken = set(Dataset.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def opinion_of(dataset: Dataset) -> Opinion | None:
    """Return the opinion that counts: the latest, given since the dataset was last written."""
    return next((one for one in dataset.opinions.all() if one.given_at >= dataset.written_at), None)


def missing(dataset: Dataset) -> list[str]:
    """Return the codes (``MISSING``) of what is still to be said before the dataset opens."""
    found = [] if dataset.owner_id else ["owner"]
    for name in ("source", "basis", "basis_words", "purpose", "contents", "recipients", "information"):
        if not getattr(dataset, name):
            found.append(name)
    if dataset.ends_on is None:
        found.append("ends_on")
    elif dataset.ends_on < clock.today():
        found.append("ends_on_past")
    opinion = opinion_of(dataset)
    if opinion is None:
        found.append("opinion")
    elif opinion.says == Opinion.Says.AGAINST:
        found.append("opinion_against")
    return found


def do_give_opinion(*, actor: Actor, dataset: Dataset, says: str, words: str) -> Opinion:
    """Give the opinion of the data-protection officer, with its reasons; one against keeps the dataset closed."""
    perms.check_own_world(actor, dataset)
    if not perms.can_judge(actor, dataset):
        raise PermissionDenied
    if says not in Opinion.Says.values:
        raise Refusal("opinion_unknown", _("Choose your opinion in the list."))
    if not words.strip():
        raise Refusal("reasons_missing", _("Say why, in a sentence: whoever reads the register must understand it."))
    with transaction.atomic():
        locked = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        check_state(locked, Dataset.State.DRAFT)
        opinion = Opinion.objects.create(
            dataset=locked, says=says, words=words.strip(), given_by_id=actor.person_id, given_at=clock.now()
        )
        record_dataset(actor, locked, "evidence.opinion_given", says=says)
    return opinion


def do_open(*, actor: Actor, dataset: Dataset) -> Dataset:
    """Open a dataset with a key of its own; refused as long as something that the law asks is missing."""
    perms.check_keeping(actor, dataset)
    name = keyring.make()
    try:
        with transaction.atomic():
            dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
            check_state(dataset, Dataset.State.DRAFT)
            _check_complete(dataset)
            dataset.key, dataset.state, dataset.opened_at = name, Dataset.State.OPEN, clock.now()
            dataset.save()
            record_dataset(actor, dataset, "evidence.dataset_opened", until=str(dataset.ends_on))
    except BaseException:
        keyring.destroy(name)
        raise
    return dataset


def _check_complete(dataset: Dataset) -> None:
    codes = missing(dataset)
    if "opinion_against" in codes:
        raise Refusal(
            "opinion_against",
            _("The data-protection officer is against. Change the dataset, then ask for another opinion."),
        )
    if codes:
        raise Refusal(
            "dataset_incomplete",
            _("This dataset cannot open yet. Still missing: %(what)s.")
            % {"what": "; ".join(str(MISSING[code]) for code in codes)},
        )


def do_prolong(*, actor: Actor, dataset: Dataset, until: date, why: str) -> Dataset:
    """Give an open dataset a later last day, with a reason that everybody reads; it may have passed its end.

    The data-protection officer alone does it, never for their own: whoever keeps rows does not lengthen their life.
    """
    perms.check_own_world(actor, dataset)
    if not perms.can_judge(actor, dataset):
        raise PermissionDenied
    if not why.strip():
        raise Refusal("reasons_missing", _("Say why, in a sentence: whoever reads the register must understand it."))
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        check_state(dataset, Dataset.State.OPEN)
        first = max(clock.today(), dataset.ends_on or clock.today())
        if not first < until <= clock.today() + LONGEST_PROLONGATION:
            raise Refusal(
                "until_outside",
                _("Choose a day after the last one, in the next %(days)s days: it may be prolonged again.")
                % {"days": LONGEST_PROLONGATION.days},
            )
        Prolongation.objects.create(
            dataset=dataset,
            ended_on=dataset.ends_on,
            ends_on=until,
            why=why.strip(),
            given_by_id=actor.person_id,
            given_at=clock.now(),
        )
        dataset.ends_on = until
        dataset.save()
        record_dataset(actor, dataset, "evidence.dataset_prolonged", until=str(until))
    return dataset


def do_close(*, actor: Actor, dataset: Dataset) -> Dataset:
    """Close a dataset before its last day: nobody reads it any more, it waits to be destroyed."""
    perms.check_keeping(actor, dataset)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        check_state(dataset, Dataset.State.OPEN)
        dataset.state, dataset.closed_at = Dataset.State.CLOSED, clock.now()
        dataset.save()
        dataset.holders.filter(ended_at=None).update(ended_at=clock.now())
        record_dataset(actor, dataset, "evidence.dataset_closed")
    return dataset


def check_state(dataset: Dataset, *states: Dataset.State) -> None:
    """Refuse in words when a dataset moved meanwhile."""
    if dataset.state not in states:
        raise Refusal(
            "state",
            _("Somebody was faster: this dataset is now %(state)s. Open its page again.")
            % {"state": Dataset.State(dataset.state).label},
            conflict=True,
        )


def record_dataset(actor: Actor, dataset: Dataset, verb: str, **params: str) -> None:
    """Journal an act about a dataset."""
    record(actor=actor, verb=verb, object_kind="dataset", object_key=dataset.pk, params=params)
