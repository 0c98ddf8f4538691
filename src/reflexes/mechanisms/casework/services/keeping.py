"""What cases hold under one key: shown to the person it is about, deleted with the dataset (ADR 26, P04 (4), (5)).

A piste joins these to ``evidence.services.holdings``: this mechanism knows keys and no dataset.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core.errors import Refusal
from reflexes.core.keyring import take
from reflexes.mechanisms.casework.models import Case, Referral, ReferralStep, State
from reflexes.mechanisms.casework.services import sealing

# What is read of a case, and what remains of cases once they are deleted: slug → words.
WORDS: dict[str, "str | Promise"] = {
    "identity": _("who it is, and how to reach them"),
    "case_words": _("what they told, in their words"),
    "referral": _("what a service was asked, and who it is about"),
    "step_words": _("what was done, and said of it"),
    "told": _("the end, as it was told"),
    "cases": _("people who told a need"),
    "needs": _("needs told"),
    "needs_met": _("needs met"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One sealed text about one person: under which pseudonym, and what it is (a slug of ``WORDS``)."""

    subject: UUID
    sealed: str
    what: str


def texts_of(key_name: str, *, phone: str = "", subjects: Iterable[UUID] = ()) -> Iterator[Kept]:
    """Yield every sealed text of the cases of a telephone, or of pseudonyms, under one key; nothing is unsealed.

    Raises ``core.keyring.KeyGone`` once the key was destroyed.
    """
    wanted = Q(subject__in=list(subjects))
    if digest := sealing.phone_digest(take(key_name), phone):
        wanted |= Q(phone_digest=digest)
    for case in Case.objects.filter(wanted, key_name=key_name).order_by("opened_at", "pk"):
        yield Kept(case.subject, case.identity, "identity")
        yield Kept(case.subject, case.said, "case_words")
        for referral in case.referrals.order_by("pk").prefetch_related("steps"):
            if referral.brief:
                yield Kept(case.subject, referral.brief, "referral")
            for step in referral.steps.all():
                if step.words:
                    yield Kept(case.subject, step.words, "step_words")
            if referral.told:
                yield Kept(case.subject, referral.told, "told")


def check_closed(key_name: str) -> None:
    """Refuse while a need told under a key is still followed: nothing is left unclosed (P12 (6))."""
    needs = Referral.objects.filter(case__key_name=key_name, handed_on_at=None)
    if needs.exclude(state=State.CLOSED).exists():
        raise Refusal(
            "needs_open",
            _("Needs are still followed under this purpose. They are closed and told back first."),
            conflict=True,
        )


def counts(key_name: str) -> dict[str, int]:
    """Return the figures of the cases under a key, which name nobody."""
    needs = Referral.objects.filter(case__key_name=key_name, handed_on_at=None)
    met = ReferralStep.objects.filter(referral=OuterRef("pk"), state=State.DONE)
    return {
        "cases": Case.objects.filter(key_name=key_name).count(),
        "needs": needs.count(),
        "needs_met": needs.filter(Exists(met)).count(),
    }


def written(key_name: str) -> int:
    """Return how many texts were written in the cases under a key, whoever they are about."""
    referrals = Referral.objects.filter(case__key_name=key_name)
    steps = ReferralStep.objects.filter(referral__case__key_name=key_name).exclude(words="")
    said = Case.objects.filter(key_name=key_name).count() + steps.count()
    return said + referrals.exclude(brief="").count() + referrals.exclude(told="").count()


def shed(key_name: str) -> dict[str, int]:
    """Delete every case under a key and return the figures that remain, which name nobody.

    Raises ``Refusal`` while one of their needs is still followed: nothing is left unclosed (P12 (6)).
    """
    cases = Case.objects.filter(key_name=key_name)
    with transaction.atomic():
        list(cases.select_for_update().order_by("pk").values_list("pk", flat=True))
        check_closed(key_name)
        figures = counts(key_name)
        cases.update(merged_into=None)
        cases.delete()
    return figures
