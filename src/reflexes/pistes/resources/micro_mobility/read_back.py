"""A need said aloud, as its host would on the telephone: one paragraph, read back before it opens (screens.md 2)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.spoken import by_people, days_together, lines_of
from reflexes.web.words import full_date


def paragraph(need: Need) -> str:
    """Return the whole need in sentences; what is not said yet is left out."""
    return " ".join(paragraphs(need))


def paragraphs(need: Need) -> list[str]:
    """Return the same sentences by subject: what, where and when, what to know, who welcomes."""
    subjects = ((_who(need), _what(need)), (_where(need), *_asked(need)), _know(need), _welcome(need))
    said = (" ".join(part for part in parts if part) for parts in subjects)
    return [words for words in said if words]


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
    return _("It is at %(place)s.") % {"place": need.place.in_full}


def _asked(need: Need) -> Iterable[str]:
    """Say who is expected on which half-days: one sentence for each mix of skills, then the rules of the team."""
    slots = list(need.slots.filter(stopped_at=None).select_related("skill"))
    for who, days in by_people(lines_of(slots)):
        yield _("Expected: %(who)s, %(when)s.") % {"who": who, "when": days_together(days)}
    if team := max((slot.minimum_team for slot in slots), default=0):
        yield ngettext("It makes sense from %(count)s person on.", "It makes sense from %(count)s people on.", team) % {
            "count": team
        }
    if any(slot.mentor_required for slot in slots):
        guided = need.newcomers_per_mentor or limits.NEWCOMERS_FOR_ONE_MENTOR
        yield ngettext(
            "Somebody who has done it before guides %(count)s newcomer at most.",
            "Somebody who has done it before guides %(count)s newcomers at most.",
            guided,
        ) % {"count": guided}


def _know(need: Need) -> list[str]:
    parts = []
    if need.constraints.strip():
        parts.append(_("Good to know: %(words)s") % {"words": _sentence(need.constraints)})
    if need.provided.strip():
        parts.append(_("We provide: %(words)s") % {"words": _sentence(need.provided)})
    if need.minimum_age:
        parts.append(_("One must be at least %(age)s years old.") % {"age": need.minimum_age})
    return parts


def _welcome(need: Need) -> list[str]:
    parts = []
    if need.mentor:
        parts.append(_("%(mentor)s welcomes and guides newcomers.") % {"mentor": reached(need.mentor)})
    if need.contact:
        parts.append(_("For everything else, call %(contact)s.") % {"contact": reached(need.contact)})
    if need.returns_on:
        parts.append(_("Everybody is back at their post on %(day)s.") % {"day": full_date(need.returns_on)})
    return parts


def reached(person: Person) -> str:
    """Return a name with its telephone when there is one."""
    phone = normalised_phone(person.phone)
    return f"{person} ({readable_phone(phone)})" if phone else str(person)


def _sentence(words: str) -> str:
    """Return free words on one line, ended by a full stop."""
    line = " ".join(words.split())
    return line if not line or line[-1] in ".!?…" else f"{line}."
