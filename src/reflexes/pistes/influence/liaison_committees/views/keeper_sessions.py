"""Sessions: called ahead or in a crisis, held with one register, told in minutes (P01 (6), (9))."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import AgendaItem, Attendance, Body, Session
from reflexes.mechanisms.assembly.services import minutes, proposals, register, rotation, sessions
from reflexes.mechanisms.assembly.views.keeping import ALL, PER_PAGE, PROPOSAL_TONES
from reflexes.mechanisms.directory.models import Place
from reflexes.pistes.influence.liaison_committees.views.keeper import (
    SESSION_TONES,
    SLUG,
    access_kept_body,
    access_kept_session,
)
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import MomentInput, few_lines, words_form
from reflexes.web.pages import page, paginate
from reflexes.web.words import full_date

MENU = "liaison_committees:keeper_bodies"


class SessionsForm(forms.Form):
    """The filters of the list, kept in the address."""

    state = forms.ChoiceField(
        label=gettext_lazy("Where it stands"), required=False, choices=[ALL, *Session.State.choices]
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=[ALL, *Session.Kind.choices])


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Show the sessions of every committee one keeps, latest first."""
    access_keeper(request.actor)
    form = SessionsForm(request.GET)
    form.is_valid()
    kept = perms.visible_bodies(request.actor).filter(piste=SLUG, organisation_id=request.actor.organisation_id)
    there, coming = Attendance.Presence.THERE, Attendance.Answer.COMING
    found = (
        Session.objects.filter(body__in=kept, exercise_id=request.actor.exercise_id)
        .select_related("body")
        .annotate(
            asked=Count("attendances"),
            coming=Count("attendances", filter=Q(attendances__answer=coming)),
            there=Count("attendances", filter=Q(attendances__presence=there)),
        )
        .order_by("-starts_at", "pk")
    )
    for name in ("state", "kind"):
        if form.cleaned_data.get(name):
            found = found.filter(**{name: form.cleaned_data[name]})
    rows = paginate(request, found, PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, SESSION_TONES[one.state]) for one in rows],
        "bodies": kept.filter(state=Body.State.OPEN).order_by("search", "pk"),
        "menu_here": MENU,
    }
    return page(request, "liaison_committees/keeper/sessions.html", context)


class CallForm(forms.Form):
    """When, where, why in a hurry, and what about."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Which session?"),
        choices=Session.Kind.choices,
        initial=Session.Kind.ORDINARY,
        widget=forms.RadioSelect,
    )
    why_called = forms.CharField(
        label=gettext_lazy("Why in a hurry?"),
        help_text=gettext_lazy("For a crisis session: people read it first."),
        max_length=300,
        required=False,
    )
    starts_at = forms.DateTimeField(label=gettext_lazy("It begins"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=gettext_lazy("It ends"), widget=MomentInput)
    place = forms.ModelChoiceField(
        label=gettext_lazy("Where"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=gettext_lazy("No room: from afar only"),
    )
    room_places = forms.IntegerField(
        label=gettext_lazy("How many people the room holds"), min_value=1, max_value=5000, required=False
    )
    remote = forms.CharField(
        label=gettext_lazy("How to join from afar"),
        help_text=gettext_lazy("An address to join from, or a number to call."),
        max_length=300,
        required=False,
    )
    agenda = forms.CharField(
        label=gettext_lazy("The agenda, one point a line"),
        help_text=gettext_lazy("A point that has the words of a topic is tied to it."),
        widget=few_lines(5),
        max_length=4000,
        required=False,
    )

    def __init__(self, *args: Any, organisation_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.filter(organisation_id=organisation_id).select_related("commune")
        self.fields["place"].queryset = places.order_by("search", "pk")

    def clean_agenda(self) -> list[str]:
        """Return the points, without the empty lines."""
        return points_of(self.cleaned_data["agenda"])


def points_of(text: str) -> list[str]:
    """Return one point a line; a title longer than its column is cut there."""
    return [line.strip()[:200] for line in text.splitlines() if line.strip()]


def agenda_of(body: Body, titles: list[str]) -> list[sessions.Point]:
    """Return the points of an agenda, each tied to the topic of the same title."""
    topics = {topic.title.casefold(): topic for topic in body.topics.filter(withdrawn_at=None).order_by("pk")}
    return [sessions.Point(title=title, topic=topics.get(title.casefold())) for title in titles]


@require_http_methods(["GET", "POST"])
def session_call(request: HttpRequest, body: str) -> HttpResponse:
    """Call a session: a fortnight ahead, or in 48 hours with its reason."""
    kept = access_kept_body(request.actor, body)
    called = rotation.chosen(kept, exercise_id=request.actor.exercise_id)
    topics = kept.topics.filter(withdrawn_at=None).order_by("decided_on", "pk").values_list("title", flat=True)
    form = bound(CallForm, request, organisation_id=kept.organisation_id, initial={"agenda": "\n".join(topics)})
    names = ", ".join(str(turn.seat.person) for turn in called)
    sheet = Sheet(
        _("Call a session"),
        _("People arrange their day for it: a fortnight ahead, or two days in a crisis with its reason."),
        _("Call these people"),
        reverse("liaison_committees:keeper_body", args=[kept.slug]),
        kept.name,
        MENU,
        icon="send",
        note=_("Whose turn it is (%(count)d): %(names)s.") % {"count": len(called), "names": names} if called else "",
    )
    made: list[Session] = []

    def act(typed: dict[str, Any]) -> str:
        doors = sessions.Doors(place=typed["place"], room_places=typed["room_places"], remote=typed["remote"])
        made.append(
            sessions.do_call_session(
                actor=request.actor,
                body=kept,
                starts_at=typed["starts_at"],
                ends_at=typed["ends_at"],
                doors=doors,
                kind=typed["kind"],
                why_called=typed["why_called"],
                agenda=agenda_of(kept, typed["agenda"]),
            )
        )
        return _("The session is called. Each person is asked whether they come.")

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = home_of(made[0])
    return answer


def home_of(session: Session) -> str:
    """Return the address of the page of a session."""
    return reverse("liaison_committees:keeper_session", args=[session.pk])


def sheet_of(session: Session, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about a session, and comes back to it."""
    back = _("Session %(number)d") % {"number": session.number}
    return Sheet(title, why, button, home_of(session), back, MENU, **more)


@require_GET
def session_page(request: HttpRequest, session: int) -> HttpResponse:
    """Show one session: who comes, what is to arrange, its agenda, its minutes, what came out of it."""
    kept = access_kept_session(request.actor, session)
    lines = list(kept.attendances.select_related("person").order_by("turn", "pk"))
    begun = kept.starts_at <= clock.now()
    waiting = [line for line in lines if line.answer == line.Answer.ASKED]
    context = {
        "session": kept,
        "tone": SESSION_TONES[kept.state],
        "begun": begun,
        "noting": timezone.localtime(kept.starts_at).date() <= clock.today() and kept.minutes_published_at is None,
        "cancelled": kept.state == Session.State.CANCELLED,
        "published": kept.minutes_published_at is not None,
        "lines": lines,
        "waiting": waiting,
        "coming": sum(line.answer == line.Answer.COMING for line in lines),
        "there": sum(line.presence == line.Presence.THERE for line in lines),
        "doors": [(label, register.doors_of(kept)[door]) for door, label in register.Door.choices],
        "needs": register.needs_to_arrange(kept),
        "agenda": list(kept.agenda.select_related("topic").order_by("position")),
        "proposals": [
            (one, PROPOSAL_TONES[one.state])
            for one in proposals.find_proposals(request.actor, body=kept.body).filter(session=kept)
        ],
        "menu_here": MENU,
    }
    return page(request, "liaison_committees/keeper/session.html", context)


class AgendaForm(forms.Form):
    """The agenda, one point a line."""

    agenda = CallForm.base_fields["agenda"]

    def clean_agenda(self) -> list[str]:
        """Return the points, without the empty lines."""
        return points_of(self.cleaned_data["agenda"])


@require_http_methods(["GET", "POST"])
def agenda(request: HttpRequest, session: int) -> HttpResponse:
    """Write the agenda anew, until minutes are taken."""
    kept = access_kept_session(request.actor, session)
    known = "\n".join(kept.agenda.order_by("position").values_list("title", flat=True))
    sheet = sheet_of(kept, _("The agenda"), _("Those who come read it before."), _("Save"))

    def act(typed: dict[str, Any]) -> str:
        sessions.do_write_agenda(actor=request.actor, session=kept, agenda=agenda_of(kept.body, typed["agenda"]))
        return _("The agenda is saved.")

    return asked(request, sheet, bound(AgendaForm, request, initial={"agenda": known}), act)


class MinutesForm(forms.Form):
    """What was said and decided, as a whole and point by point."""

    minutes = forms.CharField(
        label=gettext_lazy("What was said and decided"), widget=few_lines(8), max_length=20000, required=False
    )

    def __init__(self, *args: Any, points: list[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for point in points:
            self.fields[f"point_{point.position}"] = forms.CharField(
                label=point.title, widget=few_lines(3), max_length=10000, required=False, initial=point.minutes
            )


@require_http_methods(["GET", "POST"])
def minutes_write(request: HttpRequest, session: int) -> HttpResponse:
    """Write the minutes, from the beginning of the session until they are published."""
    kept = access_kept_session(request.actor, session)
    points = list(kept.agenda.order_by("position"))
    form = bound(MinutesForm, request, points=points, initial={"minutes": kept.minutes})
    sheet = sheet_of(
        kept,
        _("The minutes"),
        _("A few sentences are enough: those who were not there read what was said and decided."),
        _("Save"),
        icon="save",
    )

    def act(typed: dict[str, Any]) -> str:
        by_point = {point.position: typed[f"point_{point.position}"] for point in points}
        minutes.do_write_minutes(actor=request.actor, session=kept, minutes=typed["minutes"], by_point=by_point)
        return _("The minutes are saved. Publish them when they are right.")

    return asked(request, sheet, form, act)


@require_POST
def minutes_publish(request: HttpRequest, session: int) -> HttpResponse:
    """Publish the minutes: from then on neither they nor the register change."""
    kept = access_kept_session(request.actor, session)

    def act() -> str:
        minutes.do_publish_minutes(actor=request.actor, session=kept)
        return _("The minutes are published.")

    return pressed(request, act, home_of(kept))


@require_http_methods(["GET", "POST"])
def session_cancel(request: HttpRequest, session: int) -> HttpResponse:
    """Cancel a session that is not held yet, saying why."""
    kept = access_kept_session(request.actor, session)
    sheet = sheet_of(
        kept,
        _("Cancel this session"),
        _("People arranged their day for it."),
        _("Cancel this session"),
        icon="calendar-x",
        note=_("Session of %(when)s: each person called is told your reason.") % {"when": full_date(kept.starts_at)},
    )

    def act(typed: dict[str, Any]) -> str:
        sessions.do_cancel_session(actor=request.actor, session=kept, why=typed["words"])
        return _("The session is cancelled, and each person is told why.")

    return asked(request, sheet, bound(words_form(_("Why it is cancelled")), request), act)
