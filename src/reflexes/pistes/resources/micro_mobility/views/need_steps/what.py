"""The first step of a need: what has to be done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from reflexes.core import registry
from reflexes.mechanisms.allocation.models import Need, Priority
from reflexes.pistes.resources.micro_mobility.reasons import kind_label
from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step, long_text


class WhatForm(Step):
    """What has to be done."""

    FIELDS = ("kind", "title", "tasks", "priority")
    NEEDED = ("tasks",)
    kind = forms.ChoiceField(label=gettext_lazy("What kind of help is it?"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("What people will read first. For example: Handing out food parcels."),
        max_length=120,
        error_messages={"required": gettext_lazy("Say in a few words what is needed.")},
    )
    tasks = long_text(
        gettext_lazy("What will people do?"),
        gettext_lazy("As you would tell somebody who comes for the first time."),
        rows=4,
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("How much does it matter?"),
        help_text=gettext_lazy("Vital needs are filled first. The cell may call you about it."),
        coerce=int,
        choices=Priority.choices,
        widget=forms.RadioSelect,
        initial=Priority.MIDDLE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(registry.kinds().items())  # type: ignore[attr-defined]

    @classmethod
    def words(cls, need: Need) -> dict[str, str]:
        return {
            **super().words(need),
            "kind": kind_label(need.kind),
            "priority": str(Priority(need.priority).label),
        }

    def typed(self) -> dict[str, str]:
        found = super().typed()
        if self.cleaned_data.get("kind"):
            found["kind"] = kind_label(self.cleaned_data["kind"])
        if self.cleaned_data.get("priority"):
            found["priority"] = str(Priority(self.cleaned_data["priority"]).label)
        return found
