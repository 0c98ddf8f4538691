"""A need that comes back each week: renew it with a reason, let it end, call one half-day off (design.md rule 3)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.allocation.services import series
from reflexes.pistes.resources.micro_mobility.spoken import by_people, day_and_month, days_together, lines_of
from reflexes.pistes.resources.micro_mobility.views.host_needs import access_to_write
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

DETAIL = "micro_mobility:need_detail"


class RenewForm(forms.Form):
    """Until when a need goes on, and why."""

    until = forms.TypedChoiceField(label=gettext_lazy("Until when?"), coerce=date.fromisoformat)
    reason = forms.CharField(
        label=gettext_lazy("Why does it go on?"),
        help_text=gettext_lazy("One sentence, kept with the need. For example: the kitchen reopens in January."),
        max_length=200,
        error_messages={
            "required": gettext_lazy("Say in one sentence why this need goes on: it is kept with it."),
        },
    )

    def __init__(self, *args: Any, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = list(_ends(last))  # type: ignore[attr-defined]


def _ends(last: date) -> Iterable[tuple[str, str]]:
    """Yield the days until which a need may be renewed, a week apart."""
    for weeks in range(1, limits.SERIES_WEEKS + 1):
        day = last + timedelta(weeks=weeks)
        if day <= series.latest_end():
            words = ngettext("%(day)s: %(count)s week more", "%(day)s: %(count)s weeks more", weeks)
            yield day.isoformat(), words % {"day": day_and_month(day), "count": weeks}


def _context(need: Need, form: RenewForm) -> dict[str, Any]:
    slots = need.slots.filter(stopped_at=None).select_related("skill")
    said = [f"{days_together(days)} · {who}" for who, days in by_people(lines_of(slots))]
    return {"need": need, "form": form, "asked": said}


def _last(need: Need) -> date:
    days = [slot.day for slot in need.slots_asked]
    if not days:
        raise Http404
    return max(days)


@require_http_methods(["GET", "POST"])
def need_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Renew a need for some weeks, with a reason; or read that it ends by itself."""
    need = access_to_write(request, pk)
    template = "micro_mobility/host/need_renew.html"
    last = _last(need)
    if request.method == "GET":
        return page(request, template, _context(need, RenewForm(last=last)))
    form = RenewForm(request.POST, last=last)
    if not form.is_valid():
        return invalid(request, template, _context(need, form))
    try:
        added = series.do_renew_need(actor=request.actor, need=need, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, template, _context(need, form), refusal)
    said = ngettext("The need goes on: %(count)s half-day more.", "The need goes on: %(count)s half-days more.", added)
    return done(request, said % {"count": added}, DETAIL, need.pk)


@require_POST
def need_let_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a need is not renewed: nobody is asked about it again."""
    need = access_to_write(request, pk)
    try:
        series.do_let_end(actor=request.actor, need=need)
    except Refusal as refusal:
        context = _context(need, RenewForm(last=_last(need)))
        return refused(request, "micro_mobility/host/need_renew.html", context, refusal)
    return done(request, _("It ends with its last half-day. Thank you for saying so."), DETAIL, need.pk)


@require_http_methods(["GET", "POST"])
def half_day_call_off(request: HttpRequest, pk: int, slot: int) -> HttpResponse:
    """Read back how many people are told, then call one half-day off; the others stay as they are."""
    need = access_to_write(request, pk)
    found = need.slots.filter(pk=slot, stopped_at=None).first()
    if found is None:
        raise Http404
    template = "micro_mobility/host/half_day_call_off.html"
    people = series.people_of(need, found.day, found.half)
    context = {"need": need, "slot": found, "people": people.count()}
    if request.method == "GET":
        return page(request, template, context)
    try:
        told = series.do_call_off_half_day(actor=request.actor, need=need, day=found.day, half=found.half)
    except Refusal as refusal:
        return refused(request, template, context, refusal)
    said = ngettext(
        "This half-day is called off. %(count)s person is told at once.",
        "This half-day is called off. %(count)s people are told at once.",
        told,
    )
    words = said % {"count": told} if told else _("This half-day is called off. Nobody had been asked.")
    return done(request, words, DETAIL, need.pk)
