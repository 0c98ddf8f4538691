"""A need said aloud, as its host would on the telephone: one paragraph, read back before it opens (screens.md 2)."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.allocation.models import Need, Slot
from reflexes.mechanisms.directory.models import Person
from reflexes.web.words import full_date, half_day_full


def paragraph(need: Need) -> str:
    """Return the whole need in sentences; what is not said yet is left out."""
    return " ".join(part for part in (_who(need), _what(need), _where(need), *_asked(need), _rest(need)) if part)


def _who(need: Need) -> str:
    if not need.title.strip():
        return _("%(host)s needs a hand.") % {"host": need.organisation}
    return _("%(host)s needs a hand: %(title)s.") % {"host": need.organisation, "title": need.title.strip().rstrip(".")}


def _what(need: Need) -> str:
    return _sentence(need.tasks)


def _where(need: Need) -> str:
    if need.remote:
        return _("It is done at a distance.")
    if need.place is None:
        return ""
    place = need.place
    return _("It is at %(place)s.") % {
        "place": ", ".join(part for part in (place.name, place.address, str(place.commune)) if part)
    }


def _asked(need: Need) -> Iterable[str]:
    """Say how many people on which half-days: one sentence for each skill and number."""
    groups: dict[tuple[str, int], list[Slot]] = defaultdict(list)
    for slot in need.slots.all():
        groups[str(slot.skill or ""), slot.headcount].append(slot)
    for (skill, count), slots in groups.items():
        when = together([half_day_full(slot.day, slot.half) for slot in slots])
        if skill:
            words = ngettext(
                "%(count)s person who can “%(skill)s” is expected on %(when)s.",
                "%(count)s people who can “%(skill)s” are expected on %(when)s.",
                count,
            )
        else:
            words = ngettext(
                "%(count)s person is expected on %(when)s; everything is learnt on the spot.",
                "%(count)s people are expected on %(when)s; everything is learnt on the spot.",
                count,
            )
        yield words % {"count": count, "skill": skill, "when": when}


def _rest(need: Need) -> str:
    parts = []
    if need.constraints.strip():
        parts.append(_("Good to know: %(words)s") % {"words": _sentence(need.constraints)})
    if need.provided.strip():
        parts.append(_("We provide: %(words)s") % {"words": _sentence(need.provided)})
    if need.minimum_age:
        parts.append(_("One must be at least %(age)s years old.") % {"age": need.minimum_age})
    if need.mentor:
        parts.append(_("%(mentor)s welcomes and guides newcomers.") % {"mentor": reached(need.mentor)})
    if need.contact:
        parts.append(_("For everything else, call %(contact)s.") % {"contact": reached(need.contact)})
    if need.returns_on:
        parts.append(_("Everybody is back at their post on %(day)s.") % {"day": full_date(need.returns_on)})
    return " ".join(parts)


def reached(person: Person) -> str:
    """Return a name with its telephone when there is one."""
    phone = normalised_phone(person.phone)
    return f"{person} ({readable_phone(phone)})" if phone else str(person)


def together(items: list[str]) -> str:
    """Join as people speak.

    >>> together(["A", "B", "C"])
    'A; B; C'
    """
    return "; ".join(items)


def _sentence(words: str) -> str:
    """Return free words on one line, ended by a full stop."""
    line = " ".join(words.split())
    return line if not line or line[-1] in ".!?…" else f"{line}."
