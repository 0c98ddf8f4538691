"""What follows for others when somebody spoke, on the telephone or at their door, whoever heard it (P12 (4), (6))."""

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.text import normalised
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.casework.services.cases import do_open_case
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.services import oppositions
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.facts import name_in
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, HumanTask
from reflexes.pistes.contact.proactive_desks.services.ladder import open_task
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS


def oppose(actor: Actor, campaign: Campaign, facts: dict[str, str]) -> None:
    """Keep the refusal of a telephone beyond this campaign: later ones, and those that run, respect it."""
    oppositions.do_oppose(
        actor=actor,
        organisation=campaign.organisation,
        phone=facts["phone"],
        scope=CALLS,
        exercise_id=campaign.exercise_id,
    )


def household_decides(callee: Callee) -> None:
    """Others on this telephone did not refuse, yet it asks to be left alone: somebody decides how to reach them."""
    others = Callee.objects.filter(
        campaign_id=callee.campaign_id,
        phone_digest=callee.phone_digest,
        state__in=(Callee.State.READY, Callee.State.SCHEDULED),
    )
    for other in others.exclude(pk=callee.pk).select_for_update(of=("self",)).order_by("pk"):
        open_task(other, HumanTask.Kind.DECIDE)


def mourn(actor: Actor, campaign: Campaign, callee: Callee, facts: dict[str, str]) -> None:
    """Stop calling somebody who died, in every campaign of the same controller; whoever lives with them is not cut off.

    Nothing is compared in storage: the number is digested under the key of each campaign that runs, and forgotten.
    """
    name = normalised(name_in(facts))
    shared = Callee.objects.filter(campaign_id=callee.campaign_id, phone_digest=callee.phone_digest)
    shared_here = shared.exclude(pk=callee.pk).exists()
    running = Campaign.objects.filter(
        organisation_id=campaign.organisation_id,
        exercise_id=campaign.exercise_id,
        state__in=(Campaign.State.OPEN, Campaign.State.PAUSED, Campaign.State.DRAFT),
    ).select_related("dataset")
    for other in running.exclude(pk=campaign.pk).order_by("pk"):
        if not keyring.holds(other.dataset.key):
            continue
        key = keyring.take(other.dataset.key)
        theirs = other.callees.filter(phone_digest=key.digest(facts["phone"])).exclude(state=Callee.State.CLOSED)
        for one in theirs.select_for_update(of=("self",)).order_by("pk"):
            if normalised(name_in(key.unseal(one.identity))) == name:
                one.state, one.end, one.closed_at = Callee.State.CLOSED, Callee.End.DIED, clock.now()
                one.save(update_fields=["state", "end", "closed_at"])
                HumanTask.objects.filter(callee=one, done_at=None).delete()
            else:
                shared_here = True
    if not shared_here:
        oppose(actor, campaign, facts)


def hand_on(
    *,
    actor: Actor,
    campaign: Campaign,
    callee: Callee,
    facts: dict[str, str],
    channel: str,
    words: str,
    urgent: bool,
    told_by: Person | None,
) -> Case:
    """Hand a need to the navigators, in the person's own words; ``told_by`` heard it and is told what became of it."""
    return do_open_case(
        actor=actor,
        piste=perms.SLUG,
        channel=channel,
        words=words,
        key_name=campaign.dataset.key,
        facts={"name": name_in(facts), "phone": facts["phone"], "address": facts.get("address", "")},
        organisation=campaign.organisation,
        commune=callee.commune,
        urgent=urgent,
        told_by=told_by,
        exercise_id=campaign.exercise_id,
        subject=callee.key,
    )
