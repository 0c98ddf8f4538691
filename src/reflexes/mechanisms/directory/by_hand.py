"""Somebody who came by voice, on paper or by lot, written in the directory: no account is needed to be known.

The cell writes those who offer their time; the participation officer those who may sit for their organisation.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone, usable_email
from reflexes.core.text import normalised
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation, Person, Unit
from reflexes.mechanisms.journal.services import record

# Who writes, and what those who come from no service then are.
WRITTEN_BY = {roles.COORDINATOR: roles.VOLUNTEER, roles.FACILITATOR: roles.RESIDENT}


def do_write_person(
    *,
    actor: Actor,
    first_name: str,
    last_name: str,
    channel: str,
    phone: str = "",
    email: str = "",
    commune: Commune | None = None,
    birth_date: date | None = None,
    unit: Unit | None = None,
    organisation: Organisation | None = None,
    trade: str = "",
) -> Capacity:
    """Write an agent of ``unit``, a volunteer, or the resident an officer writes; return their capacity."""
    body = unit.organisation if unit else organisation
    _check_writing(actor, unit, body)
    check_real(actor)
    first_name, last_name, number = first_name.strip(), last_name.strip(), normalised_phone(phone)
    if not first_name or not last_name:
        raise Refusal("name_missing", _("Write the first name and the name of this person."))
    if phone.strip() and not number:
        raise Refusal("phone", _("This is not a telephone number. Write it like 06 39 98 12 34."))
    if channel not in Person.Channel.values:
        raise Refusal("channel", _("Choose how to reach this person among the four ways of the list."))
    if channel in {Person.Channel.TEXT, Person.Channel.PHONE} and not number:
        raise Refusal("no_phone", _("Write the number to call or text, or choose another way."))
    if channel == Person.Channel.MAIL and not usable_email(email):
        raise Refusal("no_email", _("Write an e-mail that works, or choose another way."))
    if birth_date is not None and birth_date > clock.today():
        raise Refusal("birth_date_to_come", _("This date of birth is to come: read the sheet again."))
    _check_unknown(first_name, last_name, number, usable_email(email), birth_date)
    if body is None:
        raise Refusal("organisation_missing", _("Say which service or organisation this person comes from."))
    with transaction.atomic():
        person = Person.objects.create(
            first_name=first_name,
            last_name=last_name,
            phone=number,
            email=usable_email(email),
            channel=channel,
            commune=commune,
            latitude=commune.latitude if commune else None,
            longitude=commune.longitude if commune else None,
            birth_date=birth_date,
            created_at=clock.now(),
        )
        capacity = Capacity.objects.create(
            person=person,
            organisation=body,
            unit=unit,
            role=roles.AGENT if unit else WRITTEN_BY[actor.role],
            trade=trade.strip()[:120],
            starts_on=clock.today(),
        )
        record(actor=actor, verb="directory.person_written", object_kind="person", object_key=person.key)
    return capacity


def _check_writing(actor: Actor, unit: Unit | None, body: Organisation | None) -> None:
    if actor.role not in WRITTEN_BY:
        raise PermissionDenied
    own = body is not None and body.pk == actor.organisation_id
    if actor.role == roles.FACILITATOR and (unit is not None or not own):
        raise PermissionDenied


def _check_unknown(first_name: str, last_name: str, phone: str, email: str, birth_date: date | None) -> None:
    """The same person is written once: two sheets for one person would ask them twice."""
    same = Person.objects.filter(search=normalised(f"{last_name} {first_name}"), erased_at=None)
    for one in same.order_by("pk"):
        by_phone = bool(phone) and normalised_phone(one.phone) == phone
        by_email = bool(email) and one.email.casefold() == email.casefold()
        if by_phone or by_email or (birth_date is not None and one.birth_date == birth_date):
            raise Refusal(
                "person_known",
                _("This person is already known: look for them by their name."),
                conflict=True,
            )
