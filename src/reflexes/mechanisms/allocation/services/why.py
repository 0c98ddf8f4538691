"""Why me, why not me: what a person is told about themself, never the name of anybody else (mechanisms.md P09 (4))."""

from dataclasses import dataclass

from reflexes.core.acting import Actor
from reflexes.engines import matching
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, PlanLine, Slot, Wish, WishWaiver
from reflexes.mechanisms.allocation.services import problem as problems

# What the ledger says of a whole team speaks of other people: it is not a reason about this person.
OF_THE_TEAM = frozenset({"no_mentor", "team_too_small"})


@dataclass(frozen=True, slots=True)
class WhyMe:
    """What the plan knew of this person when it proposed them; ``line`` is None when no plan did."""

    line: PlanLine | None
    skill: str
    max_km: float | None
    hard_wishes: int
    soft_wishes: int


def why_me(assignment: Assignment) -> WhyMe:
    """Return why this person was proposed for this half-day: facts for sentences, about them alone."""
    line = (
        PlanLine.objects.filter(
            plan_id=assignment.plan_id,
            slot_id=assignment.slot_id,
            person_id=assignment.person_id,
        )
        .select_related("plan")
        .first()
        if assignment.plan_id
        else None
    )
    offer = getattr(assignment.person, "offer", None)
    wishes = list(offer.wishes.values_list("hard", flat=True)) if offer else []
    return WhyMe(
        line=line,
        skill=str(assignment.slot.skill or ""),
        max_km=offer.max_km if offer else None,
        hard_wishes=sum(wishes),
        soft_wishes=len(wishes) - sum(wishes),
    )


def limits_crossed(waiver: WishWaiver) -> list[Wish]:
    """Return the person's hard wishes that this slot would cross: what they are asked to go beyond, nothing more."""
    slot = Slot.objects.select_related("need__place", "skill").get(pk=waiver.slot_id)
    problem = problems.build_for(waiver.person_id, [slot], exercise_id=slot.need.exercise_id)
    if problem is None:
        return []
    reasons = matching.ledger(problem, str(waiver.person_id), str(slot.pk))
    crossed = {(reason.params["kind"], reason.params["value"]) for reason in reasons if reason.code == "wish"}
    wishes = Wish.objects.filter(offer__person_id=waiver.person_id, hard=True).order_by("kind", "value")
    return [wish for wish in wishes if (wish.kind, wish.value) in crossed]


def why_not_me(actor: Actor, slots: list[Slot]) -> dict[int, tuple[matching.Reason, ...]]:
    """Return, for each slot the actor may see, everything that keeps them from being asked; empty: nothing does."""
    visible = set(
        perms.visible_needs(actor).filter(pk__in={slot.need_id for slot in slots}).values_list("pk", flat=True)
    )
    shown = [slot for slot in slots if slot.need_id in visible]
    if actor.person_id is None or not shown:
        return {}
    problem = problems.build_for(actor.person_id, shown, exercise_id=actor.exercise_id)
    if problem is None:
        return {}
    said = matching.ledgers(problem, [(str(actor.person_id), str(slot.pk)) for slot in shown])
    return {
        int(slot): tuple(reason for reason in reasons if reason.code not in OF_THE_TEAM)
        for (_person, slot), reasons in said.items()
    }


def forbidden_now(person_id: int, slot: Slot) -> tuple[matching.Reason, ...]:
    """Return what keeps a person from a half-day as things stand: read from their own rows, whatever the pool.

    Nothing here does not mean that a plan saw nothing (``plans.why_not``). ``slot`` comes with its need, the place of
    it, and its skill.
    """
    problem = problems.build_for(person_id, [slot], exercise_id=slot.need.exercise_id)
    found = () if problem is None else matching.ledger(problem, str(person_id), str(slot.pk))
    return tuple(reason for reason in found if reason.code not in OF_THE_TEAM)
