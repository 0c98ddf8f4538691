"""What is asked to open an exercise and to speak of it afterwards."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.crisis.exercises import PLAYING_ROLES, owners
from reflexes.mechanisms.crisis.models import Lesson
from reflexes.mechanisms.crisis.scenarios import Scenario, next_thursday
from reflexes.mechanisms.directory.roles import role_name

CARD_TITLE, CARD_WORDS = 120, 400


class ExerciseForm(forms.Form):
    """A drill on the real screens, at another moment."""

    name = forms.CharField(
        label=gettext_lazy("Name of the exercise"),
        help_text=gettext_lazy("For example: Heatwave in July."),
        max_length=120,
    )
    purpose = forms.CharField(
        label=gettext_lazy("What we want to learn"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    plays_at = forms.SplitDateTimeField(
        label=gettext_lazy("When does the story begin?"),
        help_text=gettext_lazy("The clock of every page starts from there and runs as usual; nothing leaves the site."),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": gettext_lazy("Day played")},
            time_attrs={"type": "time", "aria-label": gettext_lazy("Hour played")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )
    invited = forms.MultipleChoiceField(
        label=gettext_lazy("Who may play?"),
        help_text=gettext_lazy("You can invite people by name afterwards."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    all_free = forms.BooleanField(
        label=gettext_lazy("Play as if everyone who offered to help were free"),
        help_text=gettext_lazy(
            "Their limits and skills stay as they are. Without it, only half-days really given count."
        ),
        required=False,
        initial=True,
    )
    begin = forms.CharField(
        label=gettext_lazy("First gestures"),
        help_text=gettext_lazy("What players read when they join."),
        max_length=CARD_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cards = forms.CharField(
        label=gettext_lazy("What happens meanwhile"),
        help_text=gettext_lazy("One card a line, “title: what players read”. You turn them over when you choose."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invited"]
        field.choices = [(role, str(role_name(role)).capitalize()) for role in PLAYING_ROLES]  # type: ignore[attr-defined]

    def clean_cards(self) -> list[tuple[str, str]]:
        """Cut the lines into cards."""
        cards = []
        for line in self.cleaned_data["cards"].splitlines():
            title, _colon, words = (part.strip() for part in line.partition(":"))
            if len(title) > CARD_TITLE or len(words) > CARD_WORDS:
                raise forms.ValidationError(
                    _("A card is too long: “%(title)s…”. Keep a short title, a colon, then one or two sentences.")
                    % {"title": title[:40]}
                )
            if title:
                cards.append((title, words))
        return cards


def begun_with(scenario: Scenario | None) -> dict[str, Any]:
    """Return what the form holds at first: the Tuesday before the Thursday that everybody pictures, at nine."""
    day = next_thursday(clock.today()) - timedelta(days=2)
    first = {
        "plays_at": timezone.make_aware(datetime.combine(day, time(9))),
        "invited": list(PLAYING_ROLES),
        "all_free": True,
    }
    if scenario is None:
        return first
    return first | {
        "name": str(scenario.name),
        "purpose": str(scenario.purpose),
        "begin": "\n".join(str(gesture) for gesture in scenario.begins),
        "cards": "\n".join(f"{title}: {words}" for title, words in scenario.surprises),
    }


class CardForm(forms.Form):
    """One more card, prepared while the exercise runs."""

    title = forms.CharField(label=gettext_lazy("What happens"), max_length=CARD_TITLE)
    words = forms.CharField(
        label=gettext_lazy("What players read"),
        max_length=CARD_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DebriefForm(forms.Form):
    """What the exercise showed, in the words of those who played."""

    worked = forms.CharField(
        label=gettext_lazy("What worked"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    hard = forms.CharField(
        label=gettext_lazy("What was hard"),
        help_text=gettext_lazy("Speak of moments and of screens, never of people."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    next_on = forms.DateField(
        label=gettext_lazy("The next exercise"),
        help_text=gettext_lazy("The cell is told when the day has come."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class LessonForm(forms.Form):
    """One decision: what, which way, by whom, until when."""

    words = forms.CharField(label=gettext_lazy("What it is about"), max_length=300)
    verdict = forms.ChoiceField(
        label=gettext_lazy("What we do with it"), choices=Lesson.Verdict.choices, widget=forms.RadioSelect
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who carries it"), queryset=None, empty_label=gettext_lazy("Choose in the list")
    )
    due_on = forms.DateField(
        label=gettext_lazy("By when"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners()  # type: ignore[attr-defined]
