"""The public page: what is shown of the open needs, and nothing of anybody. Off until the cell switches it on."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Need, Slot
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.resources.micro_mobility.models import PublicPage
from reflexes.web.parts import Point

# Hosts write freely: a number or an address typed in a title is somebody's, and stays inside.
PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:\+|0)\d(?:[ .\-/]?\d){7,}")


@dataclass(frozen=True, slots=True)
class Shown:
    """One need as everybody reads it."""

    need: Need
    title: str
    criteria: str
    constraints: str
    where: str
    slots: list[Slot]
    left: int


def public_page() -> PublicPage | None:
    """Return the page's settings if the cell ever wrote them."""
    return PublicPage.objects.select_related("organisation").first()


def do_set_public_page(*, actor: Actor, on: bool, phone: str, email: str, counter: str) -> PublicPage:
    """Switch the public page on or off, with the cell's own contact."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    check_real(actor)
    number = normalised_phone(phone)
    if phone.strip() and not number:
        raise Refusal("phone", _("This is not a telephone number. Write it like 03 20 12 34 56."))
    if on and not number and not counter.strip():
        raise Refusal(
            "no_way", _("Give a telephone number or a counter: the page must also serve those without a screen.")
        )
    with transaction.atomic():
        kept, _made = PublicPage.objects.update_or_create(
            one=True,
            defaults={
                "on": on,
                "phone": number,
                "email": email,
                "counter": counter.strip(),
                "organisation_id": actor.organisation_id,
                "changed_at": clock.now(),
            },
        )
        record(
            actor=actor,
            verb="micro_mobility.published" if on else "micro_mobility.unpublished",
            object_kind="public_page",
            object_key=kept.pk,
        )
    return kept


def open_needs(*, commune: str = "", kind: str = "") -> QuerySet[Need]:
    """Return the real open needs that still have a place to come, soonest first."""
    wanted = Slot.objects.filter(day__gte=clock.today(), stopped_at=None, held__lt=F("headcount"))
    needs = Need.objects.filter(state="open", exercise=None, slots__in=wanted)
    if commune:
        needs = needs.filter(place__commune_id=commune, remote=False)
    if kind:
        needs = needs.filter(kind=kind)
    slots = Prefetch("slots", wanted.select_related("skill").order_by("day", "half", "pk"))
    return needs.select_related("organisation", "place__commune").prefetch_related(slots).distinct().order_by("pk")


def communes_shown() -> QuerySet[Commune]:
    """Return the communes where something is open."""
    return Commune.objects.filter(places__needs__in=open_needs()).distinct().order_by("search")


def shown(need: Need) -> Shown:
    """Return what everybody may read of a need."""
    slots = list(need.slots.all())
    place = None if need.remote else need.place
    return Shown(
        need=need,
        title=scrubbed(need.title),
        criteria=scrubbed(need.criteria),
        constraints=scrubbed(need.constraints),
        where=str(place.commune) if place else "",
        slots=slots,
        left=sum(slot.headcount - slot.held for slot in slots),
    )


def scrubbed(words: str) -> str:
    """Return a text without the numbers and addresses somebody may have typed in it.

    >>> scrubbed("Appeler Mme B. au 06 39 98 12 34 ou ecrire a b@example.org")
    'Appeler Mme B. au … ou ecrire a …'
    """
    return PERSONAL.sub("…", words)


def points_of(rows: list[Shown], words: Any) -> list[Point]:
    """Return one point for each commune, with how many places it has left: never an address."""
    left: Counter[str] = Counter()
    communes: dict[str, Commune] = {}
    for row in rows:
        if row.where and row.need.place is not None:
            commune = row.need.place.commune
            communes[commune.pk] = commune
            left[commune.pk] += row.left
    return [
        Point(label=commune.name, latitude=commune.latitude, longitude=commune.longitude, detail=words(left[code]))
        for code, commune in sorted(communes.items(), key=lambda pair: pair[1].search)
    ]
