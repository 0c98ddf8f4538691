"""Which pages are asked for, in which role, beside which list of the peer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Assignment, Need, Offer, Plan, PlanView, Slot, Wave
from reflexes.mechanisms.directory.models import Skill, Unit


@dataclass(frozen=True, slots=True)
class Page:
    """One address: its view, what stands in it, and the peer's list of the same rows ("" when it has none)."""

    role: str
    name: str
    view: str
    args: tuple[str, ...] = ()
    query: str = ""
    peer: str = ""


MM = "micro_mobility:"
PEERS = (
    Page("peer", "admin: needs", "admin:allocation_need_changelist"),
    Page("peer", "admin: needs, search", "admin:allocation_need_changelist", query="?q=association+7"),
    Page("peer", "admin: offers", "admin:allocation_offer_changelist"),
    Page("peer", "admin: offers, search", "admin:allocation_offer_changelist", query="?q=belha"),
    Page("peer", "admin: offers, far page", "admin:allocation_offer_changelist", query="?p={far}"),
    Page("peer", "admin: missions", "admin:allocation_assignment_changelist"),
    Page("peer", "admin: half-days", "admin:allocation_slot_changelist"),
    Page("peer", "admin: lines of plans", "admin:allocation_planline_changelist"),
    Page("peer", "admin: messages", "admin:notifications_message_changelist"),
    Page("peer", "admin: one need", "admin:allocation_need_change", ("need",)),
    Page("peer", "admin: one offer", "admin:allocation_offer_change", ("offer",)),
    Page("peer", "admin: one mission", "admin:allocation_assignment_change", ("host_mission",)),
)
OURS = (
    Page("coordinator", "what waits", f"{MM}silences", peer="admin: missions"),
    Page("coordinator", "what waits: offers", f"{MM}silence_list", ("offers_unanswered",), peer="admin: offers"),
    Page("coordinator", "what waits: agents", f"{MM}silence_list", ("agents_silent",), peer="admin: missions"),
    Page("coordinator", "what waits: managers", f"{MM}silence_list", ("managers_silent",), peer="admin: missions"),
    Page("coordinator", "what waits: vital half-days", f"{MM}silence_list", ("needs_short",), peer="admin: half-days"),
    Page("coordinator", "what waits: returns", f"{MM}silence_list", ("not_returned",), peer="admin: missions"),
    Page("coordinator", "needs", f"{MM}need_board", peer="admin: needs"),
    Page("coordinator", "needs, far page", f"{MM}need_board", query="?page={far_need}", peer="admin: needs"),
    Page("coordinator", "needs, words", f"{MM}need_board", query="?q=association+7", peer="admin: needs, search"),
    Page("coordinator", "needs, dates", f"{MM}need_board", query="?since={day}&until={day}", peer="admin: needs"),
    Page("coordinator", "one need", f"{MM}need_detail", ("need",), peer="admin: one need"),
    Page("coordinator", "plans", f"{MM}plan_list", peer="admin: lines of plans"),
    Page("coordinator", "ask for a plan", f"{MM}plan_new", peer="admin: needs"),
    Page("coordinator", "studio", f"{MM}plan_detail", ("plan",), peer="admin: lines of plans"),
    Page("coordinator", "studio, one half-day", f"{MM}plan_slot", ("plan", "slot"), peer="admin: lines of plans"),
    Page("coordinator", "studio, free places", f"{MM}plan_detail", ("plan",), "?short=1", peer="admin: lines of plans"),
    Page(
        "coordinator",
        "studio, a name",
        f"{MM}plan_slot",
        ("plan", "slot"),
        "?who=belha",
        peer="admin: lines of plans",
    ),
    Page("coordinator", "spread of a plan", f"{MM}plan_spread", ("plan",), peer="admin: lines of plans"),
    Page("coordinator", "what lacks most", f"{MM}plan_bottlenecks", ("plan",), peer="admin: lines of plans"),
    Page("coordinator", "a wave before it leaves", f"{MM}wave_preview", ("plan",), peer="admin: lines of plans"),
    Page("coordinator", "a wave and its answers", f"{MM}wave_detail", ("wave",), peer="admin: missions"),
    Page("coordinator", "people", f"{MM}pool", peer="admin: offers"),
    Page("coordinator", "people, far page", f"{MM}pool", query="?page={far}", peer="admin: offers, far page"),
    Page("coordinator", "people, a name", f"{MM}pool", query="?q=belha", peer="admin: offers, search"),
    Page("coordinator", "people, never asked", f"{MM}pool", query="?use=never_asked", peer="admin: offers"),
    Page("coordinator", "people, asked in vain", f"{MM}pool", query="?use=asked", peer="admin: offers"),
    Page("coordinator", "people, on a mission", f"{MM}pool", query="?use=going", peer="admin: offers"),
    Page("coordinator", "people, skill and day", f"{MM}pool", query="?skill={skill}&day={day}", peer="admin: offers"),
    Page("coordinator", "people, one service", f"{MM}pool", query="?unit={unit}", peer="admin: offers"),
    Page("coordinator", "one person", f"{MM}person_sheet", ("person",), peer="admin: one offer"),
    Page("coordinator", "whom to call", f"{MM}call_list", ("short",), peer="admin: offers"),
    Page("coordinator", "the cell", f"{MM}tools"),
    Page("coordinator", "sheets", f"{MM}sheets"),
    Page("coordinator", "outbox", "outbox:list", peer="admin: messages"),
    Page("coordinator", "outbox, gone, a name", "outbox:list", query="?liste=partis&q=belha", peer="admin: messages"),
    Page("host", "my needs", f"{MM}host_home", peer="admin: needs"),
    Page("host", "arrivals", f"{MM}arrivals", peer="admin: missions"),
    Page("host", "one need", f"{MM}need_detail", ("host_need",), peer="admin: one need"),
    Page("host", "one mission", f"{MM}mission_detail", ("host_mission",), peer="admin: one mission"),
    Page("host", "state a need", f"{MM}need_new"),
    Page("agent", "my space", f"{MM}my_space", peer="admin: one offer"),
    Page("agent", "my missions", f"{MM}my_missions", peer="admin: missions"),
    Page("agent", "one mission", f"{MM}my_mission", ("own_mission",), peer="admin: one mission"),
    Page("agent", "why not me", f"{MM}why_not_me", peer="admin: one offer"),
    Page("agent", "what is known about me", "account_me"),
    Page("manager", "my service", f"{MM}service", peer="admin: missions"),
    Page("coordinator", "why not, forbidden", f"{MM}plan_why", ("plan", "slot", "forbidden"), peer="admin: one offer"),
    Page("coordinator", "why not, possible", f"{MM}plan_why", ("plan", "slot", "possible"), peer="admin: one offer"),
)
PAGES = (*PEERS, *OURS)


def known() -> dict[str, object]:
    """Return what stands in the addresses: things that are there and that their role may open."""
    plan = Plan.objects.filter(state="ready").order_by("-number").first()
    host = Need.objects.filter(organisation__capacities__role="host", state="open").order_by("pk").first()
    mission = (
        Assignment.objects.filter(slot__need__organisation__capacities__role="host", state="confirmed")
        .order_by("pk").first()
    )  # fmt: skip
    own = Assignment.objects.filter(person__user__email="agent@exemple.test").order_by("-day", "pk").first()
    found: dict[str, object] = {
        "offers_unanswered": "offers_unanswered",
        "agents_silent": "agents_silent",
        "managers_silent": "managers_silent",
        "needs_short": "needs_short",
        "not_returned": "not_returned",
        "far": max(1, Offer.objects.filter(active=True).count() // 100),
        "far_need": max(1, Need.objects.exclude(state="closed").count() // 70),
        "day": clock.today().isoformat(),
        "skill": Skill.objects.order_by("slug").values_list("slug", flat=True)[0],
        "unit": Unit.objects.order_by("pk").values_list("pk", flat=True)[0],
        "host_need": host.pk if host else 0,
        "host_mission": mission.pk if mission else 0,
        "own_mission": own.pk if own else 0,
        "wave": Wave.objects.annotate(size=Count("assignments"))
        .order_by("-size", "pk")
        .values_list("pk", flat=True)[0],
        "offer": Offer.objects.order_by("pk").values_list("pk", flat=True)[0],
        "person": own.person_id if own else 0,
    }
    # A vital half-day of the next day that has places left: the one people are called for.
    short = Slot.objects.filter(need__state="open", day__gt=clock.today(), held__lt=F("headcount"), stopped_at=None)
    found["short"] = short.order_by("day", "-need__priority", "pk").values_list("pk", flat=True)[0]
    # The need with most asked for it, among those with empty places.
    busy = Need.objects.filter(state="open").annotate(size=Count("slots__assignments")).order_by("-size", "pk").first()
    found["need"] = busy.pk if busy else 0
    if plan is not None:
        slot = Slot.objects.filter(plan_lines__plan=plan).order_by("-need__priority", "day", "half", "pk").first()
        found |= {"plan": plan.number, "slot": slot.pk if slot else 0, "day": plan.starts_on.isoformat()}
        other = Offer.objects.exclude(person__skills__skill=slot.skill if slot else None).order_by("pk").first()
        found["forbidden"] = other.person_id if other else 0
        view = PlanView.objects.filter(plan=plan, slot=slot).first()
        lines = set(plan.lines.filter(slot=slot).values_list("person_id", flat=True))
        found["possible"] = next((pk for pk, _km in view.nearest if pk not in lines), 0) if view else 0
    return found
