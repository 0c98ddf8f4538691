"""The call of a session by link: I come (in the room, from afar, by telephone) or I cannot; then what coming cost."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.links import row_of
from reflexes.mechanisms.assembly.models import Attendance, Expense, Session
from reflexes.mechanisms.assembly.services.expenses import do_ask_expense
from reflexes.mechanisms.assembly.services.register import LONGEST_NEEDS, do_answer_call
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.links import CALL
from reflexes.web.forms import EurosField
from reflexes.web.pages import CONFLICT, INVALID, page

YES, NO = "oui", "non"
TEMPLATE = "liaison_committees/resident/call.html"
Door = Attendance.Door


class CallForm(forms.Form):
    """How one comes and what one needs. No reason is asked for not coming."""

    door = forms.ChoiceField(label=gettext_lazy("How will you take part?"), required=False, widget=forms.RadioSelect)
    needs = forms.CharField(
        label=gettext_lazy("What do you need to take part?"),
        help_text=gettext_lazy("An interpreter, a ramp, somebody to look after your children: we arrange it."),
        required=False,
        max_length=LONGEST_NEEDS,
    )

    def __init__(self, *args: Any, line: Attendance, **kwargs: Any) -> None:
        super().__init__(*args, initial={"door": line.door, "needs": line.needs}, **kwargs)
        session = line.session
        doors = [Door.ROOM] if session.place_id else []
        doors += [Door.REMOTE, Door.PHONE] if session.remote else []
        self.fields["door"].choices = [(door.value, door.label) for door in doors]  # type: ignore[attr-defined]


class ExpenseForm(forms.Form):
    """What coming cost, in euros and cents."""

    kind = forms.ChoiceField(label=gettext_lazy("What was it for?"), choices=Expense.Kind.choices)
    euros = EurosField(label=gettext_lazy("How much, in euros?"), max_value=100_000)
    words = forms.CharField(
        label=gettext_lazy("Details"),
        help_text=gettext_lazy("Return by bus, two hours of childcare."),
        required=False,
        max_length=200,
    )


def _line(link: MagicLink, person: Person) -> Attendance:
    found = Attendance.objects.select_related("session__body", "session__place__commune", "person")
    line = found.filter(pk=row_of(link)).first()
    if line is None or line.person_id != person.pk:
        raise LinkRefused("revoked", link)
    return line


@require_http_methods(["GET", "POST"])
@answered_by_link(CALL)
def call_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Ask whether somebody comes until the session begins; then, what coming cost. Opening it writes nothing."""
    line = _line(link, person)
    begun = line.session.starts_at <= clock.now()
    if begun and line.session.state != Session.State.CANCELLED:
        return _costs(request, actor, line)
    form = CallForm(request.POST if request.method == "POST" else None, line=line)
    if request.method != "POST":
        return page(request, TEMPLATE, _shown(line, form))
    if form.is_valid():
        try:
            _say(request, actor, line, form.cleaned_data)
        except Refusal as refusal:
            form.add_error("door" if refusal.code in {"room_full", "door_unknown"} else None, str(refusal))
            return page(
                request,
                TEMPLATE,
                _shown(_line(link, person), form),
                status=CONFLICT if refusal.conflict else INVALID,
            )
        return redirect(request.path)
    return page(request, TEMPLATE, _shown(line, form), status=INVALID)


def _say(request: HttpRequest, actor: Actor, line: Attendance, asked: dict[str, Any]) -> None:
    said = request.POST.get("reponse", "")
    if said not in {YES, NO}:
        raise Refusal("answer_missing", _("Choose one of the two answers."))
    do_answer_call(actor=actor, attendance=line, coming=said == YES, door=asked["door"], needs=asked["needs"])


def _shown(line: Attendance, form: CallForm) -> dict[str, Any]:
    session = line.session
    return {
        "line": line,
        "session": session,
        "body": session.body,
        "form": form,
        "open": session.state == Session.State.CALLED,
        "coming": line.answer == Attendance.Answer.COMING,
        "not_coming": line.answer == Attendance.Answer.NOT_COMING,
        "agenda": list(session.agenda.order_by("position")),
    }


def _costs(request: HttpRequest, actor: Actor, line: Attendance) -> HttpResponse:
    """Show what was asked for and what became of it; take one more expense."""
    form = ExpenseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            do_ask_expense(
                actor=actor,
                attendance=line,
                kind=asked["kind"],
                cents=asked["euros"],
                words=asked["words"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(request.path)
    context = {
        "line": line,
        "session": line.session,
        "body": line.session.body,
        "form": form,
        "asked": [(one, one.cents / 100) for one in line.expenses.order_by("asked_at", "pk")],
        "missed": line.presence in {Attendance.Presence.EXCUSED, Attendance.Presence.ABSENT},
    }
    return page(request, "liaison_committees/resident/costs.html", context, status=INVALID if form.errors else 200)
