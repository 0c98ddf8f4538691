"""What both lists of the agent share: a search kept in the address, and the same lines as a sheet to take away."""

import io
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy, pgettext_lazy

from reflexes.core import registry
from reflexes.core.sheets.cells import Cell
from reflexes.core.sheets.writing import FORMATS, write_tables
from reflexes.core.text import normalised
from reflexes.pistes.resources.micro_mobility.views.sheets import TYPES


class MissionsForm(forms.Form):
    """Filters of one's missions and of open needs."""

    q = forms.CharField(label=gettext_lazy("What or where"), required=False, max_length=80)
    genre = forms.ChoiceField(label=gettext_lazy("Kind of mission"), required=False)
    du = forms.DateField(
        label=pgettext_lazy("day", "From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    au = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", gettext_lazy("All"))
        self.fields["genre"].choices = [everything, *registry.kinds().items()]  # type: ignore[attr-defined]


def asked_in(request: HttpRequest) -> MissionsForm:
    """Return the filters of the address, read; one that makes no sense is left out."""
    form = MissionsForm(request.GET)
    form.is_valid()
    return form


def filtered(rows: "QuerySet[Any]", form: MissionsForm, *, need: str = "slot__need") -> "QuerySet[Any]":
    """Keep the rows that the filters ask for; ``need`` is the way from a row to its need."""
    asked = form.cleaned_data
    if asked.get("genre"):
        rows = rows.filter(**{f"{need}__kind": asked["genre"]})
    if asked.get("du"):
        rows = rows.filter(day__gte=asked["du"])
    if asked.get("au"):
        rows = rows.filter(day__lte=asked["au"])
    for word in normalised(asked.get("q", "")).split():
        rows = rows.filter(
            Q(**{f"{need}__search__contains": word})
            | Q(**{f"{need}__organisation__search__contains": word})
            | Q(**{f"{need}__place__search__contains": word})
        )
    return rows


def sheet(name: str, titles: list[str], rows: Iterable[list[Cell]], kind: str) -> HttpResponse:
    """Return one's own lines as a sheet."""
    kind = kind if kind in FORMATS else "xlsx"
    out = io.BytesIO()
    write_tables(out, {name: (titles, list(rows))}, kind)
    answer = HttpResponse(out.getvalue(), content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer
