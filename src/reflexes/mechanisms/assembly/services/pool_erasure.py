"""The end of a pool: names, contacts and answers are destroyed; the record stays and still verifies (P01 (8))."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services.announcing import announce, system_of
from reflexes.mechanisms.assembly.services.counting import canonical
from reflexes.mechanisms.assembly.services.draws_public import shown
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import record


def erase_pools() -> int:
    """Destroy the pools whose day has come, drawn or not; return how many."""
    due = Draw.objects.filter(erase_on__lte=clock.today()).exclude(state=Draw.State.ERASED).order_by("pk")
    return sum(_erase(system_of(draw), draw) for draw in due)


def do_erase_pool(*, actor: Actor, draw: Draw) -> None:
    """Destroy a pool before its day: a draw given up, or a panel that has done its work."""
    check_keeping_draw(actor, draw)
    if not _erase(actor, draw):
        raise Refusal("erased", _("This pool is erased already."), conflict=True)
    draw.refresh_from_db()


def _erase(actor: Actor, draw: Draw) -> bool:
    """Destroy one pool and write its certificate; tell whether there was one to destroy."""
    with transaction.atomic():
        current = Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)
        if current.state == Draw.State.ERASED:
            return False
        count = current.pool.count()
        current.pool.all().delete()
        if current.record:
            current.record = canonical(shown(current, json.loads(current.record)))
        current.state, current.erased_at = Draw.State.ERASED, clock.now()
        current.save()
        record(
            actor=actor,
            verb="assembly.pool_erased",
            object_kind="draw",
            object_key=draw.pk,
            params={"count": count, "digest": current.digest},
        )
        announce(current, "pool_erased")
    return True


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was destroyed and when; ``entry`` is the line of the journal that holds it, ``by_hand`` before its day."""

    draw: Draw
    people: int
    at: datetime
    by_hand: bool
    entry: int


def certificate_of(draw: Draw) -> Certificate:
    """Return the certificate of destruction of a pool, as the journal keeps it; nothing to find before."""
    kept = Entry.objects.about("draw", str(draw.pk)).filter(verb="assembly.pool_erased").last()
    if draw.state != Draw.State.ERASED or kept is None:
        raise Http404
    return Certificate(draw, int(kept.params["count"]), kept.at, kept.actor_key is not None, kept.pk)
