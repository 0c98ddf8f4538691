"""What is expected of a navigator now, in four columns (screens.md 8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case as When
from django.db.models import Count, IntegerField, Q, QuerySet, Value
from django.db.models import When as Then
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.privacy.services import record_views
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.models import Case, Referral, State
from reflexes.mechanisms.casework.models.referrals import AT_A_SERVICE, RETURNED
from reflexes.mechanisms.casework.services import sealing

COLUMNS = {
    "a-qualifier": (_("To qualify"), Q(state=State.TO_QUALIFY, qualified_at=None)),
    "a-confier": (
        _("To entrust"),
        Q(state=State.TO_QUALIFY, qualified_at__isnull=False) | Q(state__in=RETURNED),
    ),
    "chez-un-service": (_("At a service"), Q(state__in=AT_A_SERVICE)),
    "a-rendre-compte": (_("To tell back"), Q(state=State.DONE)),
}
WHY_READ = "referral"


@dataclass(frozen=True, slots=True)
class Card:
    """One need: the person's own words on top, and since when it stands where it stands."""

    referral: Referral
    words: str
    since: datetime


def column(actor: Actor, slug: str, *, piste: str) -> QuerySet[Referral]:
    """Return the needs of one column: urgent ones first, then the oldest."""
    found = perms.visible_referrals(actor).filter(COLUMNS[slug][1], case__piste=piste)
    urgent_first = When(Then(case__urgent=True, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.select_related("case__commune").order_by(urgent_first, "moved_at", "pk")


def counts(actor: Actor, *, piste: str) -> dict[str, int]:
    """Return how many needs stand in each column: one question."""
    found = perms.visible_referrals(actor).filter(case__piste=piste).order_by()
    asked = {slug.replace("-", "_"): Count("pk", filter=wanted) for slug, (_name, wanted) in COLUMNS.items()}
    counted = found.aggregate(**asked)
    return {slug: counted[slug.replace("-", "_")] for slug in COLUMNS}


def cards(actor: Actor, referrals: list[Referral]) -> list[Card]:
    """Return needs as cards. Reading the words is written down: one question for a whole list."""
    record_views(actor, [one.case.subject for one in referrals], "case_words", WHY_READ)
    words = words_of([one.case for one in referrals])
    return [Card(one, words[one.case_id], one.moved_at) for one in referrals]


def words_of(cases: list[Case]) -> dict[int, str]:
    """Return what each case says, each key being taken once; a destroyed key leaves nothing to read."""
    by_key: dict[str, list[Case]] = {}
    for case in cases:
        by_key.setdefault(case.key_name, []).append(case)
    said: dict[int, str] = {}
    for rows in by_key.values():
        said.update(
            zip((one.pk for one in rows), sealing.read_words(rows[0], *(one.said for one in rows)), strict=True)
        )
    return said
