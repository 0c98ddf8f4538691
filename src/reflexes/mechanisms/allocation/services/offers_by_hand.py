"""An offer that came by voice or on paper: the person, what they can do, their half-days and limits, all or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.models import Offer
from reflexes.mechanisms.allocation.services import nudges, offers
from reflexes.mechanisms.allocation.services.paper import do_note_origin
from reflexes.mechanisms.directory.by_hand import do_write_person
from reflexes.mechanisms.directory.models import Skill
from reflexes.mechanisms.directory.services import do_say_skill


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody offers, as their sheet says it."""

    weekly_cap: int
    max_km: float | None = None
    kinds: Iterable[str] = ()
    half_days: Iterable[tuple[date, str]] = ()
    shown: tuple[date, date] | None = None
    skills: Iterable[Skill] = ()
    limits: Iterable[tuple[str, str]] = field(default=())


@transaction.atomic
def do_write_offer(*, actor: Actor, person: dict[str, Any], offered: Offered, channel: str) -> Offer:
    """Write the person and their offer in one go; the journal keeps how it came and who wrote it down."""
    check_real(actor)
    if channel not in nudges.Channel.values:
        raise Refusal("channel_missing", _("Say how it reached you."))
    capacity = do_write_person(actor=actor, **person)
    offer = Offer.objects.create(
        person=capacity.person,
        capacity=capacity,
        weekly_cap=offered.weekly_cap,
        came_forward_at=clock.now(),
    )
    offers.do_set_terms(
        actor=actor, offer=offer, weekly_cap=offered.weekly_cap, max_km=offered.max_km, kinds=offered.kinds
    )
    if offered.shown is not None:
        first, last = offered.shown
        offers.do_set_half_days(actor=actor, offer=offer, first=first, last=last, half_days=offered.half_days)
    for kind, value in offered.limits:
        offers.do_add_wish(actor=actor, offer=offer, kind=kind, value=value, hard=True)
    for skill in offered.skills:
        do_say_skill(actor=actor, person=capacity.person, skill=skill, primary=False)
    do_note_origin(actor=actor, object_kind="offer", object_key=offer.pk, channel=channel)
    return offer
