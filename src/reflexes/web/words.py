"""Ages, half-days and distances in plain words, in the reader's language."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from reflexes.core import clock

MORNING, AFTERNOON = "am", "pm"


def _moment(value: date | datetime) -> datetime | date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def full_date(value: date | datetime) -> str:
    """Return the whole date, and the time when there is one, as shown on hover and in print."""
    value = _moment(value)
    # The first of the month is an ordinal in French, and there only: Django's formats cannot say it.
    first = value.day == 1 and (get_language() or "").startswith("fr")
    day = formats.date_format(value, r"l j\e\r F Y" if first else _("l j F Y"))
    if not isinstance(value, datetime):
        return day
    return _("%(day)s at %(time)s") % {
        "day": day,
        "time": formats.time_format(value, _("H:i")),
    }


def span_words(span: timedelta) -> str:
    """Return a length of time in one unit, the largest that says it well."""
    minutes = int(span.total_seconds() // 60)
    hours, days = minutes // 60, span.days
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if hours < 24:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if days < 14:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if days < 60:
        return ngettext("%(count)d week", "%(count)d weeks", days // 7) % {"count": days // 7}
    if days < 730:
        return ngettext("%(count)d month", "%(count)d months", days // 30) % {"count": days // 30}
    return ngettext("%(count)d year", "%(count)d years", days // 365) % {"count": days // 365}


def age_words(since: date | datetime) -> str:
    """Return how long something has waited: "since 3 days", "depuis 3 jours" (design.md, section 5)."""
    if isinstance(since, datetime):
        elapsed = clock.now() - since
        if elapsed < timedelta(minutes=1):
            return _("just now") if elapsed > timedelta(minutes=-1) else delay_words(since)
    else:
        elapsed = clock.today() - since
        if not elapsed:
            return _("since today")
        if elapsed < timedelta(0):
            return delay_words(since)
    return _("since %(span)s") % {"span": span_words(elapsed)}


def delay_words(until: date | datetime) -> str:
    """Return how long is left before a date to come: "in 2 days", "dans 2 jours"."""
    left = until - clock.now() if isinstance(until, datetime) else until - clock.today()
    if left <= timedelta(0):
        return pgettext("delay", "today") if not isinstance(until, datetime) and not left else age_words(until)
    if isinstance(until, datetime) and left >= timedelta(days=1):
        # Days are counted as people do, from one date to the other: 47 hours are "in 2 days".
        left = timezone.localtime(until).date() - clock.today()
    return _("in %(span)s") % {"span": span_words(left)}


def half_day_words(day: date, half: str) -> str:
    """Return "Tuesday morning", "mardi matin"."""
    return _half_day_words(day, half, get_language())


# A page says the same few half-days hundreds of times.
@lru_cache(maxsize=1024)
def _half_day_words(day: date, half: str, language: str | None) -> str:
    weekday = formats.date_format(day, "l")
    if half == MORNING:
        return _("%(weekday)s morning") % {"weekday": weekday}
    return _("%(weekday)s afternoon") % {"weekday": weekday}


def half_day_full(day: date, half: str) -> str:
    """Return the half-day with its whole date: "Tuesday 24 November 2026, morning"."""
    return _half_day_full(day, half, get_language())


@lru_cache(maxsize=1024)
def _half_day_full(day: date, half: str, language: str | None) -> str:
    word = pgettext("half-day", "morning") if half == MORNING else pgettext("half-day", "afternoon")
    return f"{full_date(day)}, {word}"


def km_words(kilometres: float) -> str:
    """Return a distance: metres below one kilometre, one decimal below ten."""
    if kilometres < 1:
        return _("%(count)d m") % {"count": round(kilometres * 100) * 10}
    rounded = round(kilometres, 1 if kilometres < 10 else None)
    return _("%(count)s km") % {"count": formats.number_format(rounded, 0 if rounded == int(rounded) else 1)}


def euros_words(cents: int) -> str:
    """Return an amount kept in cents: "12,000 €", with its cents only when it has some."""
    amount = formats.number_format(Decimal(cents) / 100, 2 if cents % 100 else 0, use_l10n=True, force_grouping=True)
    return f"{amount}\u00a0€"
