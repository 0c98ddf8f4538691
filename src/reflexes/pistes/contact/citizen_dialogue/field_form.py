"""The form of a field note: where I stand, what I count, what I saw and how it felt; two minutes on a telephone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reflexes.pistes.contact.citizen_dialogue.models import FieldNote, Indicator, Scheme
from reflexes.pistes.contact.citizen_dialogue.services import schemes
from reflexes.pistes.contact.citizen_dialogue.services.field_notes import (
    HIGHEST_COUNT,
    LONGEST_MINUTES,
    LONGEST_NOTE,
    Seen,
)
from reflexes.web.forms import MomentInput, few_lines

COUNT = "count_"


class CountInput(forms.NumberInput):
    """A number between two big buttons: each sends the form, which comes back with one more or one less."""

    template_name = "citizen_dialogue/schemes/widgets/count.html"


class NoteForm(forms.Form):
    """One note; each thing counted in the street has its field."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    where = forms.CharField(
        label=gettext_lazy("Where I stand"), help_text=gettext_lazy("A corner, a number, a shop."), max_length=160
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When"), widget=MomentInput, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    saw = forms.CharField(
        label=gettext_lazy("What I saw"), widget=few_lines(4), max_length=LONGEST_NOTE, required=False
    )
    feeling = forms.ChoiceField(
        label=gettext_lazy("How it felt"),
        choices=FieldNote.Feeling.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counted = list(schemes.chosen(scheme).filter(in_the_street=True))
        named: dict[str, forms.Field] = {}
        for one in self.counted:
            named[f"{COUNT}{one.pk}"] = _count_field(one)
        if named:
            named["minutes"] = forms.IntegerField(
                label=gettext_lazy("During how many minutes"),
                min_value=1,
                max_value=LONGEST_MINUTES,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self.fields |= named
        self.order_fields(["client_key", "channel", "where", "at", *named, "saw", "feeling"])

    def counts(self) -> dict[int, int]:
        """Return what was counted: key of the indicator → how many; what was left empty was not counted."""
        typed = {one.pk: self.cleaned_data.get(f"{COUNT}{one.pk}") for one in self.counted}
        return {pk: value for pk, value in typed.items() if value is not None}

    def seen(self) -> Seen:
        """Return what the form says, once it is valid."""
        typed = self.cleaned_data
        return Seen(
            client_key=typed["client_key"],
            at=typed["at"],
            where=typed["where"],
            minutes=typed.get("minutes"),
            counts=self.counts(),
            saw=typed["saw"],
            feeling=typed["feeling"],
        )


def _count_field(indicator: Indicator) -> forms.IntegerField:
    return forms.IntegerField(
        label=indicator.title,
        help_text=indicator.how,
        min_value=0,
        max_value=HIGHEST_COUNT,
        required=False,
        widget=CountInput(attrs={"inputmode": "numeric", "data-count": "", "title": indicator.unit}),
    )
