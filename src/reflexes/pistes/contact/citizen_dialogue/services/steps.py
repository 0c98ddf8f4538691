"""The steps of an edition: two channels each, a door where words arrive, a switch that loses nothing (P11 (1))."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Channel, Contribution
from reflexes.mechanisms.assembly.models.bodies import ANSWER_DAYS
from reflexes.mechanisms.assembly.services import consultations
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step, Switch
from reflexes.pistes.contact.citizen_dialogue.services.editions import check_not_ended

FIELDS = frozenset(["starts_on", "ends_on", "main_channel", "main_words", "backup_channel", "backup_words"])
# Steps whose words come through a door of their own; the others work on what came through it.
WITH_DOOR = (Step.Kind.RULES, Step.Kind.IDEAS)


def do_write_step(*, actor: Actor, step: Step, fields: Mapping[str, Any]) -> Step:
    """Write the dates and the two channels of a step, until its door is open or its result is said."""
    perms.check_keeping_edition(actor, step.edition)
    check_not_ended(step.edition)
    with transaction.atomic():
        current = Step.objects.select_for_update().get(pk=step.pk)
        if current.consultation_id is not None or current.done_at is not None:
            raise Refusal(
                "step_begun",
                _("People already speak here, or its result is said: change its last day or its channel instead."),
                conflict=True,
            )
        for name in FIELDS & fields.keys():
            setattr(current, name, fields[name])
        _check(current)
        current.save()
        record(
            actor=actor,
            verb="citizen_dialogue.step_written",
            object_kind="edition",
            object_key=step.edition_id,
            params={"step": current.kind},
        )
    step.refresh_from_db()
    return step


def _check(step: Step) -> None:
    if step.ends_on < step.starts_on:
        raise Refusal("dates", _("It ends before it begins. Correct one of the two days."))
    if step.main_channel not in Channel.values or not step.main_words.strip():
        raise Refusal("main_channel", _("Name the main channel, and write where and when people find it."))
    backup = step.backup_channel
    if backup not in Channel.values or backup == step.main_channel or not step.backup_words.strip():
        raise Refusal(
            "backup_channel",
            _("Name the backup channel, another than the main one, and write where and when people find it."),
        )


def do_open_door(*, actor: Actor, step: Step, question: str) -> Step:
    """Open the door where the words of a step arrive. Ideas wait until the rules are published."""
    perms.check_keeping_edition(actor, step.edition)
    if step.kind not in WITH_DOOR:
        raise Refusal("no_door", _("This step works on what was said before: it takes no words of its own."))
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=step.edition_id)
        if edition.state != Edition.State.OPEN:
            raise Refusal("edition_not_open", _("Open the edition first: people find its question there."))
        if step.kind == Step.Kind.IDEAS and edition.rules_published_at is None:
            raise Refusal("rules_first", _("Publish the rules first: nobody proposes under rules written afterwards."))
        current = Step.objects.select_for_update().get(pk=step.pk)
        if current.consultation_id is not None:
            raise Refusal("door_open", _("It is open already. Reload the page."), conflict=True)
        _check(current)
        current.consultation = consultations.do_open_consultation(
            actor=actor,
            piste=perms.SLUG,
            fields={
                "title": edition.title
                if step.kind == Step.Kind.IDEAS
                else f"{edition.title}: {step.get_kind_display()}",
                "question": question.strip(),
                "opens_on": max(current.starts_on, clock.today()),
                "closes_on": current.ends_on,
                "main_channel": current.main_channel,
                "main_words": current.main_words,
                "backup_channel": current.backup_channel,
                "backup_words": current.backup_words,
                "answerer": edition.answerer,
                "answer_days": _answer_days(edition, current),
            },
        )
        current.save()
        if switched(current) is not None:
            _switch_door(actor, current, to_backup=True, why=switched(current).why)
    step.refresh_from_db()
    return step


def _answer_days(edition: Edition, step: Step) -> int:
    """Return within how many days a proposal is answered: people vote first, and results have their day."""
    results = edition.steps.get(kind=Step.Kind.RESULTS)
    return max((results.ends_on - step.ends_on).days, ANSWER_DAYS)


def do_prolong_step(*, actor: Actor, step: Step, ends_on: date, reason: str) -> Step:
    """Let a step last longer, with a reason; its door stays open as long as it does."""
    perms.check_keeping_edition(actor, step.edition)
    check_not_ended(step.edition)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why it lasts longer than what was announced."))
    if ends_on <= step.ends_on or ends_on < clock.today():
        raise Refusal("not_longer", _("Choose a day to come, later than the one announced."))
    with transaction.atomic():
        if step.consultation is not None:
            consultations.do_prolong(actor=actor, consultation=step.consultation, closes_on=ends_on, reason=reason)
        Step.objects.filter(pk=step.pk).update(ends_on=ends_on)
        record(
            actor=actor,
            verb="citizen_dialogue.step_prolonged",
            object_kind="edition",
            object_key=step.edition_id,
            reason=reason,
            params={"step": step.kind, "until": str(ends_on)},
        )
    step.refresh_from_db()
    return step


def do_finish_step(*, actor: Actor, step: Step, words: str) -> Step:
    """Say what came out of a step. The rules are finished by publishing them."""
    perms.check_keeping_edition(actor, step.edition)
    check_not_ended(step.edition)
    if step.kind == Step.Kind.RULES:
        raise Refusal("publish_rules", _("Publish the rules: that is how this step ends."))
    if not words.strip():
        raise Refusal("words_missing", _("Say in a sentence what came out of it: everybody reads it."))
    with transaction.atomic():
        done = Step.objects.filter(pk=step.pk, done_at=None).update(done_at=clock.now(), done_words=words.strip()[:400])
        if not done:
            raise Refusal("done_already", _("Its result was said already. Reload the page."), conflict=True)
        record(
            actor=actor,
            verb="citizen_dialogue.step_finished",
            object_kind="edition",
            object_key=step.edition_id,
            params={"step": step.kind},
        )
    step.refresh_from_db()
    return step


def switched(step: Step) -> Switch | None:
    """Return the switch under way, or nothing: the main channel holds. Reads what was fetched when it was.

    The door of a step may be switched at its own desk too: what people read there is what holds.
    """
    under_way = next((one for one in step.switches.all() if one.to_at is None), None)
    door = step.consultation
    if door is None:
        return under_way
    if door.switched_at is None:
        return None
    return under_way or Switch(step=step, from_at=door.switched_at, why=door.why_switched)


def do_switch(*, actor: Actor, step: Step, why: str) -> Step:
    """Let the backup channel of a step take over, or give way again; its door follows, and nothing said moves."""
    perms.check_keeping_edition(actor, step.edition)
    check_not_ended(step.edition)
    if not why.strip():
        raise Refusal("why_missing", _("Say why the channel changes: people read it where they used to speak."))
    why = why.strip()[:200]
    with transaction.atomic():
        current = Step.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=step.pk)
        under_way = switched(current)
        if under_way is None:
            # One that the desk of the door ended already is closed here too.
            current.switches.filter(to_at=None).update(to_at=clock.now(), why_back=why)
            Switch.objects.create(step=current, from_at=clock.now(), why=why)
        else:
            under_way.to_at, under_way.why_back = clock.now(), why
            under_way.save()
        if current.consultation is not None:
            _switch_door(actor, current, to_backup=under_way is None, why=why)
        record(
            actor=actor,
            verb="citizen_dialogue.step_switched" if under_way is None else "citizen_dialogue.step_switched_back",
            object_kind="edition",
            object_key=step.edition_id,
            reason=why,
            params={"step": step.kind},
        )
    step.refresh_from_db()
    return step


def _switch_door(actor: Actor, step: Step, *, to_backup: bool, why: str) -> None:
    """Switch the consultation of a step, unless somebody already did."""
    if step.consultation is not None and (step.consultation.switched_at is None) == to_backup:
        consultations.do_switch_channel(actor=actor, consultation=step.consultation, why=why)


def channel_now(step: Step) -> tuple[str, str]:
    """Return the channel people are sent to today and the words that tell where it is."""
    if switched(step) is None:
        return step.main_channel, step.main_words
    return step.backup_channel, step.backup_words


@dataclass(frozen=True, slots=True)
class Heard:
    """How many contributions came before, during and after one switch: nothing said is lost."""

    switch: Switch
    before: int
    during: int
    after: int


def heard(step: Step) -> list[Heard]:
    """Return what came around each switch of a step, one question for each."""
    if step.consultation_id is None:
        return []
    found = []
    said = Contribution.objects.filter(consultation_id=step.consultation_id)
    said = said.exclude(state=Contribution.State.WITHDRAWN).order_by()
    for one in step.switches.order_by("from_at", "pk"):
        last = one.to_at or clock.now()
        counted = said.aggregate(
            before=Count("pk", filter=Q(said_at__lt=one.from_at)),
            during=Count("pk", filter=Q(said_at__gte=one.from_at, said_at__lte=last)),
            after=Count("pk", filter=Q(said_at__gt=last)),
        )
        found.append(Heard(one, **counted))
    return found
