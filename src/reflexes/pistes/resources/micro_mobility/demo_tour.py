"""The main job told in a terminal: the needs → the plan → three explanations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation import reasons
from reflexes.mechanisms.allocation.models import Need, Plan, PlanLine, Slot
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.pistes.resources.micro_mobility.reasons import load_names
from reflexes.web import words

if TYPE_CHECKING:
    from reflexes.engines import matching

SEED = 20261123


def tour() -> Iterator[str]:
    """Yield the lines of the tour; the plan is asked for and computed for real, by the same worker as on the site."""
    coordinator = Capacity.objects.filter(role=roles.COORDINATOR).select_related("person").order_by("pk").first()
    if coordinator is None:
        yield _("There is no coordinator in this database. Run the demo with --fresh to begin again.")
        return
    yield from _needs()
    plan = _plan(actor_of(coordinator.person, coordinator))
    yield from _figures(plan)
    yield from _explanations(plan)


def _needs() -> Iterator[str]:
    needs = Need.objects.filter(state="open")
    places = sum(Slot.objects.filter(need__in=needs).values_list("headcount", flat=True))
    yield ""
    yield _("1. The needs")
    yield "   " + ngettext(
        "%(needs)d open need, %(places)d half-day places to fill.",
        "%(needs)d open needs, %(places)d half-day places to fill.",
        len(needs),
    ) % {"needs": len(needs), "places": places}
    for slot in Slot.objects.filter(need__in=needs, need__priority=3).select_related("need__place", "skill")[:3]:
        when = words.half_day_words(slot.day, slot.half)
        yield f"   · {slot.need.title}, {slot.need.place} : {when}, {slot.skill} × {slot.headcount}"


def _plan(actor: Actor) -> Plan:
    ready = Plan.objects.filter(state=Plan.State.READY, starts_on__gte=clock.today(), exercise=None).first()
    if ready is not None:
        return ready
    first = (
        Slot.objects.filter(need__state="open", day__gte=clock.today()).order_by("day").values_list("day", flat=True)
    )
    starts_on = first[0] if first else clock.today()
    plan = plans.do_request_plan(actor=actor, starts_on=starts_on, ends_on=starts_on + timedelta(days=13), seed=SEED)
    run_all()
    plan.refresh_from_db()
    return plan


def _figures(plan: Plan) -> Iterator[str]:
    labels = {3: _("vital"), 2: _("important"), 1: _("useful")}
    yield ""
    yield _("2. The plan (nothing is sent: a person of the cell reads it first)")
    for fill in plan.fills.all():
        yield f"   {labels.get(fill.priority, fill.priority):<10} {fill.filled:>3} / {fill.asked}"
    proven = _("proven: no plan fills more") if plan.optimal else _("the best found in the time given")
    yield "   " + _("%(km)s in all, %(proven)s, seed %(seed)s") % {
        "km": words.km_words(plan.km),
        "proven": proven,
        "seed": plan.seed,
    }


def _explanations(plan: Plan) -> Iterator[str]:
    names = load_names()
    yield ""
    yield _("3. Three explanations")
    line = (
        plan.lines.filter(kept=False, times_before=1, km__isnull=False)
        .select_related("person", "slot__need__place", "slot__skill")
        .order_by("km", "pk")
        .first()
    )
    if line is not None:
        yield "   · " + _chosen(line)
    refused = _refused(plan)
    if refused is not None:
        who, slot, found = refused
        yield (
            "   · "
            + _("Why not %(who)s, %(when)s, “%(need)s”?")
            % {
                "who": who,
                "when": words.half_day_words(slot.day, slot.half),
                "need": slot.need.title,
            }
            + " "
            + " ".join(reasons.sentences(found, names))
        )
    empty = _empty(plan)
    if empty is not None:
        yield (
            "   · "
            + _("Why is nobody there %(when)s, “%(need)s” (%(skill)s)?")
            % {
                "when": words.half_day_words(empty.day, empty.half),
                "need": empty.need.title,
                "skill": empty.skill,
            }
            + " "
            + " ".join(reasons.funnel(plans.why_empty(plan, empty.pk)))
        )


def _chosen(line: PlanLine) -> str:
    return _("Why %(who)s, %(when)s, “%(need)s”? The skill is there, %(km)s away, and they have done it before.") % {
        "who": line.person,
        "when": words.half_day_words(line.slot.day, line.slot.half),
        "need": line.slot.need.title,
        "km": words.km_words(line.km or 0),
    }


def _refused(plan: Plan) -> tuple[Person, Slot, tuple[matching.Reason, ...]] | None:
    """Return somebody with the skill whom only a limit of their own keeps away, with the reasons."""
    people = [line.person for line in plan.lines.select_related("person").order_by("person__search")[:40]]
    slots = (
        Slot.objects.filter(plan_lines__plan=plan, need__priority=3).select_related("need").distinct().order_by("pk")
    )
    problem = plans.read(plan).problem
    for slot in slots:
        for person in people:
            found = plans.blocking(problem, person_id=person.pk, slot_id=slot.pk)
            if found and {reason.code for reason in found} <= {"wish", "distance"}:
                return person, slot, found
    return None


def _empty(plan: Plan) -> Slot | None:
    filled = set(plan.lines.values_list("slot_id", flat=True))
    slots = Slot.objects.filter(need__state="open", day__range=(plan.starts_on, plan.ends_on))
    return slots.exclude(pk__in=filled).select_related("need", "skill").order_by("-need__priority", "day").first()
