"""What a person gives and refuses: half-days, kinds of mission, hard and soft wishes."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.services import notify
from reflexes.mechanisms.allocation import ages, limits, perms
from reflexes.mechanisms.allocation.models import ChosenKind, FreeHalfDay, Half, Offer, Slot, Wish, WishWaiver
from reflexes.mechanisms.allocation.services.announcing import announce_waiver
from reflexes.mechanisms.allocation.wishes import WISHES
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.mechanisms.journal.services import record

GIVERS = frozenset({roles.AGENT, roles.VOLUNTEER})


def own_offer(actor: Actor) -> Offer:
    """Return the actor's offer, made on the first visit (nothing is offered until they say so)."""
    if not actor.is_known:
        raise PermissionDenied
    if actor.exercise_id is not None and not Offer.objects.filter(person_id=actor.person_id).exists():
        check_real(actor)
    offer, _made = Offer.objects.get_or_create(
        person_id=actor.person_id,
        defaults={
            "capacity_id": actor.capacity_id if actor.role in GIVERS else None,
            "weekly_cap": limits.WEEKLY_CAP,
            "came_forward_at": clock.now(),
        },
    )
    return offer


def _check_old_enough(offer: Offer) -> None:
    """Nobody offers their time before the age the table says, even with the consent of their parents."""
    if ages.is_too_young(offer.person.birth_date, clock.today()):
        raise Refusal(
            "too_young",
            _("One may lend a hand from %(age)s on: come back on your birthday, you will be welcome.")
            % {"age": ages.YOUNGEST},
        )


def _check_own(actor: Actor, offer: Offer) -> None:
    """Wishes and half-days are written by the person; the cell may write what was said by phone or on paper."""
    if actor.person_id != offer.person_id and not perms.is_cell(actor):
        raise PermissionDenied
    check_real(actor)


def do_set_half_days(
    *, actor: Actor, offer: Offer, first: date, last: date, half_days: Iterable[tuple[date, str]]
) -> None:
    """Say which half-days between ``first`` and ``last`` are free; those outside are left as they are."""
    _check_own(actor, offer)
    _check_old_enough(offer)
    chosen = set(half_days)
    if any(not first <= day <= last or half not in Half.values for day, half in chosen):
        raise Refusal(
            "half_day_outside",
            _("One of the half-days is outside the fortnight shown. Reload the page, then try again."),
        )
    with transaction.atomic():
        shown = offer.half_days.filter(day__range=(first, last))
        current = set(shown.values_list("day", "half"))
        for day, half in current - chosen:
            shown.filter(day=day, half=half).delete()
        FreeHalfDay.objects.bulk_create(
            [FreeHalfDay(offer=offer, day=day, half=half) for day, half in sorted(chosen - current)],
            ignore_conflicts=True,
        )
        record(
            actor=actor,
            verb="allocation.half_days_said",
            object_kind="offer",
            object_key=offer.pk,
            params={"count": len(chosen)},
        )


def do_set_terms(
    *, actor: Actor, offer: Offer, weekly_cap: int, max_km: float | None, kinds: Iterable[str], active: bool = True
) -> None:
    """Say how many half-days a week, how far, and which kinds of mission (P09 (7))."""
    _check_own(actor, offer)
    if active:
        _check_old_enough(offer)
    chosen = sorted(set(kinds))
    if any(kind not in registry.kinds() for kind in chosen):
        raise Refusal("kind_unknown", _("Choose the kinds of mission from the list."))
    if len(chosen) > limits.KINDS_CHOSEN:
        raise Refusal(
            "too_many_kinds",
            _("Choose at most %(count)s kinds of mission: you will be asked for these only.")
            % {"count": limits.KINDS_CHOSEN},
        )
    with transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(weekly_cap=weekly_cap, max_km=max_km, active=active)
        offer.kinds.exclude(kind__in=chosen).delete()
        ChosenKind.objects.bulk_create([ChosenKind(offer=offer, kind=kind) for kind in chosen], ignore_conflicts=True)
        record(actor=actor, verb="allocation.terms_said", object_kind="offer", object_key=offer.pk)


def do_add_wish(*, actor: Actor, offer: Offer, kind: str, value: str = "", hard: bool) -> Wish:
    """State a limit (hard) or a preference (soft)."""
    _check_own(actor, offer)
    if kind not in WISHES:
        raise Refusal("wish_unknown", _("Choose the wish from the list."))
    if WISHES[kind].value and not value:
        raise Refusal("wish_incomplete", _("Say which one: this wish needs a value."))
    with transaction.atomic():
        wish, _made = Wish.objects.update_or_create(offer=offer, kind=kind, value=value, defaults={"hard": hard})
        record(actor=actor, verb="allocation.wish_said", object_kind="offer", object_key=offer.pk)
    return wish


def do_remove_wish(*, actor: Actor, offer: Offer, wish_id: int) -> None:
    """Take a wish back."""
    _check_own(actor, offer)
    with transaction.atomic():
        if offer.wishes.filter(pk=wish_id).delete()[0]:
            record(actor=actor, verb="allocation.wish_withdrawn", object_kind="offer", object_key=offer.pk)


def do_greet_offer(*, actor: Actor, offer: Offer, words: str) -> None:
    """Answer somebody who came forward and was not asked yet: every offer gets a human answer (design.md rule 2)."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    if not words.strip():
        raise Refusal("words_missing", _("Write a few words: the person reads them as they are."))
    check_real(actor)
    with transaction.atomic():
        greeted = Offer.objects.filter(pk=offer.pk, greeted_at=None).update(greeted_at=clock.now())
        if not greeted:
            raise Refusal("already_greeted", _("Somebody of the cell already answered this offer."), conflict=True)
        notify(
            recipient_of(offer.person),
            subject=str(_("Your offer to lend a hand")),
            body=words.strip(),
            key=f"allocation.greeting:{offer.pk}",
            exercise_id=actor.exercise_id,
        )
        record(actor=actor, verb="allocation.offer_greeted", object_kind="offer", object_key=offer.pk)


def do_ask_waiver(*, actor: Actor, person: Person, slot: Slot) -> WishWaiver:
    """Ask somebody whether, this once, they would go beyond their own limit: only they can say yes (P09 (2))."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    with transaction.atomic():
        waiver, made = WishWaiver.objects.get_or_create(person=person, slot=slot, defaults={"asked_at": clock.now()})
        if not made:
            raise Refusal("waiver_asked", _("This person was already asked, and their answer stands."), conflict=True)
        record(actor=actor, verb="allocation.waiver_asked", object_kind="slot", object_key=slot.pk)
        announce_waiver(waiver, "waiver_asked", exercise_id=actor.exercise_id)
    return waiver


def do_answer_waiver(*, actor: Actor, waiver: WishWaiver, yes: bool) -> None:
    """Record the person's own yes or no to going beyond their limit. Nobody answers for them."""
    if actor.person_id != waiver.person_id:
        raise PermissionDenied
    with transaction.atomic():
        moment = clock.now()
        answered = WishWaiver.objects.filter(pk=waiver.pk, given_at=None, refused_at=None).update(
            **({"given_at": moment} if yes else {"refused_at": moment})
        )
        if not answered:
            raise Refusal("already_answered", _("You already answered this question."), conflict=True)
        record(
            actor=actor,
            verb="allocation.waiver_given" if yes else "allocation.waiver_refused",
            object_kind="slot",
            object_key=waiver.slot_id,
        )
