"""Arrangements made on the spot, under a margin of the doctrine or beyond it; questions to the centre and answers."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.messages_units import tell_answer
from reflexes.pistes.contact.proactive_desks.models import (
    CentreQuestion,
    DailyReport,
    DoctrinePoint,
    Negotiation,
    ProximityUnit,
)
from reflexes.pistes.contact.proactive_desks.perms_units import check_centre, check_world, check_writing
from reflexes.pistes.contact.proactive_desks.services.units import check_live, moment_of
from reflexes.pistes.contact.proactive_desks.services.units_facilities import check_day

NOON = time(12)


def answer_due() -> datetime:
    """Return when the centre owes its answer to what is asked now: tomorrow before noon."""
    return moment_of(clock.today() + timedelta(days=1), NOON)


def do_note_arrangement(
    *, actor: Actor, unit: ProximityUnit, fields: Mapping[str, Any], client_key: UUID
) -> Negotiation:
    """Write an arrangement: with which post, what, until when. Under no margin, it asks the centre at once."""
    check_writing(actor, unit)
    check_live(unit)
    check_day(fields["on"])
    for name, missing in (
        ("with_role", _("Say with which post you agreed: a role, never a name.")),
        ("with_organisation", _("Say of which organisation.")),
        ("agreed", _("Write what was agreed, in a sentence or two.")),
    ):
        if not fields[name].strip():
            raise Refusal(f"missing_{name}", missing)
    if fields["until"] < fields["on"]:
        raise Refusal("until_before", _("It ends before it begins. An arrangement lasts until a day to come."))
    margin: DoctrinePoint | None = fields.get("margin")
    if margin is not None and (margin.kind != DoctrinePoint.Kind.MARGIN or margin.doctrine_id != unit.doctrine_id):
        raise Refusal("margin", _("Choose a margin of the version that your unit works under, or none."))
    with transaction.atomic():
        noted, made = Negotiation.objects.get_or_create(
            client_key=client_key,
            defaults={
                "unit": unit,
                "facility": fields.get("facility"),
                "on": fields["on"],
                "with_role": fields["with_role"].strip(),
                "with_organisation": fields["with_organisation"].strip(),
                "agreed": fields["agreed"].strip(),
                "until": fields["until"],
                "margin": margin,
                "by_id": actor.person_id,
            },
        )
        if made:
            _record(actor, "arrangement_noted", "negotiation", noted.pk, {"beyond": margin is None})
            if margin is None:
                ask_centre(actor, unit, noted.agreed, negotiation=noted)
    return noted


def ask_centre(
    actor: Actor,
    unit: ProximityUnit,
    words: str,
    *,
    negotiation: Negotiation | None = None,
    report: DailyReport | None = None,
) -> CentreQuestion:
    """Write a question to the centre in the caller's transaction; its answer is owed tomorrow before noon."""
    question = CentreQuestion.objects.create(
        unit=unit,
        words=words,
        asked_by_id=actor.person_id,
        due_at=answer_due(),
        negotiation=negotiation,
        report=report,
    )
    _record(actor, "centre_asked", "centre_question", question.pk, {})
    return question


def do_answer(*, actor: Actor, question: CentreQuestion, answer: str) -> CentreQuestion:
    """Answer a unit: the answer stands beside its question, and its lead and deputy are told."""
    check_centre(actor)
    check_world(actor, question.unit.exercise_id)
    if not answer.strip():
        raise Refusal("answer_missing", _("Write the answer: yes, no, or what is looked for and until when."))
    with transaction.atomic():
        answered = CentreQuestion.objects.filter(pk=question.pk, answered_at=None).update(
            answer=answer.strip(), answered_at=clock.now(), answered_by=actor.person_id
        )
        if not answered:
            raise Refusal("answered", _("Somebody has just answered. Read it on the page of the unit."), conflict=True)
        question.refresh_from_db()
        _record(actor, "centre_answered", "centre_question", question.pk, {"late": question.due_at < clock.now()})
        tell_answer(question)
    return question


def _record(actor: Actor, verb: str, kind: str, key: int, params: dict[str, object]) -> None:
    record(actor=actor, verb=f"proactive_desks.{verb}", object_kind=kind, object_key=key, params=params)
