"""A text message before the call: who will call and how to check it, once for each person (research/outreach.md §7).

People fear telemarketing and do not pick up. The message leaves by the operator's text back-end and is kept nowhere:
its words and its number would otherwise outlive the key of the campaign in the outbox.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.quiet import next_calm_moment
from reflexes.core.notifications.recipients import can_receive_texts, known_language, readable_phone
from reflexes.core.notifications.text import text_backend
from reflexes.core.outbox.errors import Refused
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.evidence.services.oppositions import opposed
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, Forewarning
from reflexes.pistes.contact.proactive_desks.perms import check_supervising
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS

FOREWARN = "proactive_desks.forewarn"
# About what a team calls in half a day: a warning that comes a week before the call warns of nothing.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Forewarned:
    """How many people are told, and how many of those looked at have no mobile telephone."""

    told: int
    without_mobile: int


def do_forewarn(*, actor: Actor, campaign: Campaign) -> Forewarned:
    """Tell the next people to call, in the order of the queue, at most ``AT_ONCE``; nobody is told twice.

    Refused while nobody is called, and when no provider of text messages is set. In an exercise nothing leaves.
    """
    check_supervising(actor, campaign)
    if campaign.state != Campaign.State.OPEN:
        raise Refusal("not_open", _("People are told once the calls have begun."))
    if not text_backend().leaves and campaign.exercise_id is None:
        raise Refusal(
            "no_provider", _("No provider of text messages is set: nothing would leave. Ask the administrator.")
        )
    key, chosen, without = keyring.take(campaign.dataset.key), [], 0
    waiting = Callee.objects.filter(campaign=campaign, state=Callee.State.READY, tries=0, reached=False)
    for callee in waiting.filter(forewarning=None).order_by("-rank", "pk").iterator(chunk_size=AT_ONCE):
        phone = key.unseal(callee.identity).get("phone", "")
        if can_receive_texts(phone):
            chosen.append((callee, phone))
        else:
            without += 1
        if len(chosen) == AT_ONCE:
            break
    against = opposed(campaign.organisation, [phone for _callee, phone in chosen], CALLS, campaign.exercise_id)
    people = [callee for callee, phone in chosen if phone not in against]
    with transaction.atomic():
        Forewarning.objects.bulk_create(Forewarning(callee=callee, at=clock.now()) for callee in people)
        if campaign.exercise_id is None:
            for callee in people:
                at = next_calm_moment(clock.now())
                enqueue(FOREWARN, {"callee": callee.pk}, key=f"{FOREWARN}:{callee.key}", run_at=at)
        record(
            actor=actor,
            verb="proactive_desks.forewarned",
            object_kind="campaign",
            object_key=campaign.pk,
            params={"count": len(people)},
        )
    return Forewarned(len(people), without)


def send_forewarning(callee_id: int) -> None:
    """Send one message, unless the person or the campaign is gone since; a worker does it, outside any transaction."""
    callee = Callee.objects.select_related("campaign__dataset").filter(pk=callee_id).first()
    if callee is None or callee.campaign.state != Campaign.State.OPEN or callee.state == Callee.State.CLOSED:
        raise Refused("Nobody is to be called any more.")
    try:
        phone = keyring.take(callee.campaign.dataset.key).unseal(callee.identity)["phone"]
    except keyring.KeyGone:
        raise Refused("The key of the campaign was destroyed.") from None
    with translation.override(known_language("")):
        said = words(callee.campaign)
    # Never saved: the back-end needs a number and a key of its own, the outbox keeps neither words nor number.
    text_backend().send(Message(key=f"{FOREWARN}:{callee.key}", phone=phone, body=said), said)


def words(campaign: Campaign) -> str:
    """Return what the message says: who calls, from which number, how to check it, and that somebody may come by."""
    said = _("%(who)s You will be called in the coming days. To call back: %(number)s. To check: %(how)s") % {
        "who": campaign.who_calls,
        "number": readable_phone(campaign.call_back),
        "how": campaign.how_to_check,
    }
    return f"{said} " + _("If you do not answer, a team of your area may come by.") if campaign.units_visit else said
