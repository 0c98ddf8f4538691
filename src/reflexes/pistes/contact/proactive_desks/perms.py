"""Who may do what with campaigns of calls. Each rule is short and says why."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.mechanisms.directory import roles
from reflexes.pistes.contact.proactive_desks.models import (
    Batch,
    Callee,
    CallerCard,
    Campaign,
    HumanTask,
    LateNote,
    Lease,
)

SLUG = "proactive_desks"


def is_supervisor(actor: Actor) -> bool:
    """Tell whether ``actor`` is in charge of the calls of an organisation."""
    return actor.role == roles.SUPERVISOR and actor.organisation_id is not None


def can_supervise(actor: Actor, campaign: Campaign) -> bool:
    """Somebody in charge of calls keeps the campaigns of their own organisation, in their own world (ADR 16)."""
    return is_supervisor(actor) and supervised(actor).filter(pk=campaign.pk).exists()


def check_supervising(actor: Actor, campaign: Campaign) -> None:
    """Refuse whoever is not in charge of it, and an exercise that would touch a real campaign."""
    if not is_supervisor(actor) or actor.organisation_id != campaign.organisation_id:
        raise PermissionDenied
    check_own_world(actor, campaign)


def check_own_world(actor: Actor, campaign: Campaign) -> None:
    """Refuse to change what is real from inside an exercise, and what is played from outside it (ADR 16)."""
    if campaign.exercise_id is None:
        check_real(actor)
    elif campaign.exercise_id != actor.exercise_id:
        raise Http404


def supervised(actor: Actor) -> QuerySet[Campaign]:
    """Return the campaigns ``actor`` is in charge of."""
    if not is_supervisor(actor):
        return Campaign.objects.none()
    mine = Campaign.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    return mine.select_related("dataset", "organisation")


def access_campaign(actor: Actor, slug: str) -> Campaign:
    """Return a campaign to whoever is in charge of it; for anyone else it does not exist."""
    found = supervised(actor).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def access_batch(actor: Actor, campaign: Campaign, pk: int) -> Batch:
    """Return a sheet of a campaign to whoever is in charge of it."""
    found = Batch.objects.filter(pk=pk, campaign__in=supervised(actor).filter(pk=campaign.pk)).first()
    if found is None:
        raise Http404
    found.campaign = campaign
    return found


def access_callee(actor: Actor, campaign: Campaign, key: str) -> Callee:
    """Return somebody to call, by pseudonym, to whoever is in charge of the campaign."""
    rows = Callee.objects.select_related("commune", "voice")
    found = rows.filter(key=key, campaign__in=supervised(actor).filter(pk=campaign.pk)).first()
    if found is None:
        raise Http404
    found.campaign = campaign
    return found


def access_late_note(actor: Actor, campaign: Campaign, pk: int) -> LateNote:
    """Return an outcome that came late to whoever is in charge of the campaign."""
    notes = LateNote.objects.select_related("lease__campaign__dataset", "lease__campaign__organisation")
    found = notes.filter(pk=pk, lease__campaign__in=supervised(actor).filter(pk=campaign.pk)).first()
    if found is None:
        raise Http404
    return found


def access_card(actor: Actor, campaign: Campaign, pk: int) -> CallerCard:
    """Return the card of a caller to whoever is in charge of the campaign."""
    cards = CallerCard.objects.select_related("person", "buddy")
    found = cards.filter(pk=pk, campaign__in=supervised(actor).filter(pk=campaign.pk)).first()
    if found is None:
        raise Http404
    found.campaign = campaign
    return found


def access_task(actor: Actor, key: str) -> HumanTask:
    """Return what somebody took over to whoever is in charge of the campaign."""
    tasks = HumanTask.objects.select_related("campaign__dataset", "callee__commune")
    found = tasks.filter(key=key, campaign__in=supervised(actor)).first()
    if found is None:
        raise Http404
    return found


def live_cards(actor: Actor) -> QuerySet[CallerCard]:
    """Return the campaigns one calls in, as cards: not those one left, nor those of another world."""
    if not actor.is_known:
        return CallerCard.objects.none()
    mine = Q(person_id=actor.person_id, left_at=None, campaign__exercise_id=actor.exercise_id)
    return CallerCard.objects.filter(mine).select_related("campaign__dataset", "campaign__organisation", "buddy")


def card_for(actor: Actor, campaign: Campaign) -> CallerCard:
    """Return one's own card in a campaign; whoever does not call in it is refused."""
    card = live_cards(actor).filter(campaign_id=campaign.pk).first()
    if card is None:
        raise PermissionDenied
    return card


def access_called_campaign(actor: Actor, slug: str) -> Campaign:
    """Return a campaign to whoever calls in it; for anyone else it does not exist."""
    card = live_cards(actor).exclude(campaign__state=Campaign.State.DRAFT).filter(campaign__slug=slug).first()
    if card is None:
        raise Http404
    return card.campaign


def access_own_lease(actor: Actor, key: str) -> Lease:
    """Return somebody lent to ``actor``, open or not; nobody reads the lease of another (P12 (2))."""
    found = Lease.objects.select_related("callee__commune", "campaign__dataset", "campaign__organisation")
    lease = found.filter(key=key, caller_id=actor.person_id, campaign__exercise_id=actor.exercise_id).first()
    if lease is None or not actor.is_known:
        raise Http404
    return lease


def access_desk(actor: Actor) -> None:
    """Let in those in charge of calls; for anyone else the desk does not exist."""
    if not is_supervisor(actor):
        raise Http404
