"""How every form is drawn; days, hours, money and half-days as people write them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from reflexes.web.words import AFTERNOON, MORNING, half_day_full

HALVES = (MORNING, AFTERNOON)
DAYS_OF_WEEK = 7
HalfDay = tuple[date, str]


class Renderer(TemplatesSetting):
    """Label, help, error, in that order and tied together; a summary of errors on top (RGAA 11)."""

    form_template_name = "web/forms/form.html"
    field_template_name = "web/forms/field.html"


def key_of(half_day: HalfDay) -> str:
    """Return the value of a half-day in forms and sheets: ``2026-11-24/am``."""
    day, half = half_day
    return f"{day.isoformat()}/{half}"


def half_day_of(key: str) -> HalfDay:
    """Read ``2026-11-24/am``; ValueError when it is none."""
    day, _slash, half = key.partition("/")
    if half not in HALVES:
        raise ValueError(key)
    return date.fromisoformat(day), half


def fortnight(start: date, *, weeks: int = 2, weekends: bool = False) -> list[date]:
    """Return the days of whole weeks from the Monday of ``start``'s week."""
    monday = start - timedelta(days=start.weekday())
    days = (monday + timedelta(days=number) for number in range(weeks * DAYS_OF_WEEK))
    return [day for day in days if weekends or day.weekday() < DAYS_OF_WEEK - 2]


@dataclass(frozen=True, slots=True)
class Cell:
    """One half-day of the grid."""

    key: str
    day: date
    half: str
    words: str
    checked: bool
    closed: str
    id: str


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the grid: its days, then a row of cells for each half."""

    start: date
    days: list[date]
    rows: list[tuple[str, list[Cell]]]


class HalfDayGrid(forms.Widget):
    """A fortnight of half-days to tick: works with a thumb, a keyboard, and without JavaScript.

    ``closed`` says why a half-day cannot be ticked (a mission, a day gone by): key to reason.
    """

    template_name = "web/forms/half_days.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.days: Sequence[date] = ()
        self.closed: dict[str, Any] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def format_value(self, value: Any) -> set[str]:
        return {each if isinstance(each, str) else key_of(each) for each in value or ()}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        checked = self.format_value(value)
        id_ = context["widget"]["attrs"].get("id", name)
        weeks: dict[date, list[date]] = {}
        for day in self.days:
            weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
        number = 0
        context["weeks"] = []
        for monday, days in weeks.items():
            rows = []
            for half in HALVES:
                cells = []
                for day in days:
                    key = key_of((day, half))
                    cells.append(
                        Cell(
                            key,
                            day,
                            half,
                            half_day_full(day, half),
                            key in checked,
                            str(self.closed.get(key, "")),
                            f"{id_}_{number}",
                        )
                    )
                    number += 1
                rows.append((half, cells))
            context["weeks"].append(Week(monday, days, rows))
        return context


class HalfDaysField(forms.Field):
    """Half-days ticked on the grid, cleaned to a sorted list of ``(date, "am" or "pm")``."""

    widget = HalfDayGrid
    default_error_messages = {  # noqa: RUF012  (Django's own shape)
        "required": _("Tick at least one half-day."),
        "outside": _("%(half_day)s is not on this grid. Tick the half-days of the grid, then send again."),
        "closed": _("%(half_day)s cannot be ticked: %(reason)s. Untick it, then send again."),
    }

    def __init__(
        self,
        *,
        days: Iterable[date] = (),
        closed: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.set_days(days, closed)

    def set_days(self, days: Iterable[date], closed: dict[str, Any] | None = None) -> None:
        """Choose the days of the grid and the half-days closed on it; to be called for each form."""
        self.widget.days, self.widget.closed = list(days), closed or {}

    def to_python(self, value: Any) -> list[HalfDay]:
        try:
            found = {half_day_of(each) if isinstance(each, str) else each for each in value or ()}
        except ValueError as wrong:
            raise forms.ValidationError(
                self.error_messages["outside"],
                code="outside",
                params={"half_day": str(wrong)[:40]},
            ) from wrong
        return sorted(found)

    def validate(self, value: list[HalfDay]) -> None:
        super().validate(value)
        for day, half in value:
            words = half_day_full(day, half)
            if day not in self.widget.days:
                raise forms.ValidationError(
                    self.error_messages["outside"],
                    code="outside",
                    params={"half_day": words},
                )
            if reason := self.widget.closed.get(key_of((day, half))):
                raise forms.ValidationError(
                    self.error_messages["closed"],
                    code="closed",
                    params={"half_day": words, "reason": reason},
                )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.widget.format_value(initial) != self.widget.format_value(data)


class HoursField(forms.DecimalField):
    """Hours as people write them: 3,5 or 3.5 or 3h30, whatever the language of the page."""

    default_error_messages = {"invalid": _("Write hours in figures, like 3.5.")}  # noqa: RUF012  (Django's own shape)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "min_value": 0,
                "max_value": 24,
                "max_digits": 4,
                "decimal_places": 1,
                "widget": forms.TextInput(attrs={"inputmode": "decimal", "size": 5}),
                **kwargs,
            }
        )

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        spoken = re.fullmatch(r"(\d{1,2})\s*[h:]\s*([0-5]\d)?", value.strip().lower())
        if spoken:
            hours = Decimal(spoken[1]) + Decimal(spoken[2] or 0) / 60
            return super().to_python(hours.quantize(Decimal("0.1"), ROUND_HALF_UP))
        return super().to_python(value.strip().replace(",", "."))


class DayInput(forms.DateInput):
    """A day, chosen with what the telephone or the computer offers."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and an hour."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def few_lines(rows: int = 4) -> forms.Textarea:
    """Return a field of a few lines."""
    return forms.Textarea(attrs={"rows": rows})


def needed(field: forms.Field) -> forms.Field:
    """Mark a field that must be filled, though it may come empty: its service says what is missing, in a sentence."""
    field.needed = True  # type: ignore[attr-defined]
    return field


def words_form(label: object, help_text: object = "", *, name: str = "words", rows: int = 4) -> type[forms.Form]:
    """Return a form of one text that must be written; the service says what is missing."""
    field = forms.CharField(label=label, help_text=help_text, widget=few_lines(rows), required=False, max_length=5000)
    return type("WordsForm", (forms.Form,), {name: needed(field)})


class EurosField(forms.DecimalField):
    """An amount as people write it (12 000, 12 000,50, 12000.5 €), cleaned to cents; its initial value is in cents."""

    default_error_messages = {"invalid": _("Write an amount in euros, in figures, like 12000.")}  # noqa: RUF012  (Django's own shape)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "min_value": 0,
                "max_value": 10**13,
                "decimal_places": 2,
                "widget": forms.TextInput(attrs={"inputmode": "decimal", "size": 12}),
                **kwargs,
            }
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python("".join(value.replace("€", "").replace(",", ".").split()))

    def clean(self, value: Any) -> Any:
        """Return cents, or nothing where nothing was asked."""
        euros = super().clean(str(value or ""))
        return None if euros is None else int(euros * 100)

    def prepare_value(self, value: Any) -> Any:
        """Return what the field shows: euros, with cents only when there are some."""
        return (
            value if not isinstance(value, int) else f"{value // 100}" + (f".{value % 100:02}" if value % 100 else "")
        )
