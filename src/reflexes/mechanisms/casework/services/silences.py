"""What waits because nobody spoke: on whom, since when (design.md rule 2). A page of a piste shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.casework import limits, perms
from reflexes.mechanisms.casework.models import Referral, State
from reflexes.mechanisms.casework.models.referrals import RETURNED
from reflexes.mechanisms.casework.services import directory


@dataclass(frozen=True, slots=True)
class Silence:
    """One kind of silence: how many, since when for the oldest, its sentence and the column where it is ended."""

    code: str
    count: int
    since: datetime | None
    sentence: "str | Promise"
    column: str


def _of(actor: Actor, piste: str) -> QuerySet[Referral]:
    if not perms.can_count(actor):
        raise Http404
    found = Referral.objects.filter(case__organisation_id=actor.organisation_id, case__exercise_id=actor.exercise_id)
    return found.filter(case__piste=piste)


def to_qualify_old(actor: Actor, piste: str) -> QuerySet[Referral]:
    """Return the needs that nobody looked into for too long."""
    return _ours_for_too_long(actor, piste).filter(qualified_at=None)


def to_entrust_old(actor: Actor, piste: str) -> QuerySet[Referral]:
    """Return the needs looked into, and entrusted to no service for too long."""
    return _ours_for_too_long(actor, piste).filter(qualified_at__isnull=False)


def _ours_for_too_long(actor: Actor, piste: str) -> QuerySet[Referral]:
    since = clock.now() - limits.patience(crisis=limits.in_crisis())
    return _of(actor, piste).filter(state=State.TO_QUALIFY, moved_at__lte=since).annotate(since=F("moved_at"))


def sent_without_news(actor: Actor, piste: str) -> QuerySet[Referral]:
    """Return the needs at a service that was reminded already and says nothing."""
    silent = _of(actor, piste).filter(silent_since__isnull=False, reminded__gt=0)
    return silent.annotate(since=F("silent_since"))


def returned(actor: Actor, piste: str) -> QuerySet[Referral]:
    """Return the needs that came back: refused, expired, not done. Somebody is to look elsewhere."""
    return _of(actor, piste).filter(state__in=RETURNED).annotate(since=F("moved_at"))


def to_tell_back(actor: Actor, piste: str) -> QuerySet[Referral]:
    """Return what is done and of which nobody was told."""
    since = clock.now() - limits.patience(crisis=limits.in_crisis())
    return _of(actor, piste).filter(state=State.DONE, moved_at__lte=since).annotate(since=F("moved_at"))


Reader = Callable[[Actor, str], "QuerySet[Any]"]
KINDS: dict[str, tuple[Reader, Any, str]] = {
    "to_qualify_old": (
        to_qualify_old,
        ngettext_lazy("%(count)d need nobody looked into", "%(count)d needs nobody looked into", "count"),
        "a-qualifier",
    ),
    "to_entrust_old": (
        to_entrust_old,
        ngettext_lazy("%(count)d need entrusted to no service", "%(count)d needs entrusted to no service", "count"),
        "a-confier",
    ),
    "sent_without_news": (
        sent_without_news,
        ngettext_lazy(
            "%(count)d need at a service that gives no news", "%(count)d needs at services that give no news", "count"
        ),
        "chez-un-service",
    ),
    "returned": (
        returned,
        ngettext_lazy("%(count)d need came back from a service", "%(count)d needs came back from services", "count"),
        "a-confier",
    ),
    "to_tell_back": (
        to_tell_back,
        ngettext_lazy("%(count)d end that nobody was told", "%(count)d ends that nobody was told", "count"),
        "a-rendre-compte",
    ),
}
REFUSING = ngettext_lazy(
    "%(count)d service refused again and again", "%(count)d services refused again and again", "count"
)


def silences(actor: Actor, *, piste: str) -> list[Silence]:
    """Return the silences that last, oldest first: one question for each kind, whatever their number."""
    found = []
    for code, (reader, sentence, where) in KINDS.items():
        counted = reader(actor, piste).order_by().aggregate(count=Count("pk"), oldest=Min("since"))
        if counted["count"]:
            words = sentence % {"count": counted["count"]}
            found.append(Silence(code, counted["count"], counted["oldest"], words, where))
    if refusing := directory.refusing().count():
        found.append(Silence("refusing", refusing, None, REFUSING % {"count": refusing}, ""))
    return sorted(found, key=lambda one: one.since or clock.now())
