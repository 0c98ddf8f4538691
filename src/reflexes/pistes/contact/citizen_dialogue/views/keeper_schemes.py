"""The desk of what is tried for a while: the list with the longest overdue first, and one of them whole."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Channel
from reflexes.mechanisms.assembly.views.consultations_keeper import ConsultationForm
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Commune, Person, Place, Unit
from reflexes.pistes.contact.citizen_dialogue.evidence import by_channel, evidence_of
from reflexes.pistes.contact.citizen_dialogue.models import Indicator, Outcome, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import access_kept_scheme
from reflexes.pistes.contact.citizen_dialogue.scheme_life import life_of
from reflexes.pistes.contact.citizen_dialogue.services import booklets, field_notes, indicators, measures, schemes
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, few_lines
from reflexes.web.pages import page, paginate

MENU = "citizen_dialogue:keeper_schemes"
PER_PAGE = 50
VERDICT_TONES = {Outcome.Verdict.KEEP: "done", Outcome.Verdict.ADAPT: "going", Outcome.Verdict.REMOVE: "stopped"}
INDICATOR_TONES = {
    Indicator.State.PROPOSED: "waits",
    Indicator.State.CHOSEN: "done",
    Indicator.State.ASIDE: "stopped",
}
STATES = [
    ("", gettext_lazy("All")),
    ("open", gettext_lazy("On trial")),
    ("late", gettext_lazy("Decision overdue")),
    ("ended", gettext_lazy("Ended")),
]


class SchemesForm(forms.Form):
    """What is looked for among what is tried, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("Where it stands"), required=False, choices=STATES)


@require_GET
def scheme_list(request: HttpRequest) -> HttpResponse:
    """List what one's organisation tries, the longest overdue first."""
    access_keeper(request.actor)
    form = SchemesForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    found = schemes.find_schemes(request.actor, text=wanted.get("q", ""), state=wanted.get("state", ""))
    rows = paginate(request, found.filter(organisation_id=request.actor.organisation_id), PER_PAGE)
    return page(request, "citizen_dialogue/schemes/list.html", {"form": form, "rows": rows})


class SchemeForm(forms.Form):
    """All that is written of something tried."""

    title = forms.CharField(label=gettext_lazy("Its name"), max_length=160)
    why = forms.CharField(
        label=gettext_lazy("What it tries, and for whom"),
        help_text=gettext_lazy("Let people ride to the hospital while trams are half empty by order."),
        widget=few_lines(4),
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Made in urgency"),
        help_text=gettext_lazy("Before people could be heard: they are heard now."),
        required=False,
    )
    owner = forms.ModelChoiceField(label=gettext_lazy("The service that looks after it"), queryset=Unit.objects.none())
    where = forms.CharField(
        label=gettext_lazy("The street, from where to where"),
        help_text=gettext_lazy("Or choose a place below."),
        max_length=200,
        required=False,
    )
    commune = forms.ModelChoiceField(label=gettext_lazy("Commune"), queryset=Commune.objects.none(), required=False)
    place = forms.ModelChoiceField(label=gettext_lazy("A place we know"), queryset=Place.objects.none(), required=False)
    opened_on = forms.DateField(label=gettext_lazy("Opened on"), widget=DayInput)
    review_on = forms.DateField(
        label=gettext_lazy("Judged on"),
        help_text=gettext_lazy("On that day it is kept, adapted or removed. Everybody reads it, and its age after."),
        widget=DayInput,
    )

    def __init__(self, *args: Any, organisation_id: int | None, scheme: Scheme | None = None, **kwargs: Any) -> None:
        known = {name: getattr(scheme, name) for name in self.base_fields} if scheme else {}
        super().__init__(*args, initial=known or {"opened_on": clock.today()}, **kwargs)
        self.fields["owner"].queryset = Unit.objects.filter(organisation_id=organisation_id).order_by("search", "pk")
        self.fields["place"].queryset = (
            Place.objects.filter(organisation_id=organisation_id).select_related("commune").order_by("search", "pk")
        )
        self.fields["commune"].queryset = Commune.objects.order_by("search", "pk")


def home_of(scheme: Scheme) -> str:
    """Return the page of the desk about one thing that is tried."""
    return reverse("citizen_dialogue:keeper_scheme", args=[scheme.slug])


def sheet_of(scheme: Scheme, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about something tried, and comes back to it."""
    return Sheet(title, why, button, home_of(scheme), scheme.title, MENU, **more)


@require_http_methods(["GET", "POST"])
def scheme_new(request: HttpRequest) -> HttpResponse:
    """Write something that is tried: none without the day it is judged."""
    access_keeper(request.actor)
    form = bound(SchemeForm, request, organisation_id=request.actor.organisation_id)
    sheet = Sheet(
        _("Try something"),
        _("A street that changes for a while is judged on a day, with those who use it."),
        _("Write it"),
        reverse(MENU),
        _("Schemes on trial"),
        MENU,
        note=_("Everybody reads it at once. What tells whether it works is chosen next, before any figure."),
    )
    made: list[Scheme] = []

    def act(typed: dict[str, Any]) -> str:
        made.append(schemes.do_open_scheme(actor=request.actor, fields=typed))
        return _("It is written. Choose now, with those who use the place, what will tell whether it works.")

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = home_of(made[0])
    return answer


@require_http_methods(["GET", "POST"])
def scheme_write(request: HttpRequest, scheme: str) -> HttpResponse:
    """Put right what is written of something tried."""
    kept = access_kept_scheme(request.actor, scheme)
    form = bound(SchemeForm, request, organisation_id=kept.organisation_id, scheme=kept)
    sheet = sheet_of(
        kept, _("Put it right"), _("The day it is judged may come nearer; only a decision moves it away."), _("Save")
    )

    def act(typed: dict[str, Any]) -> str:
        schemes.do_change_scheme(actor=request.actor, scheme=kept, fields=typed)
        return _("It is saved.")

    return asked(request, sheet, form, act)


@require_GET
def scheme_page(request: HttpRequest, scheme: str) -> HttpResponse:
    """Show one thing that is tried: its line of life, what tells, figures and notes, what people say, decisions."""
    kept = access_kept_scheme(request.actor, scheme)
    outcomes = list(kept.outcomes.select_related("by").order_by("on", "pk"))
    noted = list(field_notes.notes(kept, hidden=True))
    context = {
        "scheme": kept,
        "life": life_of(kept, outcomes),
        "outcomes": [(one, VERDICT_TONES[Outcome.Verdict(one.verdict)]) for one in reversed(outcomes)],
        "indicators": [(one, INDICATOR_TONES[Indicator.State(one.state)]) for one in indicators.with_voices(kept)],
        "evidence": evidence_of(kept),
        "struck": list(measures.struck(kept)),
        "evaluators": list(kept.evaluators.filter(left_at=None).select_related("person").order_by("invited_at", "pk")),
        "notes": noted[:PER_PAGE],
        "noted": len(noted),
        "channels": by_channel(kept.consultation, noted),
        "heard": bool(kept.consultation or noted),
        "booklets": list(booklets.published(scheme=kept)),
        "menu_here": MENU,
    }
    return page(request, "citizen_dialogue/schemes/scheme.html", context)


class AskForm(ConsultationForm):
    """The question asked of everybody about something tried, and who owes an answer."""

    answerer = forms.ModelChoiceField(label=gettext_lazy("Who owes an answer"), queryset=Person.objects.none())

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        known = {
            "title": scheme.title,
            "question": "\n".join(str(one) for one in schemes.QUESTIONS.values()),
            "closes_on": max(scheme.review_on, clock.today()),
            "main_words": _("On this site, at any hour."),
            "backup_channel": Channel.PAPER,
        }
        super().__init__(*args, initial=known, **kwargs)
        self.fields["answerer"].queryset = deciders(scheme)


def deciders(scheme: Scheme) -> Any:
    """Return who may decide for an organisation: its elected members and its directors."""
    may = current(
        Capacity.objects.filter(organisation_id=scheme.organisation_id, role__in=(roles.ELECTED, roles.DIRECTOR))
    )
    return Person.objects.filter(erased_at=None, pk__in=may.values("person_id")).order_by("search", "pk")


@require_http_methods(["GET", "POST"])
def scheme_ask(request: HttpRequest, scheme: str) -> HttpResponse:
    """Ask everybody what they think of it."""
    kept = access_kept_scheme(request.actor, scheme)
    form = bound(AskForm, request, scheme=kept)
    sheet = sheet_of(
        kept,
        _("Ask people"),
        _("Those who use the place know what figures do not say. Each channel counts the same."),
        _("Open the question"),
        icon="megaphone",
    )

    def act(typed: dict[str, Any]) -> str:
        schemes.do_ask_people(actor=request.actor, scheme=kept, fields=typed)
        return _("The question is open: people answer by either channel.")

    return asked(request, sheet, form, act)
