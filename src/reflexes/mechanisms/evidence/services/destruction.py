"""The end that really deletes: rows, then the key that every copy of them needs, and a record of it (P04 (5))."""

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Destruction, Remains
from reflexes.mechanisms.evidence.services.holdings import FILES, FILES_OUT, keeper_of
from reflexes.mechanisms.journal.services import record

BURN_KEY = "evidence.burn_key"
NUMBERS_TRIED = 20


def can_be_destroyed(dataset: Dataset) -> bool:
    """Tell whether a dataset waits to be destroyed: closed, or past its last day."""
    return dataset.state == Dataset.State.CLOSED or (
        dataset.state == Dataset.State.OPEN and dataset.ends_on is not None and dataset.ends_on < clock.today()
    )


def foresee(dataset: Dataset) -> dict[str, int]:
    """Return the figures that the record would keep if a dataset were destroyed now, before anything is."""
    counts = keeper_of(dataset.piste).counts
    return (counts(dataset) if counts else {}) | _files(dataset)


def check_destroyable(dataset: Dataset) -> None:
    """Refuse, as ``do_destroy`` would, a dataset that is still read, or whose rows something still needs."""
    if not can_be_destroyed(dataset):
        raise Refusal(
            "not_over",
            _("Only a dataset that is closed, or past its last day, can be destroyed. Close it first."),
            conflict=True,
        )
    if (check := keeper_of(dataset.piste).check) is not None:
        check(dataset)


def do_destroy(*, actor: Actor, dataset: Dataset, why: str) -> Destruction:
    """Delete every row of a dataset, keep anonymous figures, write the record, then destroy the key.

    Rows and record go in one transaction with the job that burns the key: killed in between, the worker burns it.
    Raises ``Refusal`` when the dataset is still read, or when the piste says that something needs its rows.
    """
    perms.check_keeping(actor, dataset)
    if not why.strip():
        raise Refusal("reasons_missing", _("Say why it is destroyed: the record keeps your sentence."))
    with transaction.atomic():
        locked = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        check_destroyable(locked)
        figures = keeper_of(locked.piste).shed(locked) | _files(locked)
        locked.holders.filter(ended_at=None).update(ended_at=clock.now())
        locked.state, locked.closed_at = Dataset.State.DESTROYED, locked.closed_at or clock.now()
        locked.save()
        destruction = _recorded(actor, locked, why.strip())
        Remains.objects.bulk_create(
            Remains(destruction=destruction, what=what, number=number) for what, number in figures.items()
        )
        record(
            actor=actor,
            verb="evidence.dataset_destroyed",
            object_kind="dataset",
            object_key=locked.pk,
            params={"destruction": destruction.pk, "figures": figures},
        )
        enqueue(
            BURN_KEY,
            {"destruction": destruction.pk},
            key=f"{BURN_KEY}:{destruction.pk}",
            exercise_id=locked.exercise_id,
        )
        transaction.on_commit(lambda: burn_key(destruction), robust=True)
    return destruction


def _files(dataset: Dataset) -> dict[str, int]:
    """Return how many files left, and how many of them nobody said to be destroyed: a key does not reach those."""
    taken = dataset.exports.filter(taken_at__isnull=False)
    counted = {FILES: taken.count(), FILES_OUT: taken.filter(destroyed_at=None).count()}
    return {what: number for what, number in counted.items() if number}


def _recorded(actor: Actor, dataset: Dataset, why: str) -> Destruction:
    """Write the record under the next number; of two written at once the second takes the number after."""
    record_of = Destruction(
        dataset=dataset, ordered_by_id=actor.person_id, ordered_role=actor.role, why=why, at=clock.now()
    )
    if dataset.exercise_id is not None:
        record_of.save()
        return record_of
    for _try in range(NUMBERS_TRIED):
        record_of.number = (Destruction.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                record_of.save(force_insert=True)
        except IntegrityError:
            record_of.pk = None
        else:
            return record_of
    raise Refusal("try_again", _("Many datasets are being destroyed at once. Try again in a moment."), conflict=True)


def burn_key(destruction: Destruction) -> None:
    """Destroy the key of a destroyed dataset and write when; again changes nothing, and a key gone stays gone."""
    keyring.destroy(destruction.dataset.key)
    Destruction.objects.filter(pk=destruction.pk, key_gone_at=None).update(key_gone_at=clock.now())
    destruction.refresh_from_db(fields=["key_gone_at"])
