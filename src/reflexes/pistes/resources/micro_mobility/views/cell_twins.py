"""Twinned services (P09 (14)): the pairs, their trained pool, their drills. For the cell and the services' managers."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.directory import roles, twinning
from reflexes.mechanisms.directory.models import Skill, Twinning, Unit
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.pistes.resources.micro_mobility.views.taking_out import taken_out
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

LIST = "micro_mobility/twins/list.html"
FORM = "micro_mobility/twins/form.html"
DETAIL = "micro_mobility/twins/detail.html"
DRILL = "micro_mobility/twins/drill.html"
YEAR = timedelta(days=365)


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a date as a browser picks it."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write a date, like 24/11/2026.")},
        **kwargs,
    )


class PairsForm(forms.Form):
    """The filters, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Service"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [
            ("", gettext_lazy("Going on")),
            ("due", gettext_lazy("Drill or review due")),
            ("ended", gettext_lazy("Ended")),
        ]


class TwinForm(forms.Form):
    """What ties two services."""

    home = forms.ModelChoiceField(
        label=gettext_lazy("Service whose agents are trained"),
        queryset=Unit.objects.none(),
        empty_label=gettext_lazy("Choose in the list"),
    )
    host = forms.ModelChoiceField(
        label=gettext_lazy("Service where they lend a hand"),
        queryset=Unit.objects.none(),
        empty_label=gettext_lazy("Choose in the list"),
    )
    skill = forms.ModelChoiceField(
        label=gettext_lazy("What is learnt there"),
        help_text=gettext_lazy("Those trained count as knowing it while their training is valid."),
        queryset=Skill.objects.none(),
        empty_label=gettext_lazy("Nothing special"),
        required=False,
    )
    purpose = forms.CharField(
        label=gettext_lazy("What for, in one sentence"),
        help_text=gettext_lazy("For example: road agents lend a hand to waste collection in hot or polluted weather."),
        max_length=300,
    )
    agreement = forms.CharField(
        label=gettext_lazy("Text of the agreement"),
        help_text=gettext_lazy("What each side commits to: equipment, hours, who decides, who is told."),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
        max_length=8000,
    )
    starts_on = date_field(pgettext_lazy("day", "From"))
    review_on = date_field(gettext_lazy("Looked at again on"))
    drill_every_months = forms.IntegerField(
        label=gettext_lazy("Months from one drill to the next"), min_value=1, max_value=twinning.MOST_MONTHS
    )
    next_drill_on = date_field(gettext_lazy("Next drill on"))

    def __init__(self, *args: Any, pair: Twinning | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.select_related("organisation").order_by("search", "pk")
        self.fields["home"].queryset = self.fields["host"].queryset = units  # type: ignore[attr-defined]
        self.fields["skill"].queryset = Skill.objects.filter(regulated=False).order_by("search")  # type: ignore[attr-defined]
        if pair is not None:
            del self.fields["home"], self.fields["host"]


class DrillForm(forms.Form):
    """One drill: when, who came, what to keep in mind."""

    held_on = date_field(gettext_lazy("Held on"))
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who came"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("What to keep in mind"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, pair: Twinning, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = twinning.agents_of(pair.home_id)  # type: ignore[attr-defined]


def access_twins(actor: Actor) -> None:
    """Let the cell and managers in; for anyone else twinned services do not exist."""
    if actor.role not in {roles.COORDINATOR, roles.MANAGER}:
        raise Http404


def _filtered(request: HttpRequest, form: PairsForm) -> QuerySet[Twinning]:
    form.is_valid()
    found = twinning.with_pool(twinning.visible_twinnings(request.actor))
    state, today = form.cleaned_data.get("state", ""), clock.today()
    found = found.exclude(ended_on=None) if state == "ended" else found.filter(ended_on=None)
    if state == "due":
        found = found.filter(Q(next_drill_on__lte=today) | Q(review_on__lte=today))
    for word in normalised(form.cleaned_data.get("q", "")).split():
        found = found.filter(Q(home__search__contains=word) | Q(host__search__contains=word))
    return found.order_by("next_drill_on", "home__search", "pk")


@require_GET
def twins(request: HttpRequest) -> HttpResponse:
    """List the pairs, the drill that is due first."""
    access_twins(request.actor)
    form = PairsForm(request.GET)
    context = {
        "form": form,
        "rows": paginate(request, _filtered(request, form), PER_PAGE),
        "today": clock.today(),
        "is_cell": twinning.can_change_twinning(request.actor),
        "query": request.GET.urlencode(),
    }
    return page(request, LIST, context)


@require_POST
def twins_export(request: HttpRequest) -> HttpResponse:
    """Take the same pairs out as a sheet: how many are trained, never who."""
    access_twins(request.actor)
    if not twinning.can_change_twinning(request.actor):
        raise PermissionDenied
    titles = (
        _("Service whose agents are trained"), _("Service where they lend a hand"), _("What is learnt there"),
        _("What for"), _("Trained today"), _("Last drill"), _("Next drill on"), _("Looked at again on"), _("Ended on"),
    )  # fmt: skip
    rows = [
        [
            str(one.home),
            str(one.host),
            str(one.skill or ""),
            one.purpose,
            one.pool,
            one.last_drill_on,
            one.next_drill_on,
            one.review_on,
            one.ended_on,
        ]
        for one in _filtered(request, PairsForm(request.GET))
    ]
    return taken_out(request, "services-jumeles", titles, rows)


@require_http_methods(["GET", "POST"])
def twin_new(request: HttpRequest) -> HttpResponse:
    """Twin two services."""
    access_twins(request.actor)
    if not twinning.can_change_twinning(request.actor):
        raise PermissionDenied
    context: dict[str, Any] = {"menu_here": "micro_mobility:tools"}
    if request.method == "GET":
        today = clock.today()
        initial = {
            "starts_on": today,
            "review_on": today + YEAR,
            "drill_every_months": 12,
            "next_drill_on": today + timedelta(days=60),
        }
        return page(request, FORM, {**context, "form": TwinForm(initial=initial)})
    form = TwinForm(request.POST)
    context["form"] = form
    if not form.is_valid():
        return invalid(request, FORM, context)
    fields = dict(form.cleaned_data)
    try:
        pair = twinning.do_twin(
            actor=request.actor, home_id=fields.pop("home").pk, host_id=fields.pop("host").pk, **fields
        )
    except Refusal as refusal:
        return refused(request, FORM, context, refusal)
    return done(request, _("The two services are twinned."), "micro_mobility:twin_detail", pair.pk)


def _detail(request: HttpRequest, pair: Twinning) -> dict[str, Any]:
    today = clock.today()
    return {
        "pair": pair,
        "trained": pair.trained.filter(person__erased_at=None)
        .select_related("person")
        .order_by("-until", "person__search", "pk"),
        "drills": pair.drills.all(),
        "today": today,
        "due": pair.ended_on is None and pair.next_drill_on <= today,
        "review_due": pair.ended_on is None and pair.review_on is not None and pair.review_on <= today,
        "is_cell": twinning.can_change_twinning(request.actor),
        "menu_here": "micro_mobility:tools" if twinning.can_change_twinning(request.actor) else "micro_mobility:twins",
    }


@require_GET
def twin_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one pair: what for, who is trained until when, its drills, its text."""
    return page(request, DETAIL, _detail(request, twinning.access_twinning(request.actor, pk)))


@require_http_methods(["GET", "POST"])
def twin_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a pair is for, its text, its review or the rhythm of its drills."""
    pair = twinning.access_twinning(request.actor, pk)
    if not twinning.can_change_twinning(request.actor):
        raise PermissionDenied
    context: dict[str, Any] = {"pair": pair, "menu_here": "micro_mobility:tools"}
    if request.method == "GET":
        initial = {name: getattr(pair, name) for name in twinning.FIELDS}
        return page(request, FORM, {**context, "form": TwinForm(initial=initial, pair=pair)})
    form = TwinForm(request.POST, pair=pair)
    context["form"] = form
    if not form.is_valid():
        return invalid(request, FORM, context)
    try:
        twinning.do_change_twinning(actor=request.actor, twinning=pair, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, FORM, context, refusal)
    return done(request, _("The pair is changed."), "micro_mobility:twin_detail", pk)


@require_http_methods(["GET", "POST"])
def twin_drill(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a drill: who came is trained from that day on."""
    pair = twinning.access_twinning(request.actor, pk)
    context: dict[str, Any] = {"pair": pair, "menu_here": _detail(request, pair)["menu_here"]}
    if request.method == "GET":
        return page(request, DRILL, {**context, "form": DrillForm(pair=pair, initial={"held_on": clock.today()})})
    form = DrillForm(request.POST, pair=pair)
    context["form"] = form
    if not form.is_valid():
        return invalid(request, DRILL, context)
    try:
        twinning.do_record_drill(actor=request.actor, twinning=pair, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, DRILL, context, refusal)
    return done(request, _("The drill is written down, and the next one is set."), "micro_mobility:twin_detail", pk)


@require_POST
def twin_take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody out of the trained pool."""
    pair = twinning.access_twinning(request.actor, pk)
    given = request.POST.get("person", "")
    if not given.isdecimal() or len(given) > 18:
        raise Http404
    try:
        twinning.do_take_out(actor=request.actor, twinning=pair, person_id=int(given))
    except Refusal as refusal:
        return refused(request, DETAIL, _detail(request, pair), refusal)
    return done(request, _("They are no longer in the trained pool."), "micro_mobility:twin_detail", pk)


@require_POST
def twin_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a pair, with a reason."""
    pair = twinning.access_twinning(request.actor, pk)
    try:
        twinning.do_end_twinning(
            actor=request.actor, twinning=pair, reason=request.POST.get("reason", "").strip()[:200]
        )
    except Refusal as refusal:
        return refused(request, DETAIL, _detail(request, pair), refusal)
    return done(request, _("The pair has ended. What was learnt stays valid until its date."), "micro_mobility:twins")
