"""The long work behind the pages, at the same size: the problem read, a plan computed and kept, a wave, a sheet."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Assignment, Plan
from reflexes.mechanisms.allocation.services import exports, plans, problem, waves
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity


@dataclass(frozen=True, slots=True)
class Work:
    """One long work: its wall time, the processor time of this process, the peak of memory so far, what came out."""

    name: str
    seconds: float
    cpu: float
    megabytes: int
    told: str


def measured() -> list[Work]:
    """Do it all once, as a worker or a coordinator would; the plan stays, for the pages that show it."""
    seat = Capacity.objects.select_related("person").get(role="coordinator")
    actor = actor_of(seat.person, seat)
    today = clock.today()
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
    plan = plans.do_request_plan(actor=actor, starts_on=monday, ends_on=monday + timedelta(days=6), seed=1)

    def read() -> str:
        found = problem.build(plan)
        return f"{len(found.people):,} people, {len(found.demands):,} half-days"

    def compute() -> str:
        plans.compute(plan.pk)
        plan.refresh_from_db()
        if plan.state != Plan.State.READY:
            raise SystemExit(f"the plan is {plan.state}: {plan.failure}")
        return f"{plan.lines.count():,} lines, {'proven' if plan.optimal else f'gap {plan.gap}'}"

    def price() -> str:
        lines = plan.lines.filter(dismissed=False)
        for view in plan.views.order_by("slot"):
            chosen = set(lines.filter(slot=view.slot_id).values_list("person_id", flat=True))
            possible = next((pk for pk, _km in view.nearest if pk not in chosen), None)
            if possible is not None:
                _reasons, found = plans.why_not(plan, person_id=possible, slot_id=view.slot_id)
                return f"{found.km_more:+.1f} km, a tie: {found.tie}" if found else "forbidden"
        raise SystemExit("nobody is left out of this plan: it has no price to ask")

    def send() -> str:
        wave = waves.do_send_wave(actor=actor, plan=plan)
        return f"{Assignment.objects.filter(wave=wave).count()} proposals"

    def export() -> str:
        return f"{len(exports.do_export(actor=actor, what='people', kind='csv')):,} bytes"

    return [
        _timed("read the problem from the database", read),
        _timed("compute a plan and write what it says", compute),
        _timed("the price of one person more, the first", price),
        _timed("the same, once the network is read", price),
        _timed("check and send a wave", send),
        _timed("everybody as a CSV sheet", export),
    ]


def _timed(name: str, work: Callable[[], str]) -> Work:
    wall, cpu = time.perf_counter(), time.process_time()
    told = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Work(name, time.perf_counter() - wall, time.process_time() - cpu, peak, told)
