"""Open the facts of one person, for one purpose: each reading is written down, a refused one too (P04 (1))."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.evidence.models import Dataset, Holder, Reading
from reflexes.mechanisms.evidence.services import holdings, oppositions
from reflexes.mechanisms.evidence.services.holdings import IN_A_FILE, OWN_ACCESS, Found, Holding

KEPT_FOR = timedelta(days=365)
# Who asks for what is known of them: no role of the directory, since they need no account.
CONCERNED = "concerned"
# The sealed fact by which somebody is found, and by which they refuse.
PHONE = "phone"
WRITTEN_AT_ONCE = 500


def do_reveal(
    *,
    actor: Actor,
    dataset: Dataset,
    subject: UUID,
    sealed: str,
    what: str,
    what_for: str,
    through: str = "",
    allowed: bool | None = None,
) -> dict[str, str]:
    """Return the facts of a sealed text and write who read them, what for, and through which lease or referral.

    Allowed to whoever is named to read this dataset for ``what_for``, or when the piste says so because of a lease or
    a referral that it checked itself. Otherwise, and for anybody once the dataset has ended, the reading is written as
    refused and ``PermissionDenied`` is raised; so it is, with a sentence, for somebody who refused this purpose. The
    refused reading must survive the exception: Django refuses to write it inside another transaction
    (``RuntimeError``), where it would be undone.
    """
    said = can_read(actor, dataset, what_for) if allowed is None else allowed
    reading = _reading(actor, dataset, subject, what=what, what_for=what_for, through=through)
    if not (said and is_readable(dataset) and dataset.exercise_id == actor.exercise_id):
        _keep_refused([reading])
        raise PermissionDenied
    facts = unsealed(dataset, sealed)
    if _refusing(dataset, [facts], holdings.closed_by(dataset.piste, what_for)):
        _keep_refused([reading])
        raise Refusal(
            "opposed",
            _("This person asked to be left alone meanwhile: nothing more is shown of them, and nobody contacts them."),
            conflict=True,
        )
    reading.allowed = True
    reading.save()
    return facts


def do_read_list(
    *, actor: Actor, dataset: Dataset, held: Iterable[Holding], what_for: str, through: str
) -> tuple[list[tuple[Holding, dict[str, str]]], int]:
    """Return the facts of several people to whoever is named to read them, and how many are left out.

    Left out are those who opposed any refusal of the piste: a list goes further than a page. Each line is a reading,
    written down like one of ``do_reveal``; refused, as many are written as refused.
    """
    rows = list(held)
    made = [
        _reading(actor, dataset, one.subject, what=IN_A_FILE, what_for=what_for, through=through, allowed=True)
        for one in rows
    ]
    if not (can_read(actor, dataset, what_for) and is_readable(dataset) and dataset.exercise_id == actor.exercise_id):
        for one in made:
            one.allowed = False
        _keep_refused(made)
        raise PermissionDenied
    facts = [unsealed(dataset, one.sealed) for one in rows]
    refusing = _refusing(dataset, facts, holdings.scopes_of(dataset.piste))
    kept = [number for number, known in enumerate(facts) if known.get(PHONE) not in refusing]
    Reading.objects.bulk_create([made[number] for number in kept], batch_size=WRITTEN_AT_ONCE)
    return [(rows[number], facts[number]) for number in kept], len(rows) - len(kept)


def _keep_refused(refused_readings: list[Reading]) -> None:
    with transaction.atomic(durable=True):
        Reading.objects.bulk_create(refused_readings, batch_size=WRITTEN_AT_ONCE)


def _refusing(dataset: Dataset, facts: Iterable[Mapping[str, str]], scopes: Iterable[str]) -> set[str]:
    """Return the telephones among ``facts`` that refuse one of ``scopes`` to the controller of the dataset."""
    phones = {known[PHONE] for known in facts if known.get(PHONE, "").startswith("+")}
    found: set[str] = set()
    for scope in scopes if phones else ():
        found |= oppositions.opposed(dataset.controller, phones, scope, dataset.exercise_id)
    return found


def can_read(actor: Actor, dataset: Dataset, what_for: str) -> bool:
    """Tell whether ``actor`` is named, today and in the role they act in, to read this dataset for this purpose."""
    return held_by(actor).filter(dataset=dataset, what_for=what_for).exists()


def held_by(actor: Actor) -> QuerySet[Holder]:
    """Return the namings in force of somebody, in the role they act in, for the organisation that answers for them."""
    return Holder.objects.filter(
        person_id=actor.person_id,
        role=actor.role,
        dataset__controller_id=actor.organisation_id,
        dataset__exercise_id=actor.exercise_id,
        ended_at=None,
        until__gte=clock.today(),
    )


def is_readable(dataset: Dataset) -> bool:
    """Tell whether a dataset may be read today: open, and not past its last day, whatever the row in hand says."""
    return Dataset.objects.filter(pk=dataset.pk, state=Dataset.State.OPEN, ends_on__gte=clock.today()).exists()


def unsealed(dataset: Dataset, sealed: str) -> dict[str, str]:
    """Return the facts of a sealed text; refused in words once the key is gone."""
    try:
        return keyring.take(dataset.key).unseal(sealed)
    except keyring.KeyGone:
        raise Refusal(
            "key_gone",
            _("These facts can no longer be read: their key was destroyed, or the folder of keys is missing."),
            conflict=True,
        ) from None


def do_show_own(*, actor: Actor, found: Iterable[Found], through: str) -> list[tuple[Found, dict[str, str]]]:
    """Return all that is held of one person, to themself or to the officer who shows it to them (GDPR 15).

    Whoever asks has proved who they are (a code by text message, a call to the known number, a paper shown):
    ``through`` names the proof. It is a right until destruction: the end of the dataset does not close it.
    """
    shown = facts_of(found)
    Reading.objects.bulk_create(
        _reading(
            actor,
            one.dataset,
            one.holding.subject,
            what=one.holding.what,
            what_for=OWN_ACCESS,
            through=through,
            allowed=True,
        )
        for one, _facts in shown
    )
    return shown


def facts_of(found: Iterable[Found]) -> list[tuple[Found, dict[str, str]]]:
    """Return the facts of what was found: for whoever calls ``do_show_own`` in the same quarter of an hour."""
    return [(one, unsealed(one.dataset, one.holding.sealed)) for one in found]


def _reading(actor: Actor, dataset: Dataset, subject: UUID, *, allowed: bool = False, **words: str) -> Reading:
    return Reading(
        dataset=dataset,
        subject=subject,
        reader=actor.person_key,
        role=actor.role or CONCERNED,
        organisation_id=actor.organisation_id,
        allowed=allowed,
        **words,
    )


def of_subjects(dataset: Dataset, subjects: Iterable[UUID]) -> QuerySet[Reading]:
    """Return who read what of some subjects of a dataset, latest first; the agent stays a role and an organisation."""
    return (
        dataset.readings.filter(subject__in=list(subjects))
        .exclude(role=CONCERNED)
        .select_related("organisation")
        .order_by("-at", "-pk")
    )


def refused(dataset: Dataset) -> QuerySet[Reading]:
    """Return the readings refused, latest first."""
    return dataset.readings.filter(allowed=False).select_related("organisation").order_by("-at", "-pk")


def counts(datasets: Iterable[Dataset]) -> dict[int, dict[bool, int]]:
    """Return how many readings of each dataset were allowed and refused: one question, answered by the index alone."""
    found: dict[int, dict[bool, int]] = {one.pk: {True: 0, False: 0} for one in datasets}
    rows = Reading.objects.filter(dataset__in=list(found)).order_by().values_list("dataset_id", "allowed")
    for pk, allowed, number in rows.annotate(number=Count("dataset_id")):
        found[pk][allowed] = number
    return found


def forget() -> int:
    """Delete readings older than a year, the longest the CNIL advises for such a journal (délib. 2021-122)."""
    return Reading.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()[0]
