"""In the field: a need noted and followed to its end, an arrangement made on the spot, an answer of the centre."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.pistes.contact.proactive_desks.facility_kinds import NEEDS
from reflexes.pistes.contact.proactive_desks.models import DoctrinePoint, Facility, FieldNeed
from reflexes.pistes.contact.proactive_desks.perms_units import (
    access_facility,
    access_need,
    access_question,
    access_unit,
    check_centre,
    check_concerned,
    check_writing,
)
from reflexes.pistes.contact.proactive_desks.services import units_agreements, units_needs
from reflexes.pistes.contact.proactive_desks.views.units_desk import MENU as UNITS
from reflexes.pistes.contact.proactive_desks.views.units_desk import sheet_of as of_unit
from reflexes.pistes.contact.proactive_desks.views.units_facilities import sheet_of as of_facility
from reflexes.pistes.contact.proactive_desks.views.units_facilities import units_to_choose
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, few_lines, needed, words_form
from reflexes.web.pages import page, paginate

MENU = "proactive_desks:field_needs"
PER_PAGE = 50
STATES = [
    ("", gettext_lazy("That wait")),
    ("silent", gettext_lazy("Without news")),
    ("closed", gettext_lazy("Closed")),
]


class NeedsForm(forms.Form):
    """What is looked for among needs, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Facility"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is lacking"), required=False, choices=[("", gettext_lazy("All")), *NEEDS.items()]
    )
    state = forms.ChoiceField(label=gettext_lazy("Where it stands"), required=False, choices=STATES)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("All")), *units]


@require_GET
def need_list(request: HttpRequest) -> HttpResponse:
    """List the needs, the most urgent then the oldest first."""
    check_concerned(request.actor)
    form = NeedsForm(request.GET, units=units_to_choose(request))
    form.is_valid()
    wanted = form.cleaned_data
    found = units_needs.find_needs(
        request.actor,
        text=wanted.get("q", ""),
        kind=wanted.get("kind", ""),
        state=wanted.get("state", ""),
        unit=wanted.get("unit", ""),
    )
    context = {"form": form, "rows": paginate(request, found, PER_PAGE), "kinds": NEEDS}
    return page(request, "proactive_desks/units/needs.html", context)


@require_GET
def need_page(request: HttpRequest, need: int) -> HttpResponse:
    """Show one need: the head's words, its life, what to do now."""
    kept = access_need(request.actor, need)
    context = {
        "need": kept,
        "kind": NEEDS.get(kept.kind, kept.kind),
        "news": list(kept.news.select_related("by").order_by("at", "pk")),
        "moves": kept.waits and units_needs.can_move(request.actor, kept),
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/units/need.html", context)


class NeedForm(forms.Form):
    """A need, in the head's words."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("What is lacking, as the head of the place says it"), widget=few_lines(4), max_length=2000
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it is about"), choices=list(NEEDS.items()))
    urgency = forms.ChoiceField(
        label=gettext_lazy("For when"),
        choices=FieldNeed.Urgency.choices,
        widget=forms.RadioSelect,
        initial=FieldNeed.Urgency.WEEK,
    )


@require_http_methods(["GET", "POST"])
def need_new(request: HttpRequest, facility: int) -> HttpResponse:
    """Note a need of a facility."""
    kept = access_facility(request.actor, facility)
    form = bound(NeedForm, request, initial={"client_key": uuid.uuid4()})
    sheet = of_facility(
        kept,
        gettext_lazy("Note a need"),
        gettext_lazy("It stays open until somebody says how it was met, or why it was not."),
        gettext_lazy("Note it"),
        icon="plus",
    )

    def act(typed: dict[str, Any]) -> str:
        units_needs.do_note_need(actor=request.actor, facility=kept, **typed)
        return _("The need is noted: its age begins now.")

    return asked(request, sheet, form, act)


def _need_sheet(need: FieldNeed, title: Any, why: Any, button: Any, **more: Any) -> Sheet:
    home = reverse("proactive_desks:field_need", args=[need.pk])
    return Sheet(title, why, button, home, need.facility.name, MENU, **more)


@require_http_methods(["GET", "POST"])
def need_take(request: HttpRequest, need: int) -> HttpResponse:
    """Say who deals with a need."""
    kept = access_need(request.actor, need)
    check_writing(request.actor, kept.unit)
    form = words_form(
        gettext_lazy("Who deals with it"),
        gettext_lazy("A post and its organisation: pharmacist of the hospital, kit store of the county."),
        name="by",
        rows=2,
    )
    sheet = _need_sheet(
        kept, gettext_lazy("In hand"), gettext_lazy("From now on its silence is somebody's."), gettext_lazy("Save")
    )

    def act(typed: dict[str, Any]) -> str:
        units_needs.do_take_in_hand(actor=request.actor, need=kept, by=typed["by"])
        return _("It is in hand.")

    return asked(request, sheet, bound(form, request), act)


@require_http_methods(["GET", "POST"])
def need_tell(request: HttpRequest, need: int) -> HttpResponse:
    """Write where a need stands."""
    kept = access_need(request.actor, need)
    check_writing(request.actor, kept.unit)
    sheet = _need_sheet(
        kept,
        gettext_lazy("Give news"),
        gettext_lazy("Even when nothing moved: why."),
        gettext_lazy("Keep what I wrote"),
    )

    def act(typed: dict[str, Any]) -> str:
        units_needs.do_give_news(actor=request.actor, need=kept, words=typed["words"])
        return _("The news is kept.")

    return asked(request, sheet, bound(words_form(gettext_lazy("Where it stands")), request), act)


class CloseForm(forms.Form):
    """How a need ended."""

    met = forms.ChoiceField(
        label=gettext_lazy("It was"),
        choices=[("yes", gettext_lazy("met")), ("no", gettext_lazy("not met"))],
        widget=forms.RadioSelect,
    )
    outcome = needed(
        forms.CharField(
            label=gettext_lazy("How it was met, or why not"), widget=few_lines(3), required=False, max_length=2000
        )
    )


@require_http_methods(["GET", "POST"])
def need_close(request: HttpRequest, need: int) -> HttpResponse:
    """Close a need: met and how, or not and why."""
    kept = access_need(request.actor, need)
    check_writing(request.actor, kept.unit)
    sheet = _need_sheet(
        kept,
        gettext_lazy("Close this need"),
        gettext_lazy("Nothing leaves the list without how, or why."),
        gettext_lazy("Close the need"),
    )

    def act(typed: dict[str, Any]) -> str:
        units_needs.do_close_need(actor=request.actor, need=kept, met=typed["met"] == "yes", outcome=typed["outcome"])
        return _("It is closed, and what became of it is written.")

    return asked(request, sheet, bound(CloseForm, request), act)


class ArrangementForm(forms.Form):
    """What was agreed on the spot."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    agreed = needed(
        forms.CharField(label=gettext_lazy("What was agreed"), widget=few_lines(3), required=False, max_length=2000)
    )
    with_role = needed(
        forms.CharField(
            label=gettext_lazy("With whom"),
            help_text=gettext_lazy("A post, never a name: owner of the hotel, manager of the shop."),
            required=False,
            max_length=120,
        )
    )
    with_organisation = needed(forms.CharField(label=gettext_lazy("Of which place"), required=False, max_length=160))
    margin = forms.ModelChoiceField(
        label=gettext_lazy("Under which margin"),
        help_text=gettext_lazy("If none covers it, choose none: the centre is asked at once, and answers before noon."),
        queryset=DoctrinePoint.objects.none(),
        required=False,
        empty_label=gettext_lazy("None: ask the centre"),
    )
    facility = forms.ModelChoiceField(
        label=gettext_lazy("For which facility"), queryset=Facility.objects.none(), required=False
    )
    on = forms.DateField(label=gettext_lazy("Agreed on"), widget=DayInput)
    until = forms.DateField(label=gettext_lazy("It lasts until"), widget=DayInput)


@require_http_methods(["GET", "POST"])
def arrangement_new(request: HttpRequest, unit: int) -> HttpResponse:
    """Write an arrangement made on the spot."""
    kept = access_unit(request.actor, unit)
    check_writing(request.actor, kept)
    today = clock.today()
    begun = {
        "client_key": uuid.uuid4(),
        "on": today,
        "until": today + timedelta(days=7),
        "facility": request.GET.get("pour", ""),
    }
    form = bound(ArrangementForm, request, initial=begun)
    form.fields["margin"].queryset = kept.doctrine.points.filter(kind=DoctrinePoint.Kind.MARGIN)
    form.fields["facility"].queryset = kept.facilities.filter(closed_on=None).order_by("search", "pk")
    sheet = of_unit(
        kept,
        gettext_lazy("Note an arrangement"),
        gettext_lazy("The field keeps margins: written down, they protect whoever used them."),
        gettext_lazy("Keep what I wrote"),
        icon="handshake",
    )

    def act(typed: dict[str, Any]) -> str:
        key = typed.pop("client_key")
        noted = units_agreements.do_note_arrangement(actor=request.actor, unit=kept, fields=typed, client_key=key)
        if noted.margin_id is None:
            return _("It is kept, and the centre is asked: its answer is owed tomorrow before noon.")
        return _("It is kept, under its margin.")

    return asked(request, sheet, form, act)


@require_http_methods(["GET", "POST"])
def question_answer(request: HttpRequest, question: int) -> HttpResponse:
    """Answer what a unit asks of the centre."""
    kept = access_question(request.actor, question)
    check_centre(request.actor)
    back = reverse("proactive_desks:units_board")
    sheet = Sheet(
        _("Answer %(unit)s") % {"unit": kept.unit.name},
        kept.words,
        gettext_lazy("Answer"),
        back,
        gettext_lazy("Board of the units"),
        UNITS,
        icon="message-square",
        note=_("Answered already: %(answer)s") % {"answer": kept.answer} if kept.answered_at else "",
    )

    def act(typed: dict[str, Any]) -> str:
        units_agreements.do_answer(actor=request.actor, question=kept, answer=typed["words"])
        return _("The answer goes back to the unit.")

    return asked(request, sheet, bound(words_form(gettext_lazy("Your answer")), request), act)
