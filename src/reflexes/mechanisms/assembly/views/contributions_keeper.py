"""What people say, by any channel: typed for those without a screen, hidden only with a reason (P01 (7), P11 (2))."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.circles import Circles, access_keeper
from reflexes.mechanisms.assembly.models import Channel, Contribution
from reflexes.mechanisms.assembly.services import consultations, contributions, moderation
from reflexes.mechanisms.assembly.views.keeping import ALL, PER_PAGE, access_kept_consultation, menu_of, tabs_of
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import DayInput, few_lines, needed
from reflexes.web.pages import page, paginate

LIST = "contributions"
TONES = {
    Contribution.State.WAITING: "waits",
    Contribution.State.SHOWN: "done",
    Contribution.State.HIDDEN: "stopped",
    Contribution.State.WITHDRAWN: "note",
}
BY_HAND = [(value, label) for value, label in Channel.choices if value != Channel.WEB]


def kept_consultations(request: HttpRequest, circles: Circles) -> Any:
    """Return the questions asked to everybody that one keeps, latest first."""
    found = consultations.find_consultations(request.actor, piste=circles.piste)
    return found.filter(organisation_id=request.actor.organisation_id)


class ContributionsForm(forms.Form):
    """The filters of the list, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=gettext_lazy("Where it stands"), required=False, choices=[ALL, *Contribution.State.choices]
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False, choices=[ALL, *Channel.choices])

    def __init__(self, *args: Any, asked_now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"] = forms.ModelChoiceField(
            label=_("Question"), queryset=asked_now, required=False, to_field_name="slug", empty_label=ALL[1]
        )


@require_GET
def contribution_list(request: HttpRequest, *, circles: Circles) -> HttpResponse:
    """Show what people said, latest first, and the questions they are asked."""
    access_keeper(request.actor)
    asked_now = kept_consultations(request, circles)
    form = ContributionsForm(request.GET, asked_now=asked_now)
    form.is_valid()
    found = Contribution.objects.filter(consultation__in=asked_now.values("pk")).select_related(
        "consultation", "proposal"
    )
    for word in normalised(form.cleaned_data.get("q", "")).split():
        found = found.filter(search__contains=word)
    for name, column in (("state", "state"), ("channel", "channel"), ("question", "consultation")):
        if form.cleaned_data.get(name):
            found = found.filter(**{column: form.cleaned_data[name]})
    rows = paginate(request, found.order_by("-said_at", "-pk"), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, TONES[one.state]) for one in rows],
        "questions": [(one, consultations.is_open(one)) for one in asked_now[:PER_PAGE]],
        "tabs": tabs_of(circles, LIST),
        "menu_here": menu_of(circles),
        "circles": [circle for circle in map(circles.of, circles.at_work(request.actor)) if circle.ask],
        "piste": circles.piste,
    }
    return page(request, "assembly/words/keeper/contributions.html", context)


class TypedForm(forms.Form):
    """Words said without a screen."""

    channel = forms.ChoiceField(label=gettext_lazy("How they reached you"), choices=BY_HAND, widget=forms.RadioSelect)
    words = needed(
        forms.CharField(
            label=gettext_lazy("What they said, in their words"), widget=few_lines(6), max_length=5000, required=False
        )
    )
    said_on = forms.DateField(label=gettext_lazy("On which day"), widget=DayInput, initial=clock.today)
    shown_name = forms.CharField(
        label=gettext_lazy("The name they want shown"),
        help_text=gettext_lazy("Nobody has to give one."),
        max_length=80,
        required=False,
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


@require_http_methods(["GET", "POST"])
def contribution_type(request: HttpRequest, consultation: str, *, circles: Circles) -> HttpResponse:
    """Write down what somebody said by telephone, on paper, in the room or by letter."""
    found = access_kept_consultation(request.actor, consultation, circles)
    sheet = Sheet(
        _("Write down what somebody said"),
        found.question,
        _("Write it down"),
        circles.desk(LIST),
        _("Contributions"),
        menu_of(circles),
    )

    def act(typed: dict[str, Any]) -> str:
        contributions.do_contribute(
            actor=request.actor,
            consultation=found,
            said=contributions.Words(
                client_key=typed["client_key"], words=typed["words"], shown_name=typed["shown_name"]
            ),
            typed=contributions.Typed(channel=typed["channel"], said_at=moment_of(typed["said_on"])),
            by_name=False,
        )
        return _("It is written down, and counts like the others.")

    return asked(request, sheet, bound(TypedForm, request), act)


def moment_of(day: Any) -> datetime | None:
    """Return a moment of ``day``: now when it is today."""
    return None if day == clock.today() else timezone.make_aware(datetime.combine(day, time(12)))


def kept_contribution(request: HttpRequest, pk: int, circles: Circles) -> Contribution:
    """Return words said to a consultation that one keeps."""
    access_keeper(request.actor)
    found = perms.access_contribution(request.actor, pk)
    if found.consultation.piste != circles.piste:
        raise Http404
    perms.check_keeping(request.actor, found.consultation)
    return found


def home_of(contribution: Contribution, circles: Circles) -> str:
    """Return the address of the page of a contribution."""
    return circles.desk("contribution", contribution.pk)


@require_GET
def contribution_page(request: HttpRequest, contribution: int, *, circles: Circles) -> HttpResponse:
    """Show what somebody said, what was decided about it, and the appeal when there is one."""
    found = kept_contribution(request, contribution, circles)
    appeals = found.state == Contribution.State.HIDDEN and found.appealed_at and not found.appeal_answered_at
    context = {
        "said": found,
        "tone": TONES[found.state],
        "to_read": found.state == Contribution.State.WAITING,
        "may_hide": found.state in (Contribution.State.WAITING, Contribution.State.SHOWN) and not found.appealed_at,
        "appeals": bool(appeals),
        "may_answer": moderation.can_answer_appeal(request.actor, found),
        "menu_here": menu_of(circles),
        "piste": circles.piste,
    }
    return page(request, "assembly/words/keeper/contribution.html", context)


@require_POST
def contribution_show(request: HttpRequest, contribution: int, *, circles: Circles) -> HttpResponse:
    """Show words that waited to be read."""
    found = kept_contribution(request, contribution, circles)

    def act() -> str:
        moderation.do_show(actor=request.actor, contribution=found)
        return _("These words show.")

    return pressed(request, act, home_of(found, circles))


class HideForm(forms.Form):
    """Why words are hidden: one of the reasons that everybody can read."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Disagreeing is no reason: the same list holds for everybody."),
        choices=Contribution.Why.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=gettext_lazy("In a sentence, to the author"), max_length=300, required=False)


def _sheet(contribution: Contribution, circles: Circles, title: str, why: str, button: str, **more: Any) -> Sheet:
    back, menu = home_of(contribution, circles), menu_of(circles)
    return Sheet(title, why, button, back, _("What was said"), menu, note=contribution.words, **more)


@require_http_methods(["GET", "POST"])
def contribution_hide(request: HttpRequest, contribution: int, *, circles: Circles) -> HttpResponse:
    """Hide words, with a reason that their author reads."""
    found = kept_contribution(request, contribution, circles)
    sheet = _sheet(
        found,
        circles,
        _("Hide these words"),
        _("Their author is told why, and may ask somebody else than you to read them again."),
        _("Hide these words"),
        icon="eye-off",
    )

    def act(typed: dict[str, Any]) -> str:
        moderation.do_hide(actor=request.actor, contribution=found, **typed)
        return _("These words are hidden, and their author is told why.")

    return asked(request, sheet, bound(HideForm, request), act)


class AppealForm(forms.Form):
    """The answer to an appeal."""

    show = forms.ChoiceField(
        label=gettext_lazy("After reading them again"),
        choices=[("yes", gettext_lazy("They show again")), ("no", gettext_lazy("They stay hidden"))],
        widget=forms.RadioSelect,
    )
    words = needed(
        forms.CharField(
            label=gettext_lazy("Why"),
            help_text=gettext_lazy("The author reads your words."),
            max_length=300,
            required=False,
        )
    )


@require_http_methods(["GET", "POST"])
def appeal_answer(request: HttpRequest, contribution: int, *, circles: Circles) -> HttpResponse:
    """Answer an appeal: never whoever hid the words. The director does when there is no other officer."""
    if perms.is_keeper(request.actor):
        found = kept_contribution(request, contribution, circles)
        if found.appealed_at is None:
            raise Http404
        if not moderation.can_answer_appeal(request.actor, found):
            raise PermissionDenied
    else:
        theirs = moderation.appeals_to_answer(request.actor).filter(consultation__piste=circles.piste)
        found = get_object_or_404(theirs, pk=contribution)
    sheet = _sheet(
        found,
        circles,
        _("Answer the appeal"),
        _("Somebody else than whoever hid them reads the words again; this answer stands."),
        _("Answer"),
    )
    said = {"words": found.words, "why": found.get_why_hidden_display(), "appeal": found.appeal}
    told = _("“%(words)s” Hidden because: %(why)s. The author answers: “%(appeal)s”") % said
    sheet = replace(sheet, note=told)
    if not perms.is_keeper(request.actor):
        answers = f"{circles.piste}:to_answer"
        sheet = replace(sheet, back=reverse(answers), back_label=_("What I must answer"), menu_here=answers)

    def act(typed: dict[str, Any]) -> str:
        show = typed["show"] == "yes"
        moderation.do_answer_appeal(actor=request.actor, contribution=found, show=show, words=typed["words"])
        return _("The appeal is answered.")

    return asked(request, sheet, bound(AppealForm, request), act)
