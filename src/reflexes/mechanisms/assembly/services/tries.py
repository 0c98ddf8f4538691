"""Guessing codes is made hopeless: wrong codes are counted in the database, by address and from everywhere.

Only wrong codes are counted: somebody who types their own code is never slowed down, were they five thousand behind the
address of one library. Tries under way at the same moment may overshoot the cap by as many; each counts.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.addresses import household
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import limits_votes as limits
from reflexes.mechanisms.assembly.models import Vote, WrongCodes

EVERYWHERE = ""
SALT = "reflexes.assembly.client"


def client_of(address: str) -> str:
    """Return what is kept of a network address: a keyed digest of its household."""
    return salted_hmac(SALT, household(address), algorithm="sha256").hexdigest()


def check_tries(vote: Vote, address: str) -> None:
    """Refuse an address that typed too many wrong codes, whatever it types now; the sentence says how long to wait."""
    client, start = client_of(address), clock.real_now() - limits.WRONG_WITHIN
    counts = {
        one.client: one
        for one in WrongCodes.objects.filter(vote=vote, client__in=(client, EVERYWHERE), since__gt=start)
    }
    everywhere, own = counts.get(EVERYWHERE), counts.get(client)
    guessed = everywhere is not None and everywhere.count >= limits.WRONG_EVERYWHERE
    cap = limits.WRONG_CODES_THEN if guessed else limits.WRONG_CODES
    if own is not None and own.count >= cap:
        raise Refusal("locked", locked(own.since + limits.WRONG_WITHIN - clock.real_now()))


def locked(wait: timedelta) -> str:
    """Return how long to wait, and whom to ask meanwhile."""
    minutes = max(1, -(-round(wait.total_seconds()) // 60))
    words = ngettext(
        "Too many wrong codes were typed from here. Wait %(minutes)s minute, then type yours.",
        "Too many wrong codes were typed from here. Wait %(minutes)s minutes, then type yours.",
        minutes,
    ) % {"minutes": minutes}
    if settings.CELL_PHONE:
        return (
            words + " " + _("In a hurry, call %(phone)s: you can vote by telephone.") % {"phone": settings.CELL_PHONE}
        )
    return words + " " + _("In a hurry, go to a voting desk with your letter.")


def count_wrong(vote: Vote, address: str) -> None:
    """Count one wrong code, for its address and for everywhere."""
    now = clock.real_now()
    for client in (client_of(address), EVERYWHERE):
        one, _made = WrongCodes.objects.get_or_create(vote=vote, client=client, defaults={"since": now})
        rows = WrongCodes.objects.filter(pk=one.pk)
        rows.filter(since__lte=now - limits.WRONG_WITHIN).update(since=now, count=0)
        rows.update(count=F("count") + 1)


def wrong_lately(vote: Vote) -> int:
    """Return how many wrong codes came from everywhere in the present while: what the officer sees when one guesses."""
    start = clock.real_now() - limits.WRONG_WITHIN
    row = WrongCodes.objects.filter(vote=vote, client=EVERYWHERE, since__gt=start).first()
    return row.count if row else 0


def forget() -> int:
    """Delete counts older than a day; return how many."""
    return WrongCodes.objects.filter(since__lte=clock.real_now() - timedelta(days=1)).delete()[0]
