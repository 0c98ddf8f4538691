"""Words and facts of people, sealed with the key of their case: destroying the key makes them unreadable (ADR 26)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from reflexes.core.errors import Refusal
from reflexes.core.keyring import Key, KeyGone, take
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.core.text import normalised
from reflexes.mechanisms.casework.models import Case

INITIALS = 2


def key_in_hand(name: str) -> Key:
    """Return the key, or refuse in one sentence once it was destroyed."""
    try:
        return take(name)
    except KeyGone:
        raise Refusal(
            "key_gone", _("These data came to their end and were destroyed: nothing of them can be read or written.")
        ) from None


def seal_words(case: Case, words: str) -> str:
    """Return ``words`` sealed for ``case``; nothing stays nothing."""
    return key_in_hand(case.key_name).seal({"words": words.strip()}) if words.strip() else ""


def read_words(case: Case, *sealed: str) -> list[str]:
    """Return sealed words, the key being taken once; destroyed, they read as nothing."""
    try:
        key = take(case.key_name)
    except KeyGone:
        return ["" for _one in sealed]
    return [key.unseal(one).get("words", "") if one else "" for one in sealed]


def facts_of(case: Case) -> dict[str, str]:
    """Return who a case is about. For the piste's ``reveal`` alone, which writes the reading down."""
    return key_in_hand(case.key_name).unseal(case.identity)


def phone_digest(key: Key, phone: str) -> str:
    """Return the digest by which a telephone is found under a key; nothing for what is no number."""
    number = normalised_phone(phone)
    return key.digest(number) if number else ""


def name_digest(key: Key, name: str) -> str:
    """Return the digest of a name, in whatever order its words were written."""
    words = sorted(normalised(name).replace("-", " ").split())
    return key.digest(" ".join(words)) if words else ""


def initials(facts: Mapping[str, str]) -> str:
    """Return the initials of a name: enough for whoever called that person, and for nobody else.

    >>> initials({"name": "Rose Martin"}), initials({})
    ('R. M.', '')
    """
    words = facts.get("name", "").split()
    kept = [words[0], words[-1]] if len(words) >= INITIALS else words
    return " ".join(f"{word[0].upper()}." for word in kept)
