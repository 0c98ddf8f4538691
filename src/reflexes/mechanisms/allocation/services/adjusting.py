"""Adjust a plan by hand before anything leaves: take somebody out, put them back, add, swap in a mentor."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.engines import matching
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Plan, PlanLine, Slot
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services import readings
from reflexes.mechanisms.allocation.services.plans import blocking, read
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record


def do_dismiss_line(*, actor: Actor, plan: Plan, line: PlanLine, dismissed: bool) -> None:
    """Take a person out of the plan by hand, or put them back."""
    _check_adjustable(actor, plan)
    with transaction.atomic():
        PlanLine.objects.filter(pk=line.pk, plan=plan).update(dismissed=dismissed)
        record(
            actor=actor,
            verb="allocation.line_dismissed" if dismissed else "allocation.line_restored",
            object_kind="plan",
            object_key=plan.pk,
            params={"slot": line.slot_id},
        )
        readings.read_again_later(plan)


def do_add_line(*, actor: Actor, plan: Plan, person: Person, slot: Slot) -> PlanLine:
    """Put a person in the plan by hand. A hard wish, a missing skill or a taken half-day still blocks."""
    _check_adjustable(actor, plan)
    found = blocking(read(plan).problem, person_id=person.pk, slot_id=slot.pk)
    # Whoever was taken out by hand is put back by hand.
    reasons = tuple(one for one in found if one.code != f"forbidden:{problems.SET_ASIDE}") or _ended_since(person, slot)
    if reasons:
        raise Refusal(
            f"blocked_{reasons[0].code}",
            _("This person cannot be asked for that half-day. Open “Why not?” to read the reasons."),
        )
    with transaction.atomic():
        chosen = {"by_hand": True, "dismissed": False}
        line, _made = PlanLine.objects.update_or_create(
            plan=plan,
            slot=slot,
            person=person,
            defaults=chosen,
            create_defaults={**chosen, "priority": slot.need.priority},
        )
        record(
            actor=actor, verb="allocation.line_added", object_kind="plan", object_key=plan.pk, params={"slot": slot.pk}
        )
        readings.read_again_later(plan)
    return line


def _ended_since(person: Person, slot: Slot) -> tuple[matching.Reason, ...]:
    """Return the answers that ended the asking since the plan was computed: a no counts at once, by every door."""
    problem = problems.build_for(person.pk, [slot], exercise_id=slot.need.exercise_id)
    found = () if problem is None else matching.ledger(problem, str(person.pk), str(slot.pk))
    return tuple(reason for reason in found if reason.code.startswith("forbidden:"))


def do_swap_line(*, actor: Actor, plan: Plan, line: PlanLine, person: Person) -> PlanLine:
    """Put a mentor in the plan in the place of somebody else of the same half-day, in one gesture."""
    slot = Slot.objects.select_related("need").get(pk=line.slot_id)
    with transaction.atomic():
        added = do_add_line(actor=actor, plan=plan, person=person, slot=slot)
        do_dismiss_line(actor=actor, plan=plan, line=line, dismissed=True)
        record(
            actor=actor,
            verb="allocation.line_swapped",
            object_kind="plan",
            object_key=plan.pk,
            params={"slot": slot.pk},
        )
    return added


def _check_adjustable(actor: Actor, plan: Plan) -> None:
    if not perms.can_plan(actor):
        raise PermissionDenied
    if plan.state not in {Plan.State.READY, Plan.State.CANCELLED}:
        raise Refusal("not_ready", _("This plan is not computed yet. Wait for it, or ask for another."))
