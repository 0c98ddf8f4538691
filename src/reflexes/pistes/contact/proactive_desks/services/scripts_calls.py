"""One call at the desk: who is read when, what is said step by step, how it ends (P12 (2), (5), (7); ADR 29).

The words of a call are sealed under the key of its dataset; what is counted besides is which choice was made, and
nothing of whom. The name and the telephone are two readings, written down once each for a call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import readable_phone
from reflexes.core.notifications.services import notify
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.mechanisms.evidence.services.readings import do_reveal
from reflexes.pistes.contact.proactive_desks.facts import name_in
from reflexes.pistes.contact.proactive_desks.models import AnswerCount, Campaign, Lease, Outcome, SaidAnswers
from reflexes.pistes.contact.proactive_desks.script.steps import SELECTS, Step, kept, road, why_not
from reflexes.pistes.contact.proactive_desks.script.urgent import Sign, signs_of
from reflexes.pistes.contact.proactive_desks.services.leases import Empty, do_claim, do_renew
from reflexes.pistes.contact.proactive_desks.services.outcomes import Ended, Said, do_end
from reflexes.pistes.contact.proactive_desks.services.scripts import published, steps_of

CALL, EMERGENCY = "call", "emergency"
NAME, PHONE, ADDRESS = "name", "phone", "address"
# How long the page of an emergency still shows whom it is about, once the lease is over.
STAYS = timedelta(hours=1)
URGENT_WORDS = 2000
WHY_NOT = {
    "required": gettext_lazy("Write what the person answered, or go on without it by ending the call."),
    "too_long": gettext_lazy("This is too long: keep what somebody needs to know to help."),
    "not_a_choice": gettext_lazy("Choose among the answers of the script."),
    "not_a_number": gettext_lazy("Write a whole number, such as 3."),
    "not_a_day": gettext_lazy("Write a day, such as 2026-11-24."),
    "note": gettext_lazy("There is nothing to write at this step."),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Whom one is calling: no more than a call needs, and the telephone only once it was asked for."""

    name: str
    phone: str = ""
    dial: str = ""
    address: str = ""
    left: str = ""


def do_take_next(*, actor: Actor, campaign: Campaign) -> SaidAnswers | Empty:
    """Take the next person to call, with the script as it is now, and read their name; or say why there is nobody."""
    script = published(campaign)
    if script is None:
        raise Refusal("no_script", _("This campaign has no script yet: whoever is in charge publishes one."))
    found = do_claim(actor=actor, campaign=campaign)
    if isinstance(found, Empty):
        return found
    said, _fresh = SaidAnswers.objects.get_or_create(lease=found, defaults={"script": script})
    if said.named_at is None:
        _read(actor, found, NAME)
        SaidAnswers.objects.filter(pk=said.pk, named_at=None).update(named_at=clock.now())
        said.refresh_from_db()
    return said


def do_show_number(*, actor: Actor, lease: Lease) -> None:
    """Let the telephone of a call be seen: written down the first time, only while the lease is one's own and open."""
    if SaidAnswers.objects.filter(lease=lease, numbered_at__isnull=False).exists():
        return
    _read(actor, lease, PHONE)
    SaidAnswers.objects.filter(lease=lease, numbered_at=None).update(numbered_at=clock.now())


def _read(actor: Actor, lease: Lease, what: str) -> dict[str, str]:
    mine = lease.caller_id == actor.person_id and (is_live(lease) or (what == ADDRESS and _just_urgent(lease)))
    return do_reveal(
        actor=actor,
        dataset=lease.campaign.dataset,
        subject=lease.callee.key,
        sealed=lease.callee.identity,
        what=what,
        # An emergency is answered whatever was refused.
        what_for=EMERGENCY if what == ADDRESS else CALL,
        through=str(lease.key),
        allowed=mine,
    )


def is_live(lease: Lease) -> bool:
    """Tell whether a call still holds its person."""
    return lease.closed_at is None and lease.until >= clock.now()


def _just_urgent(lease: Lease) -> bool:
    said = getattr(lease, "said", None)
    return said is not None and said.urgent_at is not None and said.urgent_at > clock.now() - STAYS


def who(lease: Lease) -> Who | None:
    """Return whom the page of a call shows: what was read through it and no more, while it is live or urgent."""
    said = getattr(lease, "said", None)
    urgent = _just_urgent(lease)
    if said is None or said.named_at is None or not (is_live(lease) or urgent):
        return None
    key = keyring.take(lease.campaign.dataset.key)
    facts = key.unseal(lease.callee.identity)
    phone = facts.get("phone", "") if said.numbered_at or urgent else ""
    before = lease.callee.leases.exclude(pk=lease.pk).exclude(note="").order_by("-closed_at", "-pk").first()
    return Who(
        name=name_in(facts),
        phone=readable_phone(phone) if phone else "",
        dial=phone,
        address=facts.get("address", "") if urgent else "",
        left=key.unseal(before.note).get("note", "") if before else "",
    )


def answers_of(said: SaidAnswers) -> dict[str, str]:
    """Return what was said so far in a call, to whoever makes it."""
    if not said.sealed:
        return {}
    return keyring.take(said.lease.campaign.dataset.key).unseal(said.sealed)


def do_save(*, actor: Actor, lease: Lease, answers: Mapping[str, str], at: str = "") -> SaidAnswers:
    """Write answers as they are said, keep the person for as long again; ``at`` is the step one stands at.

    Several answers may come at once, after a time without network. Refused, nothing of them is written.
    """
    if not do_renew(actor=actor, lease=lease):
        raise over()
    with transaction.atomic():
        said = SaidAnswers.objects.select_for_update(of=("self",)).select_related("script").get(lease=lease)
        said.lease = lease
        steps = {step.name: step for step in steps_of(said.script)}
        wrong = [why_not(steps[name], words) for name, words in answers.items() if name in steps and words.strip()]
        if code := next((code for code in wrong if code), ""):
            raise Refusal(code, str(WHY_NOT[code]))
        together = {**answers_of(said), **{name: words.strip() for name, words in answers.items() if name in steps}}
        said.sealed = keyring.take(lease.campaign.dataset.key).seal({k: v for k, v in together.items() if v})
        said.saved_at = clock.now()
        said.step = at if at in steps else said.step
        said.save(update_fields=["sealed", "saved_at", "step"])
    return said


def over() -> Refusal:
    """Say that a call holds nobody any more."""
    return Refusal(
        "over",
        _("Your time with this person ran out: they are back in the queue. Say what came of the call, it is kept."),
        conflict=True,
    )


def check_answered(step: Step, words: str) -> None:
    """Refuse to go on from a step whose answer is missing or is none."""
    if code := why_not(step, words):
        raise Refusal(code, str(WHY_NOT[code]))


def words_told(steps: list[Step], answers: Mapping[str, str]) -> str:
    """Return the person's own words so far, one answer a line, as they would be handed on."""
    told = [answers[step.name] for step in road(steps, answers) if step.kind == "text" and answers.get(step.name)]
    return "\n".join(told)


def what_sounds_urgent(steps: list[Step], answers: Mapping[str, str]) -> list[Sign]:
    """Return what sounds urgent in the free words of a call: proposed to the caller, decided by nobody else."""
    return signs_of(answers[step.name] for step in steps if step.kind == "text" and answers.get(step.name))


def do_finish(*, actor: Actor, lease: Lease, client_key: UUID, ended: Said) -> Ended:
    """Write what came of a call, once, and count which choices were made."""
    done = do_end(actor=actor, lease_key=lease.key, client_key=client_key, said=ended)
    if not (done.late or done.again):
        _count(lease)
    return done


def do_alert(*, actor: Actor, lease: Lease, client_key: UUID, words: str = "") -> Ended | None:
    """Open an urgent case and tell those in charge of the calls, in one gesture; nothing the second time.

    The words are all that the person said so far, with what is being typed. Nothing sounds urgent enough to do it
    alone: a person presses (P12 (7)).
    """
    with transaction.atomic():
        said = SaidAnswers.objects.select_for_update(of=("self",)).select_related("script").get(lease=lease)
        if said.urgent_at is not None:
            return None
        said.lease = lease
        told = "\n".join(part for part in (words_told(steps_of(said.script), answers_of(said)), words.strip()) if part)
        said.urgent_at = clock.now()
        said.save(update_fields=["urgent_at"])
        # Too many words never stand in the way of an emergency: the last ones are the ones that alarmed.
        outcome = Said(outcome=Outcome.URGENT, words=told[-URGENT_WORDS:], hard=True)
        done = do_end(actor=actor, lease_key=lease.key, client_key=client_key, said=outcome)
        _count(lease)
        _tell_supervisors(actor, lease)
    # The address is for those whom one rings now: another reading, written down as the others are.
    lease.said = said
    _read(actor, lease, ADDRESS)
    return done


def _tell_supervisors(actor: Actor, lease: Lease) -> None:
    campaign = lease.campaign
    caller = Person.objects.filter(pk=actor.person_id).first()
    for person in in_charge(campaign):
        notify(
            recipient_of(person),
            subject=_("An emergency in a call: %(campaign)s") % {"campaign": campaign.title},
            body=_("%(caller)s is with somebody in distress, and rings for help. Call them now: %(phone)s.")
            % {"caller": caller, "phone": readable_phone(caller.phone) if caller and caller.phone else "–"},
            key=f"proactive_desks.urgent:{lease.key}:{person.pk}",
            urgent=True,
            exercise_id=campaign.exercise_id,
        )


def in_charge(campaign: Campaign) -> list[Person]:
    """Return those in charge, today, of the calls of the organisation that runs a campaign."""
    held = current(Capacity.objects.filter(role=roles.SUPERVISOR, organisation_id=campaign.organisation_id))
    return list(Person.objects.filter(pk__in=held.values("person"), erased_at=None).order_by("search", "pk"))


def _count(lease: Lease) -> None:
    said = SaidAnswers.objects.filter(lease=lease).select_related("script", "lease__campaign__dataset").first()
    if said is None:
        return
    steps, answers = steps_of(said.script), answers_of(said)
    counted = kept(steps, answers)
    for step in steps:
        if step.kind in SELECTS:
            for value in counted.get(step.name, "").split():
                AnswerCount.objects.get_or_create(script=said.script, step=step.name, value=value)
                AnswerCount.objects.filter(script=said.script, step=step.name, value=value).update(
                    number=F("number") + 1
                )
