"""The words of thanks: those the cell wrote, with what each person gave (mechanisms.md P06: thank all who came)."""

import re

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.thanks import Figures, to_write
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages.facts import Words, brief_day, hello, paragraphs, signature
from reflexes.pistes.resources.micro_mobility.messages.sending import deliver

NAMED = 6
CAME = gettext_noop(
    "Thank you for lending a hand. %(came)s people gave %(given)s half-days, and every one of them counted for "
    "somebody. What you saw there is worth hearing: tell us, we pass on what you allow."
)
NOT_NEEDED = gettext_noop(
    "Thank you for coming forward. %(offered)s people offered their time and %(given)s half-days were given: your "
    "half-days and your wishes met no need this time. Knowing that you were there made the difference. Nothing is "
    "expected of you; you may change or pause your offer at any time."
)


def usual_words(figures: Figures) -> tuple[str, str]:
    """Return the two wordings to begin with: for those who came, and for those who were not needed, with why."""
    facts = {
        "offered": figures.came_forward,
        "came": figures.came,
        "given": figures.half_days,
    }
    return _(CAME) % facts, _(NOT_NEEDED) % facts


def as_read(words: str) -> str:
    """Return the words of the cell as they are; the usual wording, left as it was, in the reader's language."""
    plain = " ".join(words.split())
    for wording in (CAME, NOT_NEEDED):
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                pattern = re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>[0-9]+)", re.escape(" ".join(_(wording).split())))
            if found := re.fullmatch(pattern, plain):
                return _(wording) % found.groupdict()
    return words


def thanks_words(person: Person, words: str, given: list[Assignment]) -> Words:
    """Return what one person reads: the cell's words, and what they gave themself."""
    words = as_read(words)
    return Words(
        subject=_("Thank you"),
        body=paragraphs(hello(person), words, gift(given), signature()),
        short=" ".join(words.split()),
    )


def gift(given: list[Assignment]) -> str:
    """Say what somebody gave: how many half-days, when and where; nothing when nothing was given."""
    if not given:
        return ""
    named = [
        _("%(day)s at %(host)s") % {"day": brief_day(one.day), "host": one.slot.need.organisation}
        for one in given[:NAMED]
    ]
    more = len(given) - len(named)
    if more:
        named.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": more})
    return ngettext("You gave %(count)s half-day: %(list)s.", "You gave %(count)s half-days: %(list)s.", len(given)) % {
        "count": len(given),
        "list": ", ".join(named),
    }


def tell_thanks(payload: dict[str, int], *, exercise_id: int | None) -> int:
    """Write the messages of one part of a round of thanks; each person's key makes theirs unique."""
    told = 0
    for row, given in to_write(payload):
        with translation.override(row.person.language):
            words = row.wave.words_came if row.came else row.wave.words_not_needed
            deliver(
                thanks_words(row.person, words, given),
                row.person,
                "",
                key=f"micro_mobility.thanks:{row.wave_id}:{row.person_id}",
                exercise_id=exercise_id,
            )
        told += 1
    return told
