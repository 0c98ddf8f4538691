"""One person at a time: claimed from the queue, renewed while the page is open, given back (ADR 28).

The recipe of research/outreach.md §4.3, the same on both databases: due callbacks are promoted, a row is taken by
``SKIP LOCKED`` then by a guarded UPDATE, the lease is inserted under three partial unique constraints that no mistake
above can get around. No lock outlives the transaction: the lease is a row, the call lasts as long as it lasts.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.turnstile import my_turn
from reflexes.mechanisms.evidence.services import oppositions
from reflexes.pistes.contact.proactive_desks import hours, perms
from reflexes.pistes.contact.proactive_desks.models import Callee, CallerCard, Campaign, HumanTask, Lease
from reflexes.pistes.contact.proactive_desks.services.empty import Empty

__all__ = ["CALLS", "COOLDOWN", "FIRST_CALLS", "GIVEN_BACK", "Empty", "do_claim", "do_give_back", "do_renew"]

# What a telephone refuses when its holder asks not to be called any more.
CALLS = "calls"
COOLDOWN = timedelta(seconds=20)
# A new caller stops after five calls until somebody read one of them (research/outreach.md §5.4).
FIRST_CALLS = 5
# Somebody called at a moment agreed with them comes before anybody else.
AGREED_FIRST = 1000
# Then whoever is called again every few days: their day is a promise, and a queue of thousands would forget it.
RECURS_FIRST = 500
# What each claim does for everybody: leases gone silent, moments that have come, in small helpings.
SWEPT_AT_ONCE = 20
PROMOTED = 200
TRIES_AT_A_CLAIM = 25
GIVEN_BACK = {
    "not_now": _("I stop for now"),
    "knows": _("I know this person"),
    "too_hard": _("it is too hard for me"),
    "mistake": _("I opened it by mistake"),
}


def do_claim(*, actor: Actor, campaign: Campaign) -> Lease | Empty:
    """Lend ``actor`` the next person to call, or say why there is nobody; asked again, the same person (two tabs).

    Raises ``PermissionDenied`` for whoever does not call in this campaign.
    """
    card = perms.card_for(actor, campaign)
    campaign = card.campaign
    held = _held(actor)
    if held is not None and held.campaign_id == campaign.pk:
        do_renew(actor=actor, lease=held)
        return held
    now = clock.now()
    refused = _why_not(campaign, card, now) or (Empty("elsewhere") if held else None)
    if refused:
        return refused
    tidy(campaign, now)
    with my_turn(), transaction.atomic():
        lease = take(campaign, card, now + timedelta(minutes=campaign.lease_minutes))
        if lease is not None:
            CallerCard.objects.filter(pk=card.pk).update(last_claim_at=now)
            return lease
    # Two tabs at once: the other one was faster, and holds the same person.
    return _held(actor) or _why_nobody(campaign, card)


def _held(actor: Actor) -> Lease | None:
    """Return the person that ``actor`` holds, unless their time is over."""
    mine = Lease.objects.filter(caller_id=actor.person_id, closed_at=None, paper=None)
    if not mine.exists():
        return None
    lease = mine.select_related("callee__commune", "campaign__dataset", "campaign__organisation").first()
    if lease is not None and lease.until < clock.now():
        with transaction.atomic():
            _return(lease, clock.now())
        return None
    return lease


def _why_not(campaign: Campaign, card: CallerCard, now: datetime) -> Empty | None:
    """Return what keeps this caller from calling now, before anybody is looked for."""
    closed = {Campaign.State.DRAFT: "not_open", Campaign.State.PAUSED: "paused", Campaign.State.CLOSED: "ended"}
    if campaign.state in closed:
        return Empty(closed[campaign.state])
    if not can_call_at(campaign, now):
        return Empty("outside_hours", hours.next_opening(now))
    if card.paused_at is not None:
        return Empty("resting")
    if card.level == 0 and card.calls >= FIRST_CALLS:
        return Empty("read_first")
    if card.last_claim_at is not None and card.last_claim_at > now - COOLDOWN:
        return Empty("cooldown", card.last_claim_at + COOLDOWN)
    return None


def can_call_at(campaign: Campaign, moment: datetime) -> bool:
    """Tell whether people may be called at ``moment``: usual hours, or wider ones that somebody decided and signed."""
    return hours.is_open(moment) or campaign.wider_hours.filter(since__lte=moment, until__gt=moment).exists()


def tidy(campaign: Campaign, now: datetime) -> None:
    """Give back who was held in silence, and put in the queue those whose moment has come.

    Looked for before any lock is taken: on SQLite a transaction holds everybody, and mostly there is nothing to do.
    """
    if _late(campaign, now).exists():
        with transaction.atomic():
            sweep(campaign, now)
    if _due(campaign, now).exists():
        with transaction.atomic():
            promote(campaign, now)


def _late(campaign: Campaign, now: datetime) -> QuerySet[Lease]:
    return Lease.objects.filter(campaign=campaign, closed_at=None, until__lt=now)


def _due(campaign: Campaign, now: datetime) -> QuerySet[Callee]:
    return Callee.objects.filter(campaign=campaign, state=Callee.State.SCHEDULED, due_at__lte=now)


def sweep(campaign: Campaign, now: datetime) -> int:
    """Close leases whose time is over and give the people back to the queue; return how many had gone silent."""
    late = _late(campaign, now)
    silent = list(late.order_by("until", "pk").select_for_update(skip_locked=True, of=("self",))[:SWEPT_AT_ONCE])
    for lease in silent:
        _return(lease, now)
    return len(silent)


def _return(lease: Lease, now: datetime) -> None:
    if _close(lease, now, Lease.Closing.SILENT):
        Callee.objects.filter(pk=lease.callee_id, state=Callee.State.LEASED).update(state=Callee.State.READY)


def _close(lease: Lease, now: datetime, closing: str, why: str = "") -> bool:
    still = Lease.objects.filter(pk=lease.pk, closed_at=None)
    return bool(still.update(closed_at=now, closing=closing, why=why))


def promote(campaign: Campaign, now: datetime) -> None:
    """Put back in the queue those whose moment has come; an agreed moment comes before anything else.

    Rows are locked one by one, those of another claim left to it: two claims never wait for each other in a circle.
    """
    due = _due(campaign, now).order_by("due_at")
    rows = due.select_for_update(skip_locked=True, of=("self",), no_key=True).values_list("pk", "agreed")[:PROMOTED]
    found = list(rows)
    if not found:
        return
    ready, first = Callee.objects.filter(state=Callee.State.SCHEDULED), [pk for pk, agreed in found if agreed]
    ready.filter(pk__in=first).update(state=Callee.State.READY, rank=F("priority") + AGREED_FIRST)
    ready.filter(pk__in=[pk for pk, agreed in found if not agreed]).update(state=Callee.State.READY)


def _hardest(card: CallerCard) -> int:
    """Return how hard the next call of this caller may be; an easy one after a hard one."""
    if card.level == 0 or card.easy_next:
        return 1
    return 2 if card.level == 1 else 3


def _free(rows: QuerySet[Callee], caller_id: int) -> QuerySet[Callee]:
    """Leave out those whose telephone rings, and those that this caller gave back."""
    ringing = Lease.objects.filter(phone_digest=OuterRef("phone_digest"), closed_at=None)
    not_for_me = Lease.objects.filter(callee=OuterRef("pk"), caller_id=caller_id, why__in=("knows", "too_hard"))
    return rows.exclude(Exists(ringing)).exclude(Exists(not_for_me))


def take(campaign: Campaign, card: CallerCard, until: datetime, **on_paper: object) -> Lease | None:
    """Lend the first person of the queue that nobody holds, nobody rings and nobody forbade to call, until ``until``.

    In the caller's transaction; on paper, the same caller may hold several.
    """
    key = keyring.take(campaign.dataset.key)
    for _attempt in range(TRIES_AT_A_CLAIM):
        callee = _next(campaign, card)
        if callee is None:
            return None
        if not Callee.objects.filter(pk=callee.pk, state=callee.state).update(state=Callee.State.LEASED):
            continue
        phone = key.unseal(callee.identity)["phone"]
        if oppositions.opposed(campaign.organisation, [phone], CALLS, campaign.exercise_id):
            Callee.objects.filter(pk=callee.pk).update(
                state=Callee.State.CLOSED, end=Callee.End.REFUSED, closed_at=clock.now()
            )
            continue
        try:
            with transaction.atomic():
                return lend(callee, campaign, card.person_id, until, **on_paper)
        except IntegrityError:
            # Somebody rings this telephone since a moment, or this caller holds somebody by another tab.
            Callee.objects.filter(pk=callee.pk).update(state=callee.state)
            if not on_paper and Lease.objects.filter(caller_id=card.person_id, closed_at=None, paper=None).exists():
                return None
    return None


def _next(campaign: Campaign, card: CallerCard) -> Callee | None:
    """Return the next row, locked: the highest rank that this caller may take, the harder one when equal.

    Before them, whoever is called again today and knows the voice of this caller: they may have them from the morning,
    anybody else from the hour that was set. It is a preference and never a lock.
    """
    if (known := _who_knows(campaign, card)) is not None:
        return known
    ready = Callee.objects.filter(campaign=campaign, state=Callee.State.READY, difficulty__lte=_hardest(card))
    queue = _free(ready, card.person_id).order_by("-rank", "-difficulty", "pk")
    return queue.select_for_update(skip_locked=True, of=("self",), no_key=True).first()


def _who_knows(campaign: Campaign, card: CallerCard) -> Callee | None:
    tonight = timezone.localtime(clock.now()).replace(hour=23, minute=59)
    today = Callee.objects.filter(voice_id=card.person_id, every_days__isnull=False, due_at__lte=tonight)
    # Mostly nobody: asked by the voice alone, which is an index, before anything that the database would weigh.
    known = list(today.filter(campaign=campaign).values_list("pk", flat=True))
    if not known:
        return None
    waiting = (Callee.State.READY, Callee.State.SCHEDULED)
    mine = Callee.objects.filter(
        pk__in=known, agreed=False, tries=0, state__in=waiting, difficulty__lte=_hardest(card)
    ).order_by("due_at", "pk")
    free = _free(mine, card.person_id)
    return free.select_for_update(skip_locked=True, of=("self",), no_key=True).first()


def lend(callee: Callee, campaign: Campaign, caller_id: int, until: datetime, **on_paper: object) -> Lease:
    """Write the lease of somebody already marked as held; ``IntegrityError`` when the database says one too many."""
    now = clock.now()
    lease = Lease.objects.create(
        campaign=campaign,
        callee=callee,
        caller_id=caller_id,
        phone_digest=callee.phone_digest,
        difficulty=callee.difficulty,
        opened_at=now,
        renewed_at=now,
        until=until,
        **on_paper,
    )
    callee.state = Callee.State.LEASED
    return lease


def _why_nobody(campaign: Campaign, card: CallerCard) -> Empty:
    rows = Callee.objects.filter(campaign=campaign)
    if rows.filter(state=Callee.State.READY, difficulty__gt=_hardest(card)).exists():
        return Empty("level")
    if rows.filter(state__in=(Callee.State.READY, Callee.State.LEASED)).exists():
        return Empty("held")
    later = rows.filter(state=Callee.State.SCHEDULED).order_by("due_at", "pk").first()
    return Empty("nothing_due", later.due_at) if later else Empty("done")


def do_renew(*, actor: Actor, lease: Lease) -> bool:
    """Keep somebody for as long again: sent by the page every minute. False once the lease is over."""
    _check_mine(actor, lease)
    now = clock.now()
    until = now + timedelta(minutes=lease.campaign.lease_minutes)
    still = Lease.objects.filter(pk=lease.pk, closed_at=None, paper=None)
    if not still.update(renewed_at=now, until=until):
        return False
    lease.until = until
    return True


def do_give_back(*, actor: Actor, lease: Lease, why: str) -> None:
    """Give somebody back to the queue at once, without having to explain: ``why`` is a code of ``GIVEN_BACK``.

    Somebody known, or too hard, is not offered to the same caller again; too hard goes to more experienced callers.
    """
    _check_mine(actor, lease)
    if why not in GIVEN_BACK:
        raise Refusal("why_unknown", _("Choose a reason in the list."))
    with transaction.atomic():
        if not _close(lease, clock.now(), Lease.Closing.GIVEN_BACK, why):
            return
        again = Callee.objects.filter(pk=lease.callee_id, state=Callee.State.LEASED)
        harder = {"difficulty": min(3, lease.difficulty + 1)} if why == "too_hard" else {}
        again.update(state=Callee.State.READY, **harder)


def _check_mine(actor: Actor, lease: Lease) -> None:
    if not actor.is_known or lease.caller_id != actor.person_id:
        raise Http404


def still_wanted(campaign: Campaign) -> bool:
    """Tell whether anybody is still to be called or helped by somebody: what is asked before a campaign ends."""
    waiting = Callee.objects.filter(campaign=campaign).exclude(state=Callee.State.CLOSED)
    return waiting.exists() or HumanTask.objects.filter(campaign=campaign, done_at=None).exists()
