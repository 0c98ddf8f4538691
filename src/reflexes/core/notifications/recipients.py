"""To whom a message goes, and by which way it can really reach them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumbers import PhoneNumberType

REGION = "FR"
# Mobile numbers that France's regulator keeps for fiction: the library calls them invalid, the demonstration uses them.
FOR_FICTION = "+3363998"
TEXTABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN}


class Channel(StrEnum):
    """The ways a person may choose; the same slugs as the directory's."""

    MAIL = "mail"
    TEXT = "text"
    PHONE = "phone"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person as a message needs them. ``channel`` is what they prefer: mail, text, phone or print."""

    person_key: UUID | None
    name: str
    email: str = ""
    phone: str = ""
    channel: str = "mail"
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Way:
    """How a message will go. ``note`` says why it is not the way the person prefers, when it is not."""

    channel: Channel
    email: str
    phone: str
    note: str = ""


def way_to(recipient: Recipient) -> Way:
    """Choose the way: the person's preferred one if it can work, else the next nearest to it.

    Never digital only (design.md rule 7): someone without an address is called, someone without a telephone gets a
    letter.
    """
    email, phone = usable_email(recipient.email), normalised_phone(recipient.phone)
    spoken = Channel.PHONE if phone else Channel.PRINT
    match recipient.channel:
        case Channel.PRINT:
            return Way(Channel.PRINT, email, phone)
        case Channel.PHONE:
            return Way(spoken, email, phone, "" if phone else "no_phone")
        case Channel.TEXT if can_receive_texts(phone):
            return Way(Channel.TEXT, email, phone)
        case Channel.TEXT if email:
            return Way(Channel.MAIL, email, phone, "no_texts" if phone else "no_phone")
        case Channel.TEXT:
            return Way(spoken, email, phone, "no_texts" if phone else "no_phone")
        case _ if email:
            return Way(Channel.MAIL, email, phone)
        case _:
            return Way(spoken, email, phone, "no_email")


def usable_email(written: str) -> str:
    """Return the address if mail can be sent to it, else nothing.

    >>> usable_email(" amina@example.org "), usable_email("amina at home")
    ('amina@example.org', '')
    """
    email = written.strip()
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email


def normalised_phone(written: str) -> str:
    """Return the number in the international form if it is one, else nothing.

    >>> normalised_phone("06 12 34 56 78"), normalised_phone("12"), normalised_phone("06 39 98 00 01")
    ('+33612345678', '', '+33639980001')
    """
    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException:
        return ""
    full = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    known = phonenumbers.is_valid_number(number)
    return full if known or (phonenumbers.is_possible_number(number) and full.startswith(FOR_FICTION)) else ""


def readable_phone(phone: str) -> str:
    """Return a normalised number as people dictate it.

    >>> readable_phone("+33612345678")
    '06 12 34 56 78'
    """
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return phone
    at_home = number.country_code == phonenumbers.country_code_for_region(REGION)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def can_receive_texts(phone: str) -> bool:
    """Tell whether a normalised number may be a mobile one: a fixed line is called, not written to."""
    return bool(phone) and phonenumbers.number_type(phonenumbers.parse(phone, REGION)) in TEXTABLE


def known_language(language: str) -> str:
    """Return the recipient's language if the site speaks it, else the site's own."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
