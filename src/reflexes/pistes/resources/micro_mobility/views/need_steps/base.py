"""What the five short steps of a need have in common (screens.md 2).

Each step knows what is saved of it (``saved``), what it would change (``changes``), and how both read side by side when
two people write at once (``words``).
"""

import hashlib
import json
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.allocation.services.needs import Asked

NOT_SAID = gettext_lazy("Not said yet")


def said(value: object) -> str:
    """Return a value in words, or that nothing is said yet."""
    return str(value or NOT_SAID)


def long_text(label: str, help_text: str, *, rows: int, longest: int = 4000) -> forms.CharField:
    """Return a field of several lines, which a draft may leave empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=longest,
        required=False,
    )


class Step(forms.Form):
    """One step: ``FIELDS`` are the columns of the need that it writes as they are typed."""

    FIELDS: ClassVar[tuple[str, ...]] = ()
    # A draft is saved without these, and does not open without them (P09 (1)): they are not "if you wish".
    NEEDED: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, need: Need | None, actor: Actor, **kwargs: Any) -> None:
        self.need, self.actor = need, actor
        if need is not None:
            kwargs.setdefault("initial", self.saved(need))
        super().__init__(*args, **kwargs)
        for name in self.NEEDED:
            self.fields[name].needed = True  # type: ignore[attr-defined]

    @property
    def begun(self) -> Need:
        """The need that this step goes on with."""
        if self.need is None:
            raise ValueError("Only the first step begins without a need.")
        return self.need

    @classmethod
    def saved(cls, need: Need) -> dict[str, Any]:
        """Return what is saved of this step, as the form shows it."""
        return {name: getattr(need, name) for name in cls.FIELDS}

    @classmethod
    def seen(cls, need: Need) -> str:
        """Return a mark of what is saved: a page that carries the same mark has seen it."""
        text = json.dumps(cls.saved(need), default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def changes(self) -> tuple[dict[str, Any], list[Asked] | None]:
        """Return the columns and the half-days to write: only what was understood."""
        return {name: self.cleaned_data[name] for name in self.FIELDS if name in self.cleaned_data}, None

    @classmethod
    def words(cls, need: Need) -> dict[str, str]:
        """Return what is saved in words, by the label of each field."""
        return {name: said(getattr(need, name)) for name in cls.FIELDS}

    def typed(self) -> dict[str, str]:
        """Return what is typed in words, under the same names as ``words``."""
        return {name: said(self.cleaned_data.get(name)) for name in self.FIELDS}

    def label_of(self, name: str) -> str:
        """Return what a field is called on the page."""
        return str(self.fields[name].label) if name in self.fields else name
