"""A consultation at the officer's desk: its two channels, its days, how far it reaches (P11 (1), (2))."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.mechanisms.assembly.circles import Circles
from reflexes.mechanisms.assembly.models import Channel, Consultation, Contribution
from reflexes.mechanisms.assembly.services import consultations
from reflexes.mechanisms.assembly.views.keeping import access_kept_consultation, menu_of
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, few_lines, needed, words_form
from reflexes.web.pages import page
from reflexes.web.parts import Bar, BarChart
from reflexes.web.words import full_date

LIST = "contributions"
Words = dict[str, Any]


class ChannelsForm(forms.Form):
    """A main and a backup channel, with the words that tell where each is."""

    main_channel = forms.ChoiceField(label=gettext_lazy("Main channel"), choices=Channel.choices)
    main_words = forms.CharField(
        label=gettext_lazy("Where and when people find it"),
        help_text=gettext_lazy("On this site; at the town hall, from 9 to 17; 03 88 00 00 00."),
        max_length=200,
    )
    backup_channel = forms.ChoiceField(
        label=gettext_lazy("Backup channel"), choices=Channel.choices, initial=Channel.PHONE
    )
    backup_words = forms.CharField(label=gettext_lazy("Where and when people find the backup"), max_length=200)


class ConsultationForm(ChannelsForm):
    """One question to everybody."""

    title = forms.CharField(label=gettext_lazy("In a few words"), max_length=160)
    question = forms.CharField(label=gettext_lazy("The question people answer"), widget=few_lines(3), max_length=2000)
    opens_on = forms.DateField(label=gettext_lazy("From which day"), widget=DayInput, initial=clock.today)
    closes_on = forms.DateField(label=gettext_lazy("Until which day"), widget=DayInput)
    moderation = forms.ChoiceField(
        label=gettext_lazy("When are words read?"),
        choices=Consultation.Moderation.choices,
        initial=Consultation.Moderation.AFTER,
        widget=forms.RadioSelect,
    )
    field_order = ("title", "question", "opens_on", "closes_on")


def said_at(circles: Circles, consultation: Consultation, **wanted: str) -> str:
    """Return the address of what was said to one consultation, and of it what is wanted."""
    query = "".join(f"&{name}={value}" for name, value in wanted.items())
    return f"{circles.desk(LIST)}?question={consultation.slug}{query}"


def reach_chart(circles: Circles, consultation: Consultation) -> BarChart:
    """Return how many contributions came by each channel: each bar leads to what it counts."""
    bars = [
        Bar(Channel(channel).label, number, said_at(circles, consultation, channel=channel) if number else "")
        for channel, number in consultations.reach(consultation).items()
    ]
    return BarChart(
        _("By which channel people spoke"), bars, consultation.title, clock.today(), unit=_("contributions")
    )


@require_GET
def consultation_page(request: HttpRequest, consultation: str, *, circles: Circles) -> HttpResponse:
    """Show one consultation: where people speak today, its days, how far it reaches, what waits to be read."""
    found = access_kept_consultation(request.actor, consultation, circles)
    opened = consultations.is_open(found)
    waiting = found.contributions.filter(state=Contribution.State.WAITING).count()
    context = {
        "door": found,
        "circle": circles.of(found.body or found),
        "ruled_at": circles.ruled_at(found),
        "opened": opened,
        "to_come": found.closed_at is None and clock.today() < found.opens_on,
        "ended": found.closed_at is not None or found.closes_on < clock.today(),
        "chart": reach_chart(circles, found),
        "waiting": waiting,
        "waiting_at": said_at(circles, found, state=Contribution.State.WAITING),
        "said_at": said_at(circles, found),
        "public_at": circles.public("speak", (found.body or found).slug),
        "menu_here": menu_of(circles),
        "piste": circles.piste,
    }
    return page(request, "assembly/words/keeper/consultation.html", context)


def _changed(
    request: HttpRequest,
    consultation: Consultation,
    circles: Circles,
    form: forms.Form,
    act: Callable[[Words], str],
    **words: str,
) -> HttpResponse:
    """Ask one thing about a consultation; what a step sets is changed with that step, never beside it."""
    if circles.ruled_at(consultation):
        raise Http404
    back = circles.desk("consultation", consultation.slug)
    sheet = Sheet(back=back, back_label=consultation.title, menu_here=menu_of(circles), **words)
    return asked(request, sheet, form, act)


@require_http_methods(["GET", "POST"])
def channels_write(request: HttpRequest, consultation: str, *, circles: Circles) -> HttpResponse:
    """Change the channels, or where people find them."""
    found = access_kept_consultation(request.actor, consultation, circles)
    known = {name: getattr(found, name) for name in consultations.CHANNELS}

    def act(typed: Words) -> str:
        consultations.do_change_channels(actor=request.actor, consultation=found, fields=typed)
        return _("It is saved: people read it where they speak.")

    return _changed(
        request,
        found,
        circles,
        bound(ChannelsForm, request, initial=known),
        act,
        title=_("Change where people speak"),
        why=_("Two channels at least: when one fails, the other is known already."),
        button=_("Save"),
    )


class SwitchForm(forms.Form):
    """Why the channel changes: one sentence, that people read."""

    why = needed(forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False))


@require_http_methods(["GET", "POST"])
def channel_switch(request: HttpRequest, consultation: str, *, circles: Circles) -> HttpResponse:
    """Let the backup channel take over, or the main one come back, with a reason that people read."""
    found = access_kept_consultation(request.actor, consultation, circles)
    to_backup = found.switched_at is None
    said = {"backup": found.get_backup_channel_display(), "main": found.get_main_channel_display()}

    def act(typed: Words) -> str:
        consultations.do_switch_channel(actor=request.actor, consultation=found, why=typed["why"])
        return _("The backup channel has taken over.") if to_backup else _("The main channel is back.")

    return _changed(
        request,
        found,
        circles,
        bound(SwitchForm, request),
        act,
        title=_("The backup channel takes over") if to_backup else _("The main channel comes back"),
        why=_("Nothing that was said moves, and words keep coming by both: nothing is lost."),
        button=_("Switch to: %(backup)s") % said if to_backup else _("Come back to: %(main)s") % said,
        note=_("People read your reason where they used to speak, and those who left an address receive it.")
        if to_backup
        else _("Those who left an address are told."),
        icon="repeat",
    )


class ProlongForm(forms.Form):
    """A later last day, and why."""

    closes_on = forms.DateField(label=gettext_lazy("Until which day"), widget=DayInput)
    reason = needed(forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False))


@require_http_methods(["GET", "POST"])
def consultation_prolong(request: HttpRequest, consultation: str, *, circles: Circles) -> HttpResponse:
    """Take words for longer; one that ended opens again."""
    found = access_kept_consultation(request.actor, consultation, circles)

    def act(typed: Words) -> str:
        consultations.do_prolong(actor=request.actor, consultation=found, **typed)
        return _("Words are taken until %(day)s.") % {"day": full_date(found.closes_on)}

    return _changed(
        request,
        found,
        circles,
        bound(ProlongForm, request),
        act,
        title=_("Take words for longer"),
        why=_("It lasts until %(day)s: longer is written with its reason.") % {"day": full_date(found.closes_on)},
        button=_("Prolong it"),
        icon="calendar-plus",
    )


@require_http_methods(["GET", "POST"])
def consultation_close(request: HttpRequest, consultation: str, *, circles: Circles) -> HttpResponse:
    """Close it before its last day, with words that everybody reads."""
    found = access_kept_consultation(request.actor, consultation, circles)

    def act(typed: Words) -> str:
        consultations.do_close_consultation(actor=request.actor, consultation=found, words=typed["words"])
        return _("It is closed.")

    return _changed(
        request,
        found,
        circles,
        bound(words_form(gettext_lazy("Why it closes"), rows=3), request),
        act,
        title=_("Close it before its last day"),
        why=_("People counted on %(day)s: they read why it closes.") % {"day": full_date(found.closes_on)},
        button=_("Close it"),
        note=_("Papers filled in until today can still be typed."),
        icon="flag",
    )
