"""Half-days as people say them: "every Thursday morning, from 26 November to 17 December, 4 times"."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from reflexes.mechanisms.allocation.models import Slot
from reflexes.mechanisms.allocation.services.needs import SERIES
from reflexes.web.words import half_day_words

HalfDay = tuple[date, str]
Line = tuple[date, str, str, int]
WEEK = timedelta(weeks=1)


def day_and_month(day: date) -> str:
    """Return "26 November"; the first of the month is an ordinal in French."""
    first = day.day == 1 and (get_language() or "").startswith("fr")
    return formats.date_format(day, r"j\e\r F" if first else _("j F"))


def spoken(half_days: Iterable[HalfDay]) -> list[str]:
    """Return half-days in words, in the order they begin: a series is said once, the others one by one."""
    by_weekday: dict[tuple[int, str], list[date]] = defaultdict(list)
    for day, half in sorted(set(half_days)):
        by_weekday[day.weekday(), half].append(day)
    said: list[tuple[HalfDay, str]] = []
    for (_weekday, half), days in by_weekday.items():
        missing = _holes(days)
        if len(days) >= SERIES and len(missing) < len(days) / 2:
            said.append(((days[0], half), _series(days, half, missing)))
        else:
            said.append(((days[0], half), one_by_one(days, half)))
    return [words for _first, words in sorted(said)]


def days_together(half_days: Iterable[HalfDay]) -> str:
    """Return half-days in one breath."""
    return _("; ").join(spoken(half_days))


def one_by_one(days: list[date], half: str) -> str:
    """Return "Tuesday morning 24 November and 1 December"; the days fall on the same day of the week."""
    return f"{half_day_words(days[0], half)} {all_of([day_and_month(day) for day in days])}"


def _holes(days: list[date]) -> list[date]:
    weeks = (days[-1] - days[0]) // WEEK
    return [day for number in range(weeks) if (day := days[0] + WEEK * number) not in days]


def _series(days: list[date], half: str, missing: list[date]) -> str:
    facts = {
        "half_day": half_day_words(days[0], half),
        "first": day_and_month(days[0]),
        "last": day_and_month(days[-1]),
        "count": len(days),
        "holes": ", ".join(day_and_month(day) for day in missing),
    }
    if missing:
        return _("every %(half_day)s from %(first)s to %(last)s except %(holes)s, %(count)s times") % facts
    return _("every %(half_day)s from %(first)s to %(last)s, %(count)s times") % facts


def who_is_asked(lines: Iterable[tuple[str, int]]) -> str:
    """Return who comes on one half-day, by skill: "2 people who can “drive” and 3 who learn on the spot"."""
    said = []
    for skill, count in lines:
        if skill:
            words = ngettext("%(count)s person who can “%(skill)s”", "%(count)s people who can “%(skill)s”", count)
        else:
            words = ngettext("%(count)s person who learns on the spot", "%(count)s people who learn on the spot", count)
        said.append(words % {"count": count, "skill": skill})
    total = sum(count for _skill, count in lines)
    if len(said) < 2:
        return "".join(said)
    return _("%(people)s, %(total)s in all") % {"people": all_of(said), "total": total}


def all_of(items: list[str]) -> str:
    """Join as people speak: "A, B and C"."""
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def by_people(asked: Iterable[Line]) -> list[tuple[str, list[HalfDay]]]:
    """Return who is asked, with the half-days on which exactly these people are: what a need says of itself."""
    here: dict[HalfDay, list[tuple[str, int]]] = defaultdict(list)
    for day, half, skill, count in asked:
        here[day, half].append((skill, count))
    groups: dict[str, list[HalfDay]] = defaultdict(list)
    for half_day, lines in sorted(here.items()):
        groups[who_is_asked(sorted(lines, key=lambda line: not line[0]))].append(half_day)
    return list(groups.items())


def lines_of(slots: Iterable[Slot]) -> list[Line]:
    """Return what each half-day of a need asks for, with the name of its skill."""
    return [(slot.day, slot.half, str(slot.skill or ""), slot.headcount) for slot in slots]
