"""Keep, adapt or remove: decided by somebody named, with a motive, and again after each adaptation (P11 (8))."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue.messages_schemes import decided
from reflexes.pistes.contact.citizen_dialogue.models import Outcome, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import check_writing
from reflexes.pistes.contact.citizen_dialogue.services import field_notes, measures

Verdict = Outcome.Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody named decides, and what they answer to the two other questions."""

    verdict: str
    motive: str
    by: Person | None
    by_words: str = ""
    on: date
    effective: str = ""
    effects: str = ""
    changes: str = ""
    next_review_on: date | None = None


def do_decide(*, actor: Actor, scheme: Scheme, decision: Decision) -> Outcome:
    """Write a decision beside those before it; adapting sets the next day of judgment, the others end the trial."""
    check_writing(actor, scheme)
    _check(scheme, decision)
    with transaction.atomic():
        current = Scheme.objects.select_for_update().get(pk=scheme.pk)
        if current.ended_on is not None:
            raise Refusal("ended", _("It was decided already: this trial has ended."), conflict=True)
        outcome = Outcome.objects.create(
            scheme=current,
            verdict=decision.verdict,
            effective=decision.effective.strip(),
            effects=decision.effects.strip(),
            motive=decision.motive.strip(),
            changes=decision.changes.strip() if decision.verdict == Verdict.ADAPT else "",
            next_review_on=decision.next_review_on if decision.verdict == Verdict.ADAPT else None,
            due_on=current.review_on,
            by=decision.by,
            by_words=decision.by_words.strip()[:160],
            written_by_id=actor.person_id,
            on=decision.on,
        )
        if outcome.next_review_on is not None:
            current.review_on = outcome.next_review_on
        else:
            current.ended_on = decision.on
        current.save(update_fields=["review_on", "ended_on"])
        record(
            actor=actor,
            verb="citizen_dialogue.scheme_decided",
            object_kind="scheme",
            object_key=scheme.pk,
            params={"verdict": outcome.verdict, "outcome": outcome.pk},
        )
        decided(outcome)
    scheme.refresh_from_db()
    return outcome


def _check(scheme: Scheme, decision: Decision) -> None:
    if decision.verdict not in Verdict.values:
        raise Refusal("verdict", _("Choose: keep it, adapt it or remove it."))
    if not decision.motive.strip():
        raise Refusal("motive", _("Write the motive: those who use the place read it beside the figures."))
    if decision.by is None:
        raise Refusal("by", _("Say who decides: a named person, whom people may ask."))
    if decision.on > clock.today():
        raise Refusal("later", _("This day is to come: a decision is written once it is taken."))
    if decision.on < scheme.opened_on:
        raise Refusal("before", _("It had not opened yet on that day. Correct the day."))
    if decision.verdict == Verdict.ADAPT:
        _check_adapted(decision)
    if decision.verdict == Verdict.KEEP and not is_evaluated(scheme):
        raise Refusal(
            "not_evaluated",
            _("Nothing was measured nor observed yet. Keeping it for good takes a figure or a field note at least."),
        )


def _check_adapted(decision: Decision) -> None:
    if not decision.changes.strip():
        raise Refusal("changes", _("Say what changes: adapting is doing something differently."))
    if decision.next_review_on is None:
        raise Refusal("next_review", _("Give the day it is judged again: what is adapted is tried again."))
    if decision.next_review_on <= max(clock.today(), decision.on):
        raise Refusal("next_review_past", _("It is judged again on a day to come. Choose a later one."))


def is_evaluated(scheme: Scheme) -> bool:
    """Tell whether something was measured or observed that everybody can read."""
    return measures.figures(scheme).exists() or field_notes.notes(scheme).exists()
