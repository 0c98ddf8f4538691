"""What must stay rare is counted in the database, by telephone and by address, before it is done.

The count moves first and is read after: a hundred tries at the same moment pass as few as one after the other.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.evidence.models import Tries

SALT = "reflexes.evidence.tries"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times at most within a while."""

    what: str
    most: int
    within: timedelta


def count_try(limit: Limit, who: str) -> None:
    """Count one try of ``who``; refused beyond the limit, with how long to wait."""
    now, digest = clock.real_now(), salted_hmac(SALT, f"{limit.what}:{who}", algorithm="sha256").hexdigest()
    with transaction.atomic():
        Tries.objects.bulk_create([Tries(what=limit.what, who=digest, since=now)], ignore_conflicts=True)
        rows = Tries.objects.filter(what=limit.what, who=digest)
        rows.filter(since__lte=now - limit.within).update(since=now, count=0)
        rows.update(count=F("count") + 1)
        one = rows.get()
    if one.count > limit.most:
        minutes = max(1, -(-round((one.since + limit.within - now).total_seconds()) // 60))
        raise Refusal(
            "too_many",
            ngettext(
                "Too many tries were made from here. Wait %(minutes)s minute, or come to the counter.",
                "Too many tries were made from here. Wait %(minutes)s minutes, or come to the counter.",
                minutes,
            )
            % {"minutes": minutes},
        )


def forget() -> int:
    """Delete counts older than a day; return how many."""
    return Tries.objects.filter(since__lte=clock.real_now() - timedelta(days=1)).delete()[0]
