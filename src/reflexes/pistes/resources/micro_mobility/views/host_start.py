"""Where a need begins: a case written beforehand, a past need, or a blank page (issue 3, part 2)."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Need, Slot, next_working_day
from reflexes.mechanisms.allocation.services import needs as services
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.resources.micro_mobility.cases import CASES, Case
from reflexes.pistes.resources.micro_mobility.piste import piste
from reflexes.pistes.resources.micro_mobility.reasons import usual_criteria
from reflexes.pistes.resources.micro_mobility.views.need_steps.likely import (
    likely_people,
    likely_place,
)
from reflexes.pistes.resources.micro_mobility.views.need_steps.order import SHORT, STEPS, TITLES
from reflexes.pistes.resources.micro_mobility.views.need_steps.what import WhatForm
from reflexes.web.answers import invalid, refused
from reflexes.web.pages import page, paginate

PAST_PER_PAGE = 8


class ForWhomForm(forms.Form):
    """For which organisation the cell writes a need down, as said on the telephone."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("For which host?"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose in the list"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = (
            Organisation.objects.filter(places__isnull=False).distinct().order_by("search")
        )  # type: ignore[attr-defined]


class PastForm(forms.Form):
    """The search among past needs, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)


@require_http_methods(["GET", "POST"])
def need_new(request: HttpRequest) -> HttpResponse:
    """Show where to start from; choosing a case writes its draft, whole but for what only the host knows."""
    if not perms.can_state_need(request.actor):
        raise PermissionDenied
    template = "micro_mobility/host/need_new.html"
    if request.method == "GET":
        return page(request, template, _context(request, _for_whom(request)))
    whom = _for_whom(request)
    case = CASES.get(request.POST.get("case", ""))
    context = _context(request, whom)
    if case is None:
        return refused(
            request, template, context, Refusal("case_unknown", _("Choose where to start from in this list."))
        )
    if whom is not None and not whom.is_valid():
        return invalid(request, template, context)
    organisation_id = whom.cleaned_data["organisation"].pk if whom else request.actor.organisation_id
    try:
        need = services.do_state_need(actor=request.actor, piste=piste.slug, **_whole(request, case, organisation_id))
    except Refusal as refusal:
        return refused(request, template, context, refusal)
    return HttpResponseRedirect(reverse("micro_mobility:need_step", args=[need.pk, "quoi"]))


def _for_whom(request: HttpRequest) -> ForWhomForm | None:
    if not perms.is_cell(request.actor):
        return None
    return ForWhomForm(request.POST if request.method == "POST" else None)


def _whole(request: HttpRequest, case: Case, organisation_id: int | None) -> dict[str, Any]:
    """Return a case with what is likely here: the site, the people of the last need, the day of return."""
    slots = case.slots(clock.today())
    fields = {
        **case.fields(),
        **likely_people(organisation_id, request.actor),
        "organisation": organisation_id,
        "place": None if case.remote else likely_place(organisation_id),
        "returns_on": next_working_day(max(one.day for one in slots)),
        "criteria": usual_criteria(),
    }
    return {"fields": fields, "slots": slots}


def _past(request: HttpRequest, asked: str) -> QuerySet[Need]:
    days = Slot.objects.filter(need=OuterRef("pk"), stopped_at=None).order_by("-day").values("day")[:1]
    past = perms.visible_needs(request.actor).exclude(title="").select_related("organisation", "place__commune")
    past = past.annotate(last=Subquery(days))
    for word in normalised(asked).split():
        past = past.filter(Q(search__contains=word) | Q(organisation__search__contains=word))
    return past.order_by("-created_at", "-pk")


def _context(request: HttpRequest, whom: ForWhomForm | None) -> dict[str, Any]:
    search = PastForm(request.GET)
    asked = search.cleaned_data.get("q", "") if search.is_valid() else ""
    return {
        "whom": whom,
        "cases": CASES.items(),
        "search": search,
        "asked": asked,
        "past": paginate(request, _past(request, asked), PAST_PER_PAGE),
    }


@require_http_methods(["GET", "POST"])
def need_blank(request: HttpRequest) -> HttpResponse:
    """Begin a need on a blank page, by its first step; sending it writes a draft and goes on to the next one."""
    if not perms.can_state_need(request.actor):
        raise PermissionDenied
    template = "micro_mobility/host/need_blank.html"
    whom = _for_whom(request)
    if request.method == "GET":
        form = WhatForm(need=None, actor=request.actor)
        return page(request, template, _blank_context(form, whom))
    form = WhatForm(request.POST, need=None, actor=request.actor)
    context = _blank_context(form, whom)
    if not all([form.is_valid(), whom is None or whom.is_valid()]):
        return invalid(request, template, context)
    fields, _none = form.changes()
    if whom is not None:
        fields["organisation"] = whom.cleaned_data["organisation"].pk
    try:
        need = services.do_state_need(
            actor=request.actor, piste=piste.slug, fields={**fields, "criteria": usual_criteria()}
        )
    except Refusal as refusal:
        return refused(request, template, context, refusal)
    return HttpResponseRedirect(reverse("micro_mobility:need_step", args=[need.pk, "ou"]))


def _blank_context(form: WhatForm, whom: ForWhomForm | None) -> dict[str, Any]:
    return {"form": form, "whom": whom, "steps": [str(SHORT[name]) for name in STEPS], "title": TITLES["quoi"]}
