"""Callers: invited, helped to learn, free to rest or leave at any time; never ranked (P12 (3), (8); §5.4)."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.evidence.services.readings import do_reveal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign, Debrief, Lease, SaidAnswers
from reflexes.pistes.contact.proactive_desks.services.leases import do_give_back
from reflexes.pistes.contact.proactive_desks.services.outcomes import TALKS
from reflexes.pistes.contact.proactive_desks.services.scripts import said_in

HIGHEST = 3
# Talks at a level, and one debrief, before the next one (P12 (3): "N calls and a debrief").
CALLS_FOR_THE_NEXT = 10
FOUND = 20


def people_to_invite(actor: Actor, campaign: Campaign, words: str) -> QuerySet[Person]:
    """Return people of the organisation whose name begins so, who do not call in this campaign."""
    perms.check_supervising(actor, campaign)
    sought = normalised(words)
    if len(sought) < 2:
        return Person.objects.none()
    there = Capacity.objects.filter(organisation_id=campaign.organisation_id).values("person")
    found = Person.objects.filter(pk__in=there, search__contains=sought, erased_at=None)
    calling = campaign.callers.filter(left_at=None).values("person")
    return found.exclude(pk__in=calling).order_by("search", "pk")[:FOUND]


def do_invite_caller(*, actor: Actor, campaign: Campaign, person: Person, level: int = 0) -> CallerCard:
    """Let somebody of the organisation call; ``level`` above 0 for whoever already does this for a living."""
    perms.check_supervising(actor, campaign)
    if not 0 <= level <= HIGHEST:
        raise Refusal("level_unknown", _("Choose a level in the list."))
    if not Capacity.objects.filter(person=person, organisation_id=campaign.organisation_id).exists():
        raise Refusal("person_elsewhere", _("Choose somebody of your organisation."))
    with transaction.atomic():
        Capacity.objects.get_or_create(
            person=person,
            organisation_id=campaign.organisation_id,
            role=roles.CALLER,
            defaults={"starts_on": clock.today()},
        )
        card, made = CallerCard.objects.get_or_create(
            campaign=campaign,
            person=person,
            defaults={"level": level, "invited_by_id": actor.person_id, "invited_at": clock.now()},
        )
        if not made:
            if card.left_at is None:
                raise Refusal("caller_already", _("This person calls in this campaign already."), conflict=True)
            card.left_at = None
            card.save(update_fields=["left_at"])
        _record(actor, card, "caller_invited", level=level)
    return card


def do_set_buddy(*, actor: Actor, card: CallerCard, buddy: Person) -> None:
    """Name the person a caller talks to after a hard call."""
    perms.check_supervising(actor, card.campaign)
    if buddy.pk == card.person_id:
        raise Refusal("own_buddy", _("Choose somebody else than the caller."))
    if not Capacity.objects.filter(person=buddy, organisation_id=card.campaign.organisation_id).exists():
        raise Refusal("person_elsewhere", _("Choose somebody of your organisation."))
    with transaction.atomic():
        card.buddy = buddy
        card.save(update_fields=["buddy"])
        _record(actor, card, "buddy_named")


def why_not_level(card: CallerCard, level: int) -> Refusal | None:
    """Return what a caller still lacks for a level; a lower one is always free."""
    if not 0 <= level <= HIGHEST:
        return Refusal("level_unknown", _("Choose a level in the list."))
    if level <= card.level:
        return None
    if level > card.level + 1:
        return Refusal("one_level", _("One level after the other."))
    if level == 1:
        read = Lease.objects.filter(campaign_id=card.campaign_id, caller_id=card.person_id, read_at__isnull=False)
        return None if read.exists() else Refusal("not_read", _("First read one of their calls with them."))
    debriefed = card.debriefs.filter(held_at__isnull=False).exists()
    if card.calls < CALLS_FOR_THE_NEXT or not debriefed:
        return Refusal(
            "not_learnt",
            _("This level opens after %(calls)s talks and one debrief. This caller has %(now)s.")
            % {"calls": CALLS_FOR_THE_NEXT, "now": card.calls},
        )
    return None


def do_set_level(*, actor: Actor, card: CallerCard, level: int) -> None:
    """Open harder calls to somebody who learnt enough, or give them easier ones."""
    perms.check_supervising(actor, card.campaign)
    with transaction.atomic():
        card = CallerCard.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=card.pk)
        refusal = why_not_level(card, level)
        if refusal is not None:
            raise refusal
        _set_level(actor, card, level)


def _set_level(actor: Actor, card: CallerCard, level: int) -> None:
    if level == card.level:
        return
    card.level, card.calls = level, 0
    card.save(update_fields=["level", "calls"])
    _record(actor, card, "level_set", level=level)


def calls_to_read(card: CallerCard) -> QuerySet[Lease]:
    """Return the talks of a caller that a referent may read with them, the latest first."""
    said = Lease.objects.filter(campaign_id=card.campaign_id, caller_id=card.person_id, outcome__in=TALKS)
    return said.select_related("callee").order_by("-closed_at", "-pk")


@dataclass(frozen=True, slots=True)
class CallRead:
    """What was written of one call: words for others, and each answer under what was asked."""

    words: dict[str, str]
    answers: list[tuple[str, str]]


def do_read_call(*, actor: Actor, card: CallerCard, lease: Lease) -> CallRead:
    """Open what a caller wrote of one call, to read it with them: their first five lead on to the next ones.

    Who reads is written (``evidence.Reading``): what for is learning, and nothing else.
    """
    perms.check_supervising(actor, card.campaign)
    if not calls_to_read(card).filter(pk=lease.pk).exists():
        raise PermissionDenied
    words = _reveal(actor, card, lease, lease.note, "call_words") if lease.note else {}
    said = SaidAnswers.objects.select_related("script").filter(lease=lease).exclude(sealed="").first()
    answers = _under_questions(said, _reveal(actor, card, lease, said.sealed, "call_answers")) if said else []
    with transaction.atomic():
        Lease.objects.filter(pk=lease.pk, read_at=None).update(read_at=clock.now())
        card = CallerCard.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=card.pk)
        if card.level == 0:
            _set_level(actor, card, 1)
    return CallRead(words, answers)


def _reveal(actor: Actor, card: CallerCard, lease: Lease, sealed: str, what: str) -> dict[str, str]:
    return do_reveal(
        actor=actor,
        dataset=card.campaign.dataset,
        subject=lease.callee.key,
        sealed=sealed,
        what=what,
        what_for="learning",
        through=str(lease.key),
        allowed=True,
    )


def _under_questions(said: SaidAnswers, answers: dict[str, str]) -> list[tuple[str, str]]:
    """Return each answer under the question of the version it was given to, choices in their words."""
    lines = []
    for step in said.script.steps.prefetch_related("choices").order_by("position", "pk"):
        if answers.get(step.name):
            labels = {one.value: said_in(one.label_fr, one.label_en) for one in step.choices.all()}
            given = answers[step.name]
            shown = ", ".join(labels.get(one, one) for one in given.split()) if labels else given
            lines.append((said_in(step.label_fr, step.label_en), shown))
    return lines


def do_rest(*, actor: Actor, card: CallerCard) -> None:
    """Stop being given people, at any time and without a reason: oneself, or somebody in charge for them."""
    _check_self_or_supervisor(actor, card)
    other = actor.person_id != card.person_id
    with transaction.atomic():
        resting = CallerCard.objects.filter(pk=card.pk, paused_at=None)
        if resting.update(paused_at=clock.now(), paused_by_other=other) and other:
            _record(actor, card, "caller_rested")


def do_come_back(*, actor: Actor, card: CallerCard) -> None:
    """Be given people again; a rest decided by somebody in charge is ended by them."""
    _check_self_or_supervisor(actor, card)
    if card.paused_by_other and actor.person_id == card.person_id:
        raise Refusal(
            "rest_by_other", _("Whoever is in charge of the calls asked you to have a break: talk to them first.")
        )
    CallerCard.objects.filter(pk=card.pk).update(paused_at=None, paused_by_other=False)


def do_leave(*, actor: Actor, card: CallerCard) -> None:
    """Stop calling in this campaign: who one holds goes back to the queue, what one wrote stays."""
    _check_self_or_supervisor(actor, card)
    with transaction.atomic():
        for lease in Lease.objects.filter(caller_id=card.person_id, campaign_id=card.campaign_id, closed_at=None):
            _give_back(lease)
        if CallerCard.objects.filter(pk=card.pk, left_at=None).update(left_at=clock.now()):
            _record(actor, card, "caller_left")


def _give_back(lease: Lease) -> None:
    holder = Actor(person_id=lease.caller_id)
    do_give_back(actor=holder, lease=lease, why="not_now")


def do_ask_debrief(*, actor: Actor, card: CallerCard) -> None:
    """Ask for a talk about one's calls; asked twice, asked once."""
    if actor.person_id != card.person_id:
        raise PermissionDenied
    perms.check_own_world(actor, card.campaign)
    try:
        with transaction.atomic():
            Debrief.objects.create(card=card, asked_at=clock.now())
    except IntegrityError:
        return


def do_hold_debrief(*, actor: Actor, card: CallerCard) -> None:
    """Say that a talk took place, asked or not: by somebody in charge, or the buddy. What was said is not written."""
    if not (perms.can_supervise(actor, card.campaign) or (card.buddy_id and card.buddy_id == actor.person_id)):
        raise PermissionDenied
    perms.check_own_world(actor, card.campaign)
    with transaction.atomic():
        asked = Debrief.objects.filter(card=card, held_at=None)
        if not asked.update(held_at=clock.now(), held_with_id=actor.person_id):
            now = clock.now()
            Debrief.objects.create(card=card, asked_at=now, held_at=now, held_with_id=actor.person_id)


def _check_self_or_supervisor(actor: Actor, card: CallerCard) -> None:
    if actor.person_id != card.person_id or not actor.is_known:
        perms.check_supervising(actor, card.campaign)
    perms.check_own_world(actor, card.campaign)


def _record(actor: Actor, card: CallerCard, verb: str, **params: int) -> None:
    record(actor=actor, verb=f"proactive_desks.{verb}", object_kind="caller_card", object_key=card.pk, params=params)
