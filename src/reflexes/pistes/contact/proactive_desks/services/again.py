"""Calling somebody again at their day, every so many days until a day (P12 (12)): rows change, none is saved here."""

from datetime import datetime, timedelta

from django.utils import timezone

from reflexes.pistes.contact.proactive_desks import hours
from reflexes.pistes.contact.proactive_desks.models import Callee
from reflexes.pistes.contact.proactive_desks.services.leases import RECURS_FIRST


def recur(callee: Callee, when: datetime) -> None:
    """Call somebody again at ``when``, before the ordinary ones and after a moment agreed with somebody."""
    callee.state, callee.due_at = Callee.State.SCHEDULED, when
    callee.rank, callee.agreed = callee.priority + RECURS_FIRST, False


def recurs(callee: Callee, now: datetime) -> bool:
    """Put somebody back at their next day; False for whoever is not called again, or whose last day is over."""
    if callee.every_days is None or callee.recurs_until is None:
        return False
    when = hours.afternoon_of(timezone.localtime(now).date() + timedelta(days=callee.every_days))
    if timezone.localtime(when).date() > callee.recurs_until:
        return False
    recur(callee, when)
    return True
