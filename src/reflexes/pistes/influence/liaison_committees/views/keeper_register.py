"""The register of a session on a telephone: who comes, by which door, what to arrange, who is there."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Attendance, Seat, Session
from reflexes.mechanisms.assembly.services import register
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.views.keeper import (
    SESSION_TONES,
    access_kept_body,
    access_kept_session,
)
from reflexes.pistes.influence.liaison_committees.views.keeper_sessions import MENU, sheet_of
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.pages import page

PRESENCE_TONES = {
    Attendance.Presence.UNKNOWN: "waits",
    Attendance.Presence.THERE: "done",
    Attendance.Presence.EXCUSED: "note",
    Attendance.Presence.ABSENT: "stopped",
}


@require_GET
def register_page(request: HttpRequest, session: int) -> HttpResponse:
    """Show the register, with one large button for each presence."""
    kept = access_kept_session(request.actor, session)
    lines = list(kept.attendances.select_related("person").order_by("person__search", "pk"))
    unknown = Attendance.Presence.UNKNOWN
    context = {
        "session": kept,
        "tone": SESSION_TONES[kept.state],
        "published": kept.minutes_published_at is not None,
        "begun": kept.starts_at <= clock.now(),
        "noting": may_note(kept),
        "lines": [(line, PRESENCE_TONES[line.presence]) for line in lines],
        "there": sum(line.presence == Attendance.Presence.THERE for line in lines),
        "to_note": sum(line.presence == unknown and line.answer != Attendance.Answer.NOT_COMING for line in lines),
        "menu_here": MENU,
    }
    return page(request, "liaison_committees/keeper/register.html", context)


def may_note(session: Session) -> bool:
    """Tell whether presence is noted now: on the day of the session or later, until its minutes are published."""
    day_has_come = timezone.localtime(session.starts_at).date() <= clock.today()
    cancelled = session.state == Session.State.CANCELLED
    return day_has_come and not cancelled and session.minutes_published_at is None


def kept_line(request: HttpRequest, pk: int) -> Attendance:
    """Return a line of a register that one keeps."""
    access_keeper(request.actor)
    line = register.access_attendance(request.actor, pk)
    access_kept_body(request.actor, line.session.body.slug)
    return line


@require_POST
def presence(request: HttpRequest, attendance: int) -> HttpResponse:
    """Note that somebody is there, excused or not there."""
    line = kept_line(request, attendance)

    def act() -> str:
        noted = register.do_note_presence(
            actor=request.actor, attendance=line, presence=request.POST.get("presence", "")
        )
        return f"{line.person} · {noted.get_presence_display()}"

    back = reverse("liaison_committees:keeper_register", args=[line.session_id])
    return pressed(request, act, f"{back}#ligne-{line.pk}")


class CallAnswerForm(forms.Form):
    """What somebody called said on the telephone."""

    coming = forms.ChoiceField(
        label=gettext_lazy("Do they come?"),
        choices=[("yes", gettext_lazy("Yes, they come")), ("no", gettext_lazy("No, not this time"))],
        widget=forms.RadioSelect,
    )
    door = forms.ChoiceField(
        label=gettext_lazy("By which door"), choices=Attendance.Door.choices, widget=forms.RadioSelect, required=False
    )
    needs = forms.CharField(
        label=gettext_lazy("What to arrange"),
        help_text=gettext_lazy("An interpreter, a ramp, childcare."),
        max_length=200,
        required=False,
    )


@require_http_methods(["GET", "POST"])
def call_answer(request: HttpRequest, attendance: int) -> HttpResponse:
    """Write down what somebody called to a session answered; whoever cannot come is replaced at once."""
    line = kept_line(request, attendance)
    phone = readable_phone(normalised_phone(line.person.phone)) if line.person.phone else ""
    known = {"door": line.door, "needs": line.needs}
    sheet = sheet_of(
        line.session,
        _("Does %(person)s come?") % {"person": line.person},
        _("No reason is asked. Whoever cannot come is replaced by the next in turn."),
        _("Write it down"),
        note=_("Telephone: %(phone)s") % {"phone": phone} if phone else "",
    )

    def act(typed: dict[str, Any]) -> str:
        coming = typed["coming"] == "yes"
        following = register.do_answer_call(
            actor=request.actor, attendance=line, coming=coming, door=typed["door"], needs=typed["needs"]
        )
        if following is not None:
            return _("It is noted. %(person)s is asked instead.") % {"person": following.person}
        return _("It is noted.")

    return asked(request, sheet, bound(CallAnswerForm, request, initial=known), act)


class ArrivalForm(forms.Form):
    """Somebody of the panel who came although it was not their turn."""

    person = forms.ModelChoiceField(label=gettext_lazy("Who is there?"), queryset=Person.objects.none())
    door = forms.ChoiceField(
        label=gettext_lazy("By which door"),
        choices=Attendance.Door.choices,
        widget=forms.RadioSelect,
        initial=Attendance.Door.ROOM,
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


@require_http_methods(["GET", "POST"])
def arrival(request: HttpRequest, session: int) -> HttpResponse:
    """Add to the register somebody who sits and was not called."""
    kept = access_kept_session(request.actor, session)
    sitting = Seat.objects.filter(college__body=kept.body, state=Seat.State.HELD).exclude(
        person__in=kept.attendances.values("person_id")
    )
    people = Person.objects.filter(erased_at=None, pk__in=sitting.values("person_id")).order_by("search", "pk")
    sheet = Sheet(
        _("Somebody came"),
        _("Whoever sits may come, even when it was not their turn: there is one register."),
        _("Add to the register"),
        reverse("liaison_committees:keeper_register", args=[kept.pk]),
        _("The register"),
        MENU,
        icon="user-plus",
    )

    def act(typed: dict[str, Any]) -> str:
        register.do_note_arrival(actor=request.actor, session=kept, person=typed["person"], door=typed["door"])
        return _("%(person)s is on the register.") % {"person": typed["person"]}

    return asked(request, sheet, bound(ArrivalForm, request, people=people), act)
