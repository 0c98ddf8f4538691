"""What the living style guide shows: every component in every state, with invented figures."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from reflexes.core import clock
from reflexes.web.forms import HalfDaysField, fortnight, key_of
from reflexes.web.pages import paginate
from reflexes.web.parts import (
    Bar,
    BarChart,
    Comparison,
    Event,
    Point,
    Side,
    Stack,
    StackedChart,
    Tab,
)

PROGRESS_END = 4
LINES = 60


class NeedForm(forms.Form):
    """A form with one field of each kind."""

    what = forms.CharField(
        label=gettext_lazy("What has to be done?"),
        help_text=gettext_lazy("In your own words, as you would say it to somebody."),
        max_length=120,
    )
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"))
    people = forms.IntegerField(label=gettext_lazy("How many people?"), min_value=1, max_value=50)
    day = forms.DateField(
        label=gettext_lazy("Until when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where?"),
        choices=[
            ("hall", gettext_lazy("Village hall")),
            ("school", gettext_lazy("Pasteur school")),
        ],
    )
    half = forms.ChoiceField(
        label=gettext_lazy("When in the day?"),
        widget=forms.RadioSelect,
        choices=[
            ("am", gettext_lazy("In the morning")),
            ("pm", gettext_lazy("In the afternoon")),
        ],
    )
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("What should they know?"),
        required=False,
        help_text=gettext_lazy("Nothing ticked means that everything is learnt on the spot."),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("drive", gettext_lazy("Drive a van")),
            ("listen", gettext_lazy("Listen on the telephone")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("Anything else?"), required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label=gettext_lazy("Our team knows that someone new is coming."))


class HalfDaysForm(forms.Form):
    """The grid of half-days."""

    half_days = HalfDaysField(
        label=gettext_lazy("My free half-days"),
        help_text=gettext_lazy("Tap a half-day, or draw across several. A lock is a mission already given."),
        required=False,
    )


class SearchForm(forms.Form):
    """A filter bar."""

    words = forms.CharField(label=pgettext_lazy("style guide", "Words"), required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("style guide", "State"),
        required=False,
        choices=[
            ("", pgettext_lazy("style guide", "All")),
            ("open", pgettext_lazy("style guide", "Open")),
            ("filled", pgettext_lazy("style guide", "Filled")),
        ],
    )


def _half_days() -> HalfDaysForm:
    days = fortnight(clock.today() + timedelta(days=7))
    form = HalfDaysForm(
        initial={
            "half_days": [
                (days[0], "am"),
                (days[1], "am"),
                (days[1], "pm"),
                (days[6], "pm"),
            ]
        }
    )
    form.fields["half_days"].set_days(days, {key_of((days[3], "am")): _("mission at the food bank")})
    return form


def _people_chart() -> BarChart:
    bars = [
        Bar(_("Food aid"), 42, "#charts"),
        Bar(_("Friendly calls"), 31),
        Bar(_("Waste collection"), 12),
        Bar(_("Help in a care home"), 7),
    ]
    return BarChart(
        _("Half-days asked this week"),
        bars,
        _("open needs"),
        clock.today(),
        _("half-days"),
    )


def _week_chart() -> StackedChart:
    monday = fortnight(clock.today())[0]
    stacks = [
        Stack(formats.date_format(monday, "l"), [9, 2, 3, 1]),
        Stack(formats.date_format(monday + timedelta(days=1), "l"), [12, 4, 1, 0]),
        Stack(formats.date_format(monday + timedelta(days=2), "l"), [6, 0, 5, 2]),
    ]
    names = [
        pgettext("style guide", "done"),
        pgettext("style guide", "filled"),
        pgettext("style guide", "proposed"),
        _("nobody yet"),
    ]
    return StackedChart(
        _("Half-days of the week"),
        names,
        stacks,
        _("needs and missions"),
        clock.today(),
    )


def _points() -> list[Point]:
    return [
        Point(
            _("Food bank"),
            45.1885,
            5.7245,
            _("3 places on Thursday morning"),
            "#maps",
            waits=True,
        ),
        Point(_("Pasteur school"), 45.2034, 5.7020, pgettext("style guide", "filled"), "#maps"),
        Point(
            _("Les Tilleuls care home"),
            45.1652,
            5.7641,
            _("1 place on Friday afternoon"),
            "#maps",
            waits=True,
        ),
        Point(_("Sorting centre"), 45.2210, 5.6610, pgettext("style guide", "filled")),
        Point(_("Town hall"), 45.1900, 5.7350, pgettext("style guide", "filled")),
    ]


def _comparison() -> Comparison:
    lines = [
        Side(_("Priority places filled"), "38 / 40", "37 / 40", "left"),
        Side(_("Kilometres in all"), "212", "154", "right"),
        Side(_("People who move"), "3", "11", "left"),
        Side(_("Week-ends asked"), "0", "0"),
    ]
    return Comparison(_("Two plans for the week"), _("Plan A"), _("Plan B"), lines)


def everything(request: HttpRequest) -> dict[str, Any]:
    """Return what the style guide draws."""
    now, today = clock.now(), clock.today()
    wrong = NeedForm(
        {"wrong-email": "amina", "wrong-people": "0", "wrong-half": "am", "wrong-place": "hall"}, prefix="wrong"
    )
    return {
        "form": NeedForm(initial={"what": _("Sort and hand out food parcels"), "people": 3}),
        "wrong_form": wrong,
        "half_days_form": _half_days(),
        "search_form": SearchForm(request.GET or None),
        "page": paginate(request, range(1, LINES + 1), 5),
        "days_ago": now - timedelta(days=4),
        "hours_ago": now - timedelta(hours=5),
        "weeks_ago": today - timedelta(days=20),
        "soon": now + timedelta(days=2),
        "thursday": today + timedelta(days=3),
        "steps": [
            _("What?"),
            _("Where?"),
            _("When?"),
            _("How many?"),
            _("Who welcomes?"),
        ],
        "events": [
            Event(now - timedelta(days=3), _("Amina said yes."), icon="check"),
            Event(
                now - timedelta(days=2),
                _("Her manager released her."),
                _("“We keep three at the desk.”"),
                "user-check",
            ),
            Event(
                now - timedelta(hours=2),
                _("The food bank confirmed the half-day."),
                icon="calendar-check",
            ),
        ],
        "tabs": [
            Tab(pgettext("style guide", "Open"), "#tabs", current=True, count=12),
            Tab(pgettext("style guide", "Filled"), "#tabs", count=31),
            Tab(pgettext("style guide", "Closed"), "#tabs", count=1204),
        ],
        "bar_chart": _people_chart(),
        "stacked_chart": _week_chart(),
        "points": _points(),
        "no_points": [],
        "comparison": _comparison(),
        "progress_url": reverse("web:components_progress") + "?step=1",
        "today": today,
    }


def progress_at(step: str) -> dict[str, Any]:
    """Return one moment of the pretended long work."""
    done = min(int(step), PROGRESS_END) if step.isdigit() else 0
    return {
        "done": done,
        "total": PROGRESS_END,
        "progress_url": f"{reverse('web:components_progress')}?step={done + 1}",
    }
