"""A person asks what is known of them: a code by text message proves that the telephone is theirs (P04 (4), GDPR 15).

Nothing tells whether a number is known: a code goes to every number that is asked for, and answers are the same.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.addresses import household
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.recipients import can_receive_texts, normalised_phone, readable_phone
from reflexes.core.notifications.services import Recipient, notify
from reflexes.core.outbox.models import Job
from reflexes.core.privacy.models import ViewRecord
from reflexes.core.privacy.services import views_of
from reflexes.mechanisms.directory.models import Organisation
from reflexes.mechanisms.directory.roles import role_name
from reflexes.mechanisms.evidence.models import Dataset, Reading
from reflexes.mechanisms.evidence.services import holdings, oppositions, readings, tries
from reflexes.pistes.data.data_trust.perms import check_showing
from reflexes.web.words import full_date

VALID_FOR = timedelta(minutes=15)
MINUTES = int(VALID_FOR.total_seconds() // 60)
DIGITS = 6
TO_A_PHONE = tries.Limit("codes-to-a-phone", 3, timedelta(hours=1))
FROM_AN_ADDRESS = tries.Limit("codes-from-address", 20, timedelta(hours=1))
TYPED = tries.Limit("codes-typed", 5, timedelta(hours=1))
SALT = "reflexes.data_trust.code"
READINGS_SHOWN = 60
CODE_MESSAGE = "data_trust.code:"
CODES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was sent: what the browser's session keeps of it, and never the code."""

    phone: str
    nonce: str
    digest: str


def do_send_code(*, actor: Actor, written: str, address: str, language: str) -> Asked:
    """Send a code to a telephone, at most three times an hour, whether or not anything is known of it."""
    phone = number_of(written)
    if not can_receive_texts(phone):
        raise Refusal(
            "no_texts",
            _("This number receives no text messages. Call us or come to the counter: you will see the same."),
        )
    tries.count_try(FROM_AN_ADDRESS, household(address))
    tries.count_try(TO_A_PHONE, phone)
    code, nonce = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_urlsafe(16)
    notify(
        Recipient(None, readable_phone(phone), phone=phone, channel="text", language=language),
        subject=_("Your code"),
        body=_(
            "%(code)s is your code to read what is known of you. It is valid for %(minutes)s minutes. "
            "Nobody will ever ask you for it."
        )
        % {"code": code, "minutes": MINUTES},
        key=f"{CODE_MESSAGE}{nonce}",
        exercise_id=actor.exercise_id,
        calm=False,
    )
    return Asked(phone, nonce, _digest(nonce, code))


def number_of(written: str) -> str:
    """Return a telephone number in the international form; refused when it is none."""
    phone = normalised_phone(written)
    if not phone:
        raise Refusal("phone_unknown", _("This is no telephone number. Type it in full, such as 06 39 98 00 01."))
    return phone


def do_check_code(*, actor: Actor, asked: Asked, written: str) -> None:
    """Check a code, five tries at most, and write down in each dataset that the person looked."""
    tries.count_try(TYPED, asked.nonce)
    typed = "".join(one for one in written if one.isdecimal())
    if not constant_time_compare(_digest(asked.nonce, typed), asked.digest):
        raise Refusal("wrong_code", _("This is not the code of the message. Read it again, or ask for another one."))
    shown = [one for one, facts in readings.facts_of(_found(asked.phone, actor)) if _bears(facts, asked.phone)]
    readings.do_show_own(actor=actor, found=shown, through="code")


def forget_codes() -> int:
    """Delete the messages of codes after a day: who asked what is known of them is nobody's business."""
    old = Message.objects.filter(key__startswith=CODE_MESSAGE, created_at__lt=clock.now() - CODES_KEPT)
    with transaction.atomic():
        Job.objects.filter(message__in=old).delete()
        return old.delete()[1].get("notifications.Message", 0)


def do_show(*, actor: Actor, phone: str, proof: str) -> None:
    """Write down that an officer reads all that their organisation holds of a telephone, and how they know who asks."""
    check_showing(actor)
    readings.do_show_own(actor=actor, found=_found(phone, actor, actor.organisation_id), through=proof)


def _digest(nonce: str, code: str) -> str:
    return salted_hmac(SALT, f"{nonce}:{code}", algorithm="sha256").hexdigest()


def _bears(facts: Mapping[str, str], phone: str) -> bool:
    """Tell whether facts bear the number itself: who one is, and not what one said or what was found out.

    A code proves that one holds a telephone, which a violent partner may hold too. What was said in a call is therefore
    read to the person by somebody (``views/counter``), and never on the proof of a code.
    """
    return phone in facts.values()


def _found(phone: str, actor: Actor, controller_id: int | None = None) -> list[holdings.Found]:
    found = holdings.of_phone(phone, actor.exercise_id)
    return [one for one in found if controller_id is None or one.dataset.controller_id == controller_id]


@dataclass(frozen=True, slots=True)
class Looked:
    """Readings of one day by one role of one organisation, for one purpose; never the name of the agent."""

    on: date
    who: "str | Promise"
    what: "str | Promise"
    what_for: "str | Promise"
    allowed: bool


@dataclass(slots=True)
class Held:
    """All that one dataset holds of the person."""

    dataset: Dataset
    facts: list[tuple[str, list[str]]] = field(default_factory=list)
    looked: list[Looked] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    kept_back: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a person may refuse to one organisation."""

    organisation: Organisation
    scope: str
    words: "str | Promise"
    refused: bool

    @property
    def slug(self) -> str:
        """Return what a form sends back."""
        return f"{self.organisation.pk}:{self.scope}"


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """What is known of one telephone."""

    phone: str
    held: list[Held]
    choices: list[Choice]


def sheet_of(*, actor: Actor, phone: str, controller_id: int | None = None) -> OwnSheet:
    """Return what is held of a telephone, with its choices and who looked.

    To the person on the proof of a code: who they are, and how many texts are kept back (``_bears``). To an officer,
    who knows who asks: everything that their organisation, the controller, holds.
    """
    held: dict[int, Held] = {}
    subjects: dict[int, set[UUID]] = {}
    told: dict[int, list[tuple[str | Promise, str]]] = defaultdict(list)
    for one, facts in readings.facts_of(_found(phone, actor, controller_id)):
        dataset = one.dataset
        whole = held.setdefault(dataset.pk, Held(dataset))
        subjects.setdefault(dataset.pk, set()).add(one.holding.subject)
        if controller_id is None and not _bears(facts, phone):
            whole.kept_back += 1
            continue
        told[dataset.pk] += [*holdings.in_order(dataset.piste, facts), *one.holding.beside]
    for pk, whole in held.items():
        whole.facts = _together(told[pk])
        whole.looked = _looked(whole.dataset, subjects[pk])
        whole.readers = _readers(whole.dataset)
    return OwnSheet(phone, list(held.values()), _choices(actor, phone, controller_id))


def _together(facts: Iterable[tuple["str | Promise", str]]) -> list[tuple[str, list[str]]]:
    """Return each label once, with all that stands under it: reasons are several, and one address is known twice."""
    said: dict[str, dict[str, None]] = {}
    for label, value in facts:
        if value:
            said.setdefault(str(label), {})[holdings.readable(value)] = None
    return [(label, list(values)) for label, values in said.items()]


def _readers(dataset: Dataset) -> list[str]:
    """Return who may read a dataset today: roles, what for and until when; never the name of the agent."""
    if not readings.is_readable(dataset):
        return []
    named = dataset.holders.filter(ended_at=None, until__gte=clock.today()).order_by("until", "pk")
    said = (
        _("%(who)s, %(organisation)s: %(what_for)s, until %(day)s")
        % {
            "who": role_name(one.role),
            "organisation": dataset.controller,
            "what_for": holdings.word(dataset.piste, one.what_for),
            "day": full_date(one.until),
        }
        for one in named
    )
    return list(dict.fromkeys(said))


def _looked(dataset: Dataset, subjects: set[UUID]) -> list[Looked]:
    """Return who read what, latest first: secrets that were opened, and needs that were read in a list."""
    opened = [(row, row.what_for, row.allowed) for row in readings.of_subjects(dataset, subjects)[:READINGS_SHOWN]]
    seen = [(row, row.purpose, True) for row in views_of(*subjects)[:READINGS_SHOWN]]
    rows = sorted(opened + seen, key=lambda one: one[0].at, reverse=True)
    names = Organisation.objects.in_bulk({row.organisation_id for row, _what_for, _allowed in rows})
    return list(dict.fromkeys(_said(dataset, names, *row) for row in rows))


def _said(
    dataset: Dataset, names: dict[int, Organisation], row: Reading | ViewRecord, what_for: str, allowed: bool
) -> Looked:
    of = names.get(row.organisation_id)
    return Looked(
        timezone.localtime(row.at).date(),
        f"{role_name(row.role)}, {of}" if of else str(role_name(row.role)),
        str(holdings.word(dataset.piste, row.what)),
        str(holdings.word(dataset.piste, what_for)),
        allowed,
    )


def _choices(actor: Actor, phone: str, controller_id: int | None) -> list[Choice]:
    """Return what may be refused to each organisation that holds or held a dataset, whoever is in it."""
    kept = Dataset.objects.filter(exercise_id=actor.exercise_id, piste__in=[one.slug for one in registry.pistes()])
    if controller_id is not None:
        kept = kept.filter(controller_id=controller_id)
    opened = kept.exclude(state=Dataset.State.DRAFT).order_by("controller_id", "piste")
    pairs = list(opened.values_list("controller", "piste").distinct())
    known = Organisation.objects.in_bulk([pk for pk, _piste in pairs])
    choices = {}
    for pk, piste in pairs:
        for scope, words in holdings.scopes_of(piste).items():
            refused = bool(oppositions.opposed(known[pk], {phone}, scope, actor.exercise_id))
            choices[pk, scope] = Choice(known[pk], scope, words, refused)
    return list(choices.values())


def do_choose(*, actor: Actor, sheet: OwnSheet, chosen: str, refuse: bool) -> Choice:
    """Keep a refusal, or take it back, at the word of the person."""
    choice = next((one for one in sheet.choices if one.slug == chosen), None)
    if choice is None:
        raise Refusal("choice_unknown", _("This choice is no longer offered. Read your choices again."))
    write = oppositions.do_oppose if refuse else oppositions.do_lift
    write(
        actor=actor,
        organisation=choice.organisation,
        phone=sheet.phone,
        scope=choice.scope,
        exercise_id=actor.exercise_id,
    )
    return choice
