"""Somebody of the territory comes forward from the public page: an offer that waits for a human answer."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import ChosenKind, Offer
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Commune, Person
from reflexes.mechanisms.journal.services import record


def do_come_forward(
    *,
    actor: Actor,
    organisation_id: int,
    first_name: str,
    last_name: str,
    email: str,
    phone: str,
    commune: Commune | None,
    kinds: Iterable[str],
    birth_date: date | None,
    language: str,
) -> Offer | None:
    """Write somebody who was not known, and what they would do; nothing when their e-mail is known already.

    Nobody is told from outside who the house knows: the caller answers the same either way. They offer no half-day
    yet, so that no plan asks them before somebody of the cell has spoken to them.
    """
    check_real(actor)
    number, chosen = normalised_phone(phone), sorted(set(kinds))
    if phone.strip() and not number:
        raise Refusal("phone", _("This is not a telephone number. Write it like 06 39 98 12 34."))
    if not number and not email:
        raise Refusal("no_way", _("Leave a telephone number or an e-mail: somebody of the cell will answer you."))
    if any(kind not in registry.kinds() for kind in chosen) or len(chosen) > limits.KINDS_CHOSEN:
        raise Refusal(
            "kinds", _("Choose at most %(count)s kinds of mission in the list.") % {"count": limits.KINDS_CHOSEN}
        )
    if birth_date is not None and not date(1900, 1, 1) <= birth_date <= clock.today():
        raise Refusal("birth_date", _("This birth date is not possible. Write it as day, month, year."))
    if email and Person.objects.filter(email__iexact=email, erased_at=None).exists():
        return None
    with transaction.atomic():
        person = Person.objects.create(
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            email=email,
            phone=number,
            channel=Person.Channel.MAIL if email else Person.Channel.PHONE,
            commune=commune,
            latitude=commune.latitude if commune else None,
            longitude=commune.longitude if commune else None,
            birth_date=birth_date,
            language=language,
            created_at=clock.now(),
        )
        capacity = Capacity.objects.create(
            person=person, organisation_id=organisation_id, role=roles.VOLUNTEER, starts_on=clock.today()
        )
        offer = Offer.objects.create(
            person=person, capacity=capacity, weekly_cap=limits.WEEKLY_CAP, came_forward_at=clock.now()
        )
        ChosenKind.objects.bulk_create(ChosenKind(offer=offer, kind=kind) for kind in chosen)
        record(actor=actor, verb="allocation.came_forward", object_kind="person", object_key=person.key)
    return offer
