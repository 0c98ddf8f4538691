"""Whom to call when a half-day has too few people: the list, one call at a time, what to say, how it ended."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.mechanisms.allocation import perms, reasons
from reflexes.mechanisms.allocation.models import Assignment, Call, Slot
from reflexes.mechanisms.allocation.services import calls
from reflexes.mechanisms.allocation.services.calls import ToCall
from reflexes.mechanisms.allocation.states import HOLDING
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages.facts import contacts, reached_at
from reflexes.pistes.resources.micro_mobility.reasons import load_names
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.web.answers import done, refused
from reflexes.web.pages import page, paginate
from reflexes.web.words import full_date, half_day_full

# How many people are read at once, and how many per place make it useless to ask anybody to stretch.
FIRST, ENOUGH = 6, 2


@dataclass(frozen=True, slots=True)
class Row:
    """One person to call, as a sentence needs them."""

    to_call: ToCall
    dial: str
    phone: str
    obstacle: str


@dataclass(frozen=True, slots=True)
class Group:
    """People to call for the same reason: the first few, and the others folded away."""

    title: str
    why: str
    rows: list[Row]
    shown: int

    @property
    def count(self) -> int:
        """How many in all."""
        return len(self.rows)

    @property
    def first(self) -> list[Row]:
        """Those to begin with."""
        return self.rows[: self.shown]

    @property
    def others(self) -> list[Row]:
        """The rest, one tap away."""
        return self.rows[self.shown :]


@require_GET
def call_list(request: HttpRequest, slot: int) -> HttpResponse:
    """Show whom to call for one half-day; it prints as a sheet to fill in by hand."""
    asked = calls.access_slot(request.actor, slot)
    return page(request, "micro_mobility/cell/call_list.html", _list(request.actor, asked))


def _list(actor: Actor, slot: Slot) -> dict[str, Any]:
    found = calls.call_list(actor, slot)
    free_places = max(slot.headcount - slot.held, 0)
    # Nobody is asked to stretch while enough people offered this very half-day.
    stretching = FIRST if len(found.free) < ENOUGH * free_places else 0
    free_why = _("Nothing forbids it. Those asked least recently come first.")
    stretch_why = _("One thing only is in the way: the half-day or the distance. A limit said as such is never asked.")
    groups = (
        Group(_("On reserve: they said yes already"), "", _rows(found.reserve), len(found.reserve)),
        Group(_("Not asked yet"), free_why, _rows(found.free), FIRST),
        Group(_("Asked in writing, no answer yet"), "", _rows(found.silent), FIRST),
        Group(_("Who might stretch, this once"), stretch_why, _rows(found.stretch), stretching),
    )
    designated = slot.assignments.filter(mode=Assignment.Mode.DESIGNATED, state__in=HOLDING).count()
    return {
        "slot": slot,
        "need": slot.need,
        "free_places": free_places,
        "designated": designated,
        "empty": found.empty,
        "more": found.more,
        "groups": [group for group in groups if group.rows],
        "script": script(slot, actor),
        "menu_here": "micro_mobility:silences",
    }


def _rows(people: list[ToCall]) -> list[Row]:
    names = load_names() if any(one.obstacle for one in people) else None
    return [
        Row(
            one,
            normalised_phone(one.offer.person.phone),
            phone_of(one.offer.person),
            _obstacle(one, names) if names else "",
        )
        for one in people
    ]


def _obstacle(one: ToCall, names: reasons.Names) -> str:
    if one.obstacle is None:
        return ""
    return (
        _("did not offer this half-day") if one.obstacle.code == "not_free" else reasons.sentence(one.obstacle, names)
    )


def script(slot: Slot, actor: Actor) -> list[str]:
    """Return what to say: who calls, what and with whom, when and where, and that a no is fine.

    In an exercise it begins with that word: a telephone rings outside the site.
    """
    need = slot.need
    mission = Assignment(slot=slot, day=slot.day, half=slot.half)
    mentor = contacts(mission)[0]
    caller = Person.objects.filter(pk=actor.person_id).first()
    where = _("from a distance") if need.remote or need.place is None else need.place.in_full
    played = [_("This is an exercise: nothing I say is real.")] if actor.exercise_id is not None else []
    return [
        *played,
        _("Hello, this is %(who)s, of the cell. Have you got two minutes? A no is fine, and no reason is asked.")
        % {"who": caller or _("somebody")},
        _("%(host)s needs hands: %(title)s. %(mentor)s")
        % {
            "host": need.organisation,
            "title": need.title,
            "mentor": _("%(who)s welcomes and guides you.") % {"who": mentor} if mentor else "",
        },
        _("It is on %(when)s, %(where)s; back at your post on %(back)s.")
        % {
            "when": half_day_full(slot.day, slot.half),
            "where": where,
            "back": full_date(slot.back_on or slot.day),
        },
        _("If you say yes, your service is asked, and you hear from us either way. Whom to call: %(contact)s.")
        % {"contact": reached_at(mentor) if mentor else _("the cell")},
    ]


@require_POST
def call_take(request: HttpRequest, slot: int, person: int) -> HttpResponse:
    """Take a call: the others of the cell see it at once."""
    asked = calls.access_slot(request.actor, slot)
    offer = perms.access_offer(request.actor, person)
    try:
        call = calls.do_claim_call(actor=request.actor, slot=asked, person=offer.person)
    except Refusal as refusal:
        return refused(request, "micro_mobility/cell/call_list.html", _list(request.actor, asked), refusal)
    return redirect("micro_mobility:call", call.pk)


class OutcomeForm(forms.Form):
    """How the call ended, in one tap; when to call again, if it comes to that."""

    outcome = forms.ChoiceField(choices=[(one, one) for one in ("yes", "no", "no_answer", "later", "left")])
    call_back_at = forms.SplitDateTimeField(
        label=gettext_lazy("When to call again"),
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": gettext_lazy("Call again on which day")},
            time_attrs={"type": "time", "aria-label": gettext_lazy("Call again at what time")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )


@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number, what to say, and the five ways a call ends."""
    taken = _access_call(request.actor, pk)
    template = "micro_mobility/cell/call.html"
    if request.method == "GET":
        return page(request, template, _call(request, taken, OutcomeForm()))
    form = OutcomeForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal("outcome_missing", _("Choose how the call ended."))
        ended = calls.do_end_call(actor=request.actor, call=taken, **form.cleaned_data)
    except Refusal as refusal:
        taken.refresh_from_db()
        return refused(request, template, _call(request, taken, form), refusal)
    return done(request, _said(ended), "micro_mobility:call_list", taken.slot_id)


def _said(ended: Call) -> str:
    name = {"name": ended.person}
    if ended.outcome == Call.Outcome.YES:
        kept = Assignment.objects.filter(slot_id=ended.slot_id, person_id=ended.person_id, state="reserve").exists()
        if kept:
            return _("%(name)s said yes; every place was taken meanwhile: they are on reserve, tell them so.") % name
        return _("%(name)s said yes: their service is asked.") % name
    return {
        Call.Outcome.NO: _("%(name)s said not this time. They are not asked for this need again."),
        Call.Outcome.NO_ANSWER: _("%(name)s did not pick up. It is written down."),
        Call.Outcome.LATER: _("It is noted: call %(name)s again."),
    }.get(Call.Outcome(ended.outcome), _("The call to %(name)s is free again.")) % name


def _access_call(actor: Actor, pk: int) -> Call:
    access_cell(actor)
    found = (
        Call.objects.filter(pk=pk, exercise_id=actor.exercise_id)
        .select_related("person__offer__capacity__unit", "made_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _call(request: HttpRequest, taken: Call, form: OutcomeForm) -> dict[str, Any]:
    slot = calls.access_slot(request.actor, taken.slot_id)
    return {
        "call": taken,
        "slot": slot,
        "need": slot.need,
        "person": taken.person,
        "form": form,
        "open": calls.is_open(taken),
        "dial": normalised_phone(taken.person.phone),
        "phone": phone_of(taken.person),
        "script": script(slot, request.actor),
        "before": calls.calls_of(taken.person).filter(exercise_id=taken.exercise_id)[:5],
        "menu_here": "micro_mobility:silences",
    }


class CallsForm(forms.Form):
    """The filter of the calls, kept in the address."""

    q = forms.CharField(label=gettext_lazy("A name or a need"), required=False, max_length=80)
    outcome = forms.ChoiceField(label=gettext_lazy("How it ended"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(one.value, one.label) for one in Call.Outcome if one != Call.Outcome.LEFT]
        self.fields["outcome"].choices = [("", gettext_lazy("All")), *told]


@require_GET
def call_log(request: HttpRequest) -> HttpResponse:
    """Show the calls to make again now, then every call with who made it and how it ended."""
    access_cell(request.actor)
    form = CallsForm(request.GET)
    form.is_valid()
    rows = paginate(request, calls.search(request.actor, **form.cleaned_data), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "due": calls.calls_due(request.actor.exercise_id).order_by("call_back_at", "pk")[:PER_PAGE],
    }
    return page(request, "micro_mobility/cell/call_log.html", context)
