"""The studio of one plan: half-days on one side, people in sentences on the other (screens.md 3)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import perms, reasons
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan, PlanLine, Priority, Slot, WishWaiver
from reflexes.mechanisms.allocation.services import adjusting, plan_figures, plans, price_asking
from reflexes.mechanisms.allocation.services import offers as offering
from reflexes.mechanisms.allocation.services.flying import Balance, balances_towards
from reflexes.mechanisms.allocation.services.problem import set_aside
from reflexes.mechanisms.allocation.services.why import forbidden_now
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.twinning import trained_for
from reflexes.pistes.resources.micro_mobility.reasons import load_names
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.pistes.resources.micro_mobility.views.cell_plans import GOING
from reflexes.web.answers import done, refused
from reflexes.web.pages import page, paginate

SHOWN = 12
FOUND = 20
READABLE = (Plan.State.READY, Plan.State.CANCELLED)


class SlotsForm(forms.Form):
    """The filters of the plan's half-days, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    short = forms.ChoiceField(label=gettext_lazy("Places to fill"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priority"].choices = [("", gettext_lazy("All")), *Priority.choices]
        self.fields["short"].choices = [
            ("", gettext_lazy("All")),
            ("1", gettext_lazy("Places left free")),
            ("0", gettext_lazy("All filled")),
        ]


@require_GET
def plan_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show a plan: its figures, its half-days, and the people of the first one; or how far it is."""
    plan = perms.access_plan(request.actor, number)
    return _studio(request, plan, None)


@require_GET
def plan_slot(request: HttpRequest, number: int, slot: int) -> HttpResponse:
    """Show the people of one half-day: those the plan asks, then those it does not, each with why."""
    plan = perms.access_plan(request.actor, number)
    return _studio(request, plan, _access_slot(plan, slot))


def _seen(plan: Plan) -> QuerySet[Slot]:
    """Return the half-days a plan looked at."""
    lines = PlanLine.objects.filter(plan=plan, slot=OuterRef("pk"))
    seen = Q(need__state__in=("open", "filled")) | Q(Exists(lines))
    return Slot.objects.filter(seen, day__range=(plan.starts_on, plan.ends_on), need__exercise_id=plan.exercise_id)


def _slots(plan: Plan) -> QuerySet[Slot]:
    """Return the half-days a plan looked at, with what is shown of each and the places it fills."""
    standing = PlanLine.objects.filter(plan=plan, slot=OuterRef("pk"), dismissed=False).order_by().values("slot")
    filled = Coalesce(Subquery(standing.annotate(count=Count("pk")).values("count")), 0)
    shown = _seen(plan).select_related("need__organisation", "need__place__commune", "skill")
    return shown.annotate(filled=filled)


def _access_slot(plan: Plan, slot_id: int) -> Slot:
    slot = _slots(plan).filter(pk=slot_id).first()
    if slot is None:
        raise Http404
    return slot


def _studio(request: HttpRequest, plan: Plan, slot: Slot | None) -> HttpResponse:
    if plan.state not in READABLE or not plan.seen_bytes:
        context = {"plan": plan, "going": plan.state in GOING}
        return page(request, "micro_mobility/cell/plan_waiting.html", context)
    return page(request, "micro_mobility/cell/studio.html", _facts(request, plan, slot))


def _facts(request: HttpRequest, plan: Plan, slot: Slot | None) -> dict[str, Any]:
    form = SlotsForm(request.GET)
    form.is_valid()
    rows = _page(request, plan, form.cleaned_data)
    chosen = slot or next(iter(rows), None)
    return {
        "plan": plan,
        "form": form,
        "rows": rows,
        "slot": chosen,
        "alone": slot is not None,
        "fills": [(Priority(one.priority).label, one) for one in plan_figures.fills(plan)],
        "people": plan_figures.people(plan),
        "to_send": plan_figures.to_send(plan),
        "changed": plan.lines.filter(Q(dismissed=True) | Q(by_hand=True)).count(),
        "waves": plan.waves.annotate(sent=Count("assignments")).order_by("pk"),
        **_said(plan),
        "query": request.GET.urlencode(),
        **(_people(request, plan, chosen) if chosen else {}),
    }


def _page(request: HttpRequest, plan: Plan, asked: dict[str, Any]) -> Page[Slot]:
    """Return a page of the half-days of a plan: one question finds and counts them all, another reads those shown."""
    rows = paginate(request, list(_filtered(plan, asked).values_list("pk", flat=True)), PER_PAGE)
    shown = _slots(plan).in_bulk(rows.object_list)
    rows.object_list = [shown[pk] for pk in rows.object_list if pk in shown]
    return rows


def _filtered(plan: Plan, asked: dict[str, Any]) -> QuerySet[Slot]:
    slots = _seen(plan)
    if asked.get("priority"):
        slots = slots.filter(need__priority=asked["priority"])
    if asked.get("short"):
        filled = Q(pk__in=_filled(plan))
        slots = slots.filter(~filled if asked["short"] == "1" else filled)
    for word in normalised(asked.get("q", "")).split():
        slots = slots.filter(
            Q(need__title__icontains=word)
            | Q(need__organisation__search__contains=word)
            | Q(skill__search__contains=word)
        )
    return slots.order_by("-need__priority", "day", "half", "need_id", "pk")


def _filled(plan: Plan) -> QuerySet[PlanLine, Any]:
    """Return the half-days whose every place is filled: all the lines are grouped once."""
    standing = plan.lines.filter(dismissed=False).order_by().values("slot")
    return standing.annotate(count=Count("*")).filter(count__gte=F("slot__headcount")).values("slot")


def _said(plan: Plan) -> dict[str, Any]:
    """Return what the plan says of itself; ``before`` when that is from before the last change made by hand."""
    found, names = plans.facts(plan), load_names()
    return {
        "skewed": [
            "{} ({})".format(*reasons.trait_words(row.trait, row.value, names)) for row in found.spread if row.skewed
        ],
        "lacking": reasons.bottleneck(found.bottlenecks[0], names) if found.bottlenecks else "",
        "before": not found.fresh,
    }


@dataclass(slots=True)
class Candidate:
    """One person for one half-day, as a sentence needs them."""

    offer: Offer
    line: PlanLine | None
    times: int
    mission: str
    km: float | None = None
    trained: bool = False
    flying: Balance | None = None


def _people(request: HttpRequest, plan: Plan, slot: Slot) -> dict[str, Any]:
    """Return the people of one half-day: chosen, unchosen whom nothing forbids, those searched by name."""
    lines = {line.person_id: line for line in plan.lines.filter(slot=slot)}
    eligible = [person for person, _chosen in plans.candidates(plan, slot.pk, limit=SHOWN + len(lines))]
    asked = request.GET.get("who", "")[:80].strip()
    found = _named(asked)
    aside = sorted(person for person, on in set_aside(plan) if on == slot.pk and person not in lines)
    ids = [*lines, *eligible, *aside, *(offer.person_id for offer in found)]
    people = _candidates(plan, slot, ids, lines)
    counts = plans.why_empty_all(plan, [slot.pk]).get(slot.pk, {})
    taken = [people[pk] for pk, line in lines.items() if not line.dismissed and pk in people]
    chosen = sorted(taken, key=lambda one: (one.km is None, one.km or 0.0, one.offer.person.search))
    others = [people[pk] for pk in eligible if pk not in lines and pk in people]
    return {
        "chosen": chosen,
        "no_mentor": bool(chosen) and lacks_mentor(plan, slot),
        "swaps": _swaps(plan, slot, chosen),
        "dismissed": [people[pk] for pk, line in lines.items() if line.dismissed and pk in people],
        "set_aside": [people[pk] for pk in aside if pk in people],
        "unchosen": others[:SHOWN],
        "eligible_count": counts.get("eligible", 0),
        "why": reasons.funnel(counts),
        "who": asked,
        "named": [people[offer.person_id] for offer in found if offer.person_id in people],
    }


def _named(asked: str) -> list[Offer]:
    words = normalised(asked).split()
    if not words:
        return []
    found = Offer.objects.filter(person__erased_at=None)
    for word in words:
        found = found.filter(person__search__contains=word)
    return list(found.order_by("person__search", "pk")[:FOUND])


def _candidates(plan: Plan, slot: Slot, ids: list[int], lines: dict[int, PlanLine]) -> dict[int, Candidate]:
    found = Offer.objects.filter(person_id__in=ids).select_related("person", "capacity__unit", "capacity__organisation")
    past = Assignment.objects.filter(
        person_id__in=ids,
        state__in=(State.DONE, State.RETURNED, State.DEBRIEFED),
        slot__need__kind=slot.need.kind,
        exercise_id=plan.exercise_id,
    )
    times = Counter(past.values_list("person_id", flat=True))
    states = dict(
        Assignment.objects.filter(slot=slot, person_id__in=ids).order_by("pk").values_list("person_id", "state")
    )
    ways = plans.distances(plan, slot.pk, ids)
    trained = trained_for(slot.skill_id, slot.day, ids)
    days = balances_towards(slot.need.organisation_id, ids)
    return {
        offer.person_id: Candidate(
            offer,
            lines.get(offer.person_id),
            times[offer.person_id],
            str(State(states[offer.person_id]).label) if offer.person_id in states else "",
            ways.get(offer.person_id),
            offer.person_id in trained,
            days.get(offer.person_id),
        )
        for offer in found
    }


@require_GET
def plan_why(request: HttpRequest, number: int, slot: int, person: int) -> HttpResponse:
    """Say why a person is not asked for a half-day: every reason in words, or the exact price."""
    plan = perms.access_plan(request.actor, number)
    shown, offer = _access_slot(plan, slot), perms.access_offer(request.actor, person)
    context = {"plan": plan, "slot": shown, "offer": offer, **_why(plan, shown, offer)}
    return page(request, "micro_mobility/cell/plan_why.html", context, fragment="micro_mobility/cell/includes/why.html")


def _why(plan: Plan, slot: Slot, offer: Offer) -> dict[str, Any]:
    line = plan.lines.filter(slot=slot, person_id=offer.person_id, dismissed=False).first()
    if line is not None:
        return {"line": line}
    price = None
    try:
        # What forbids it today is in a few rows; only whoever could go needs all that the plan saw.
        now = blocked = forbidden_now(offer.person_id, slot)
        if not now and price_asking.is_at_once(plan):
            blocked, price = plans.why_not(plan, person_id=offer.person_id, slot_id=slot.pk)
        elif not now:
            told, looking = price_asking.told(plan, person_id=offer.person_id, slot_id=slot.pk)
            if told is None:
                return {"can_price": not looking, "looking": looking, "can_add": True}
            blocked, price = told.reasons, told.price
    except Refusal as refusal:
        return {"sentences": [str(refusal)]}
    if blocked:
        waiver = WishWaiver.objects.filter(person_id=offer.person_id, slot=slot).first()
        only_wishes = all(reason.code == "wish" for reason in blocked)
        return {
            "blocked": reasons.sentences(blocked, load_names()),
            "now": bool(now),
            "can_ask": only_wishes and waiver is None,
            "can_add": only_wishes and waiver is not None and waiver.given_at is not None,
            "waiver": waiver,
        }
    return {"sentences": reasons.price(price, plan.seed) if price else [], "can_add": True}


@require_POST
def plan_line(request: HttpRequest, number: int) -> HttpResponse:
    """Take a person out of the plan, put them back, or add them by hand."""
    plan = perms.access_plan(request.actor, number)
    slot = _access_slot(plan, _number(request, "slot"))
    offer = perms.access_offer(request.actor, _number(request, "person"))
    wanted = request.POST.get("do", "")
    try:
        sentence = _change_line(request, plan, slot, offer, wanted)
    except Refusal as refusal:
        context = {"plan": plan, "slot": slot, "offer": offer, **_why(plan, slot, offer)}
        return refused(request, "micro_mobility/cell/plan_why.html", context, refusal)
    return done(request, sentence, "micro_mobility:plan_slot", number, slot.pk)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    if not given.isdecimal() or len(given) > 18:
        raise Http404
    return int(given)


def _change_line(request: HttpRequest, plan: Plan, slot: Slot, offer: Offer, wanted: str) -> str:
    about = {"name": offer.person}
    if wanted == "swap":
        return _swap(request, plan, slot, offer)
    if wanted == "add":
        adjusting.do_add_line(actor=request.actor, plan=plan, person=offer.person, slot=slot)
        return _("%(name)s is added to the plan by hand.") % about
    line = plan.lines.filter(slot=slot, person_id=offer.person_id).first()
    if wanted not in {"dismiss", "restore"} or line is None:
        raise Refusal("unknown_choice", _("This line is not in the plan any more. Open the plan again."))
    adjusting.do_dismiss_line(actor=request.actor, plan=plan, line=line, dismissed=wanted == "dismiss")
    if wanted == "dismiss":
        return _("%(name)s is taken out of the plan: nothing will be sent to them.") % about
    return _("%(name)s is back in the plan.") % about


def _swap(request: HttpRequest, plan: Plan, slot: Slot, offer: Offer) -> str:
    """Put this mentor in the place of the one shown: the last of the newcomers of the half-day."""
    line = plan.lines.filter(slot=slot, person_id=_number(request, "instead_of"), dismissed=False, kept=False).first()
    if line is None:
        raise Refusal("unknown_choice", _("This line is not in the plan any more. Open the plan again."))
    adjusting.do_swap_line(actor=request.actor, plan=plan, line=line, person=offer.person)
    return _("%(name)s, a mentor, takes the place of %(other)s in the plan.") % {
        "name": offer.person,
        "other": line.person,
    }


def lacks_mentor(plan: Plan, slot: Slot) -> bool:
    """Tell whether a team needs a mentor and has none: all those of the need who come on that half-day are one team."""
    if not slot.mentor_required:
        return False
    team = plan.lines.filter(slot__need=slot.need_id, slot__day=slot.day, slot__half=slot.half, dismissed=False)
    return not team.filter(person__offer__can_mentor=True).exists()


def _swaps(plan: Plan, slot: Slot, chosen: list[Candidate]) -> list[tuple[Offer, Candidate]]:
    """Return who could mentor a team that has no mentor, each with whom they would replace; nothing when it has one."""
    movable = [one for one in chosen if one.line is not None and not one.line.kept]
    if not movable or not lacks_mentor(plan, slot):
        return []
    here = Q(slot__day=slot.day, slot__half=slot.half)
    busy = set(plan.lines.filter(here, dismissed=False).values_list("person_id", flat=True))
    offers = Offer.objects.filter(can_mentor=True, active=True).select_related("person").order_by("pk")
    mentors = {offer.person_id: offer for offer in offers if offer.person_id not in busy}
    able = [pk for pk, _chosen in plans.candidates(plan, slot.pk, limit=len(mentors) + 10_000) if pk in mentors]
    return [(mentors[pk], movable[-1]) for pk in able[:3]]


@require_POST
def plan_ask_price(request: HttpRequest, number: int, slot: int, person: int) -> HttpResponse:
    """Ask the worker what sending this person would cost a big plan: the page says it when it is known."""
    plan = perms.access_plan(request.actor, number)
    shown, offer = _access_slot(plan, slot), perms.access_offer(request.actor, person)
    price_asking.do_ask_price(actor=request.actor, plan=plan, person=offer.person, slot=shown)
    return redirect("micro_mobility:plan_why", number, slot, person)


@require_POST
def plan_ask_waiver(request: HttpRequest, number: int, slot: int, person: int) -> HttpResponse:
    """Ask somebody whether, this once, they would go beyond their own limit: only they can say yes (P09 (2))."""
    plan = perms.access_plan(request.actor, number)
    shown, offer = _access_slot(plan, slot), perms.access_offer(request.actor, person)
    try:
        offering.do_ask_waiver(actor=request.actor, person=offer.person, slot=shown)
    except Refusal as refusal:
        context = {"plan": plan, "slot": shown, "offer": offer, **_why(plan, shown, offer)}
        return refused(request, "micro_mobility/cell/plan_why.html", context, refusal)
    sentence = _("The question is on its way. Only their own yes changes anything.")
    return done(request, sentence, reverse("micro_mobility:plan_why", args=[number, slot, person]))
