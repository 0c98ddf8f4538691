"""Ask for plans, follow them, set them side by side; who is chosen among whom, and what lacks most."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Max, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms, reasons
from reflexes.mechanisms.allocation.models import Assignment, Need, Plan, Priority, Slot
from reflexes.mechanisms.allocation.services import comparing, plans
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.reasons import CRITERIA, load_names, usual_criteria
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Comparison, Side
from reflexes.web.words import km_words

GOING = (Plan.State.QUEUED, Plan.State.RUNNING)
# How many lines of "what lacks most" are read at once; the others are a tap away.
LACKING_FIRST = 8
# How many needs are named under each text of criteria; the board lists the others.
PUBLISHED_FIRST = 12
FORTNIGHT = timedelta(days=13)
DATE = {"attrs": {"type": "date"}, "format": "%Y-%m-%d"}


class ListForm(forms.Form):
    """The filter of the list of plans."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", gettext_lazy("All")), *Plan.State.choices]


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """Show the plans asked for, latest first, with what each fills."""
    access_cell(request.actor)
    form = ListForm(request.GET)
    found = Plan.objects.filter(exercise_id=request.actor.exercise_id).select_related("made_by", "based_on")
    if form.is_valid() and form.cleaned_data["state"]:
        found = found.filter(state=form.cleaned_data["state"])
    sent = Assignment.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
    asked = sent.annotate(count=Count("pk")).values("count")
    found = found.defer("snapshot", "based_on__snapshot").prefetch_related("fills")
    found = found.annotate(sent=Coalesce(Subquery(asked), 0)).order_by("-number")
    rows = paginate(request, found, PER_PAGE)
    return page(request, "micro_mobility/cell/plan_list.html", {"form": form, "rows": rows})


class PlanForm(forms.Form):
    """What a plan is asked with. The prices are settings: the defaults suit."""

    starts_on = forms.DateField(label=pgettext_lazy("day", "From"), widget=forms.DateInput(**DATE))
    ends_on = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(**DATE))
    price_km = forms.IntegerField(
        label=gettext_lazy("Price of a kilometre"), min_value=0, max_value=1000, required=False, initial=10
    )
    price_soft_wish = forms.IntegerField(
        label=gettext_lazy("Price of a preference not followed"),
        help_text=gettext_lazy("With 10 and 50, a preference is worth a detour of five kilometres."),
        min_value=0,
        max_value=10_000,
        required=False,
        initial=50,
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Number of the draw"),
        help_text=gettext_lazy("Exact ties are drawn with it. It is published: anyone can draw again."),
        min_value=0,
        max_value=2**62,
        required=False,
    )

    SPAN = ("starts_on", "ends_on")
    SETTINGS = ("price_km", "price_soft_wish", "seed")

    @property
    def span_fields(self) -> list[Any]:
        """The fields asked of everybody."""
        return [self[name] for name in self.SPAN]

    @property
    def settings_fields(self) -> list[Any]:
        """The fields under "settings"."""
        return [self[name] for name in self.SETTINGS]


@require_http_methods(["GET", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    """Ask for a plan: the criteria are on the page before anyone is chosen (P09 (4))."""
    access_cell(request.actor)
    template = "micro_mobility/cell/plan_new.html"
    if request.method == "GET":
        return page(request, template, _new(request.actor, PlanForm(initial=_span(request.actor))))
    form = PlanForm(request.POST)
    if not form.is_valid():
        return invalid(request, template, _new(request.actor, form))
    asked = {**form.cleaned_data}
    for name, default in (("price_km", 10), ("price_soft_wish", 50), ("seed", _seed())):
        asked[name] = default if asked[name] is None else asked[name]
    try:
        plan = plans.do_request_plan(actor=request.actor, **asked)
    except Refusal as refusal:
        return refused(request, template, _new(request.actor, form), refusal)
    return redirect("micro_mobility:plan_detail", plan.number)


def _seed() -> int:
    """Return the number of the draw proposed: the moment it is asked, which nobody chooses afterwards."""
    return int(clock.now().strftime("%Y%m%d%H%M%S"))


def _open_slots(actor: Actor) -> Any:
    return Slot.objects.filter(need__in=perms.visible_needs(actor), need__state="open", day__gte=clock.today())


def _span(actor: Actor) -> dict[str, Any]:
    """Return the first and last day proposed: from the first open half-day to come, a fortnight at most."""
    found = _open_slots(actor).aggregate(first=Min("day"), last=Max("day"))
    first: date = found["first"] or clock.today()
    last: date = min(found["last"] or first + FORTNIGHT, first + FORTNIGHT)
    return {"starts_on": first, "ends_on": last, "price_km": 10, "price_soft_wish": 50, "seed": _seed()}


def _new(actor: Actor, form: PlanForm) -> dict[str, Any]:
    needs = Need.objects.filter(pk__in=_open_slots(actor).values("need_id")).exclude(criteria="")
    published: dict[str, list[dict[str, Any]]] = {}
    for need in needs.order_by("-priority", "pk").values("pk", "title", "criteria"):
        published.setdefault("\n".join(need["criteria"].strip().splitlines()), []).append(need)
    shown = [(criteria, found[:PUBLISHED_FIRST], len(found) - PUBLISHED_FIRST) for criteria, found in published.items()]
    usual = list(published) == [usual_criteria()]
    return {"form": form, "rules": CRITERIA, "published": shown, "usual": usual, "menu_here": "plan_list"}


@require_GET
def plan_progress(request: HttpRequest, number: int) -> HttpResponse:
    """Answer how far a plan is: the fragment that the studio asks for every two seconds."""
    plan = perms.access_plan(request.actor, number)
    context = {"plan": plan, "going": plan.state in GOING, "beside": _asked_beside(request)}
    return page(request, "micro_mobility/cell/includes/progress.html", context)


def _beside(first: int, second: int) -> dict[str, Any]:
    """Return what the progress of a plan keeps of the comparison it is read in: it comes back to it when ready."""
    return {"first": first, "second": second, "query": f"?first={first}&second={second}"}


def _asked_beside(request: HttpRequest) -> dict[str, Any] | None:
    asked = [request.GET.get(name, "") for name in ("first", "second")]
    return _beside(int(asked[0]), int(asked[1])) if all(one.isdecimal() and len(one) < 10 for one in asked) else None


@require_POST
def plan_cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Stop the computation; the best answer so far is kept."""
    plan = perms.access_plan(request.actor, number)
    try:
        plans.do_cancel_plan(actor=request.actor, plan=plan)
    except Refusal as refusal:
        context = {"plan": plan, "going": plan.state in GOING}
        return refused(request, "micro_mobility/cell/plan_waiting.html", context, refusal)
    return done(request, _("The computation is being stopped."), "micro_mobility:plan_detail", number)


@require_POST
def plan_replan(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for two new plans after refusals and drop-outs: everything else frozen, and with the moves that help.

    The frozen one comes first; the page that follows shows what the extra moves of the other would bring.
    """
    plan = perms.access_plan(request.actor, number)
    asked = {
        "starts_on": max(plan.starts_on, clock.today()),
        "ends_on": plan.ends_on,
        "seed": plan.seed,
        "price_km": plan.price_km,
        "price_soft_wish": plan.price_soft_wish,
        "based_on": plan,
    }
    try:
        frozen = plans.do_request_plan(actor=request.actor, frozen=True, **asked)
        moving = plans.do_request_plan(actor=request.actor, frozen=False, **asked)
    except Refusal as refusal:
        context = {"plan": plan, "going": plan.state in GOING}
        return refused(request, "micro_mobility/cell/plan_waiting.html", context, refusal)
    return redirect("micro_mobility:plan_compare", frozen.number, moving.number)


@require_GET
def plan_compare(request: HttpRequest, number: int, other: int) -> HttpResponse:
    """Set two plans side by side: who moves, what it gains, who pays."""
    first, second = perms.access_plan(request.actor, number), perms.access_plan(request.actor, other)
    going = [plan for plan in (first, second) if plan.state in GOING]
    context: dict[str, Any] = {"first": first, "second": second, "going": going, "beside": _beside(number, other)}
    if not going:
        one, two = comparing.figures(first), comparing.figures(second)
        context |= {"comparison": _comparison(first, second, one, two), "gain": _gain(one, two)}
        moved = comparing.moves(first, second)
        rows = paginate(request, moved, PER_PAGE)
        context |= {"rows": rows, "moved": _told_moves(rows), "moves": len(moved)}
    return page(request, "micro_mobility/cell/plan_compare.html", context)


def _name(plan: Plan) -> str:
    if plan.based_on_id and plan.frozen:
        return _("Plan %(number)s: everything else frozen") % {"number": plan.number}
    if plan.based_on_id:
        return _("Plan %(number)s: with moves") % {"number": plan.number}
    return _("Plan %(number)s") % {"number": plan.number}


def _comparison(first: Plan, second: Plan, one: comparing.Figures, two: comparing.Figures) -> Comparison:
    lines = []
    for priority in sorted({*one.filled, *two.filled}, reverse=True):
        left, right = one.filled.get(priority, (0, 0)), two.filled.get(priority, (0, 0))
        label = _("Places filled, %(priority)s needs") % {"priority": Priority(priority).label}
        lines.append(Side(label, _of(*left), _of(*right), _more(left[0], right[0])))
    for label, left, right, better in (
        (_("Kilometres in all"), one.km, two.km, _more(two.km, one.km)),
        (_("Half-days at weekends"), one.weekends, two.weekends, _more(two.weekends, one.weekends)),
        (
            _("Preferences not followed"),
            one.preferences_missed,
            two.preferences_missed,
            _more(two.preferences_missed, one.preferences_missed),
        ),
        (_("People asked"), one.people, two.people, ""),
        (_("Home services that lend somebody"), one.services, two.services, ""),
    ):
        lines.append(Side(label, _shown(left), _shown(right), better))
    return Comparison(_("Both plans, side by side"), _name(first), _name(second), lines)


def _shown(value: float) -> str:
    return km_words(value) if isinstance(value, float) else formats.number_format(value)


def _of(filled: int, asked: int) -> str:
    return _("%(filled)s of %(asked)s") % {"filled": filled, "asked": asked}


def _more(left: float, right: float) -> str:
    rounded = round(left, 1), round(right, 1)
    return "" if rounded[0] == rounded[1] else ("left" if rounded[0] > rounded[1] else "right")


def _gain(one: comparing.Figures, two: comparing.Figures) -> list[str]:
    """Return in sentences what the second plan brings and costs beside the first."""
    told = []
    for priority in sorted(two.filled, reverse=True):
        more = two.filled[priority][0] - one.filled.get(priority, (0, 0))[0]
        label = Priority(priority).label
        if more > 0:
            sentence = ngettext(
                "%(count)s more place filled in %(priority)s needs.",
                "%(count)s more places filled in %(priority)s needs.",
                more,
            )
            told.append(sentence % {"count": more, "priority": label})
        elif more < 0:
            sentence = ngettext(
                "%(count)s place fewer in %(priority)s needs.", "%(count)s places fewer in %(priority)s needs.", -more
            )
            told.append(sentence % {"count": -more, "priority": label})
    way = two.km - one.km
    if round(way, 1) > 0:
        told.append(_("%(km)s more to travel in all.") % {"km": km_words(way)})
    elif round(way, 1) < 0:
        told.append(_("%(km)s less to travel in all.") % {"km": km_words(-way)})
    return told or [_("Both fill the same places and travel the same way.")]


def _told_moves(moved: Any) -> list[dict[str, Any]]:
    """Return who moves, with the half-days in words."""
    rows = list(moved)
    people = Person.objects.in_bulk([one.person_id for one in rows])
    ids = {slot for one in rows for slot in (*one.before, *one.after)}
    slots = Slot.objects.select_related("need").in_bulk(ids)
    return [
        {
            "person": people[one.person_id],
            "before": [slots[slot] for slot in one.before],
            "after": [slots[slot] for slot in one.after],
        }
        for one in rows
    ]


@require_GET
def plan_bottlenecks(request: HttpRequest, number: int) -> HttpResponse:
    """Show what lacks most: which skill, half-day or place, trained or freed by one more person, fills most places."""
    plan = perms.access_plan(request.actor, number)
    context: dict[str, Any] = {"plan": plan}
    try:
        names = load_names()
        found = plans.bottlenecks(plan)
        lines = [reasons.bottleneck(one, names) for one in found]
        context |= {"lines": lines[:LACKING_FIRST], "others": lines[LACKING_FIRST:]}
        context["skills"] = [
            {"label": names.skills.get(value, value), "href": f"{reverse('micro_mobility:pool')}?skill={value}"}
            for value in dict.fromkeys(one.value for one in found if one.kind == "skill")
        ]
    except Refusal as refusal:
        return refused(request, "micro_mobility/cell/plan_waiting.html", {**context, "going": True}, refusal)
    return page(request, "micro_mobility/cell/plan_bottlenecks.html", context)
