"""The third step of a need: on which half-days."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Need, Slot, next_working_day
from reflexes.mechanisms.allocation.services.needs import Asked, asked_again
from reflexes.mechanisms.allocation.services.series import latest_end, repeated
from reflexes.mechanisms.allocation.states import LIVE
from reflexes.pistes.resources.micro_mobility.spoken import day_and_month, days_together
from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step, said
from reflexes.web.forms import HalfDay, HalfDaysField, fortnight, key_of

WEEKS = 2
SUNDAY = 6
WEEK = timedelta(weeks=1)
MOST_HALF_DAYS = 200


class WhenForm(Step):
    """Which half-days, on a fortnight; the same ones may be repeated every week until a date, within a limit."""

    NEEDED = ("half_days",)
    half_days = HalfDaysField(
        label=gettext_lazy("Which half-days?"),
        help_text=gettext_lazy("Tap a half-day, or draw across several."),
        required=False,
    )
    until = forms.TypedChoiceField(
        label=gettext_lazy("And the weeks after?"),
        help_text=gettext_lazy("Before the end, you are asked whether it goes on: it never does by itself."),
        coerce=date.fromisoformat,
        required=False,
        empty_value=None,
    )

    def __init__(self, *args: Any, since: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = self.begun.slots_asked
        self.since = since or self.first_day(self.slots)
        self.days = fortnight(self.since, weeks=WEEKS, weekends=True)
        live = Slot.objects.filter(need=self.begun, stopped_at=None, assignments__state__in=LIVE)
        used = set(live.values_list("day", "half"))
        closed: dict[str, Any] = {key_of(half_day): _("somebody was already asked") for half_day in used}
        for day in self.days:
            if day < clock.today():
                closed |= {key_of((day, half)): _("gone by") for half in ("am", "pm")}
        self.closed = closed
        self.fields["half_days"].set_days(self.days, closed)  # type: ignore[attr-defined]
        self.fields["until"].choices = [("", _("Only those ticked")), *self._ends()]  # type: ignore[attr-defined]

    def _ends(self) -> Iterable[tuple[str, str]]:
        """Yield the Sundays until which the half-days ticked may come back each week."""
        sunday, weeks = self.days[0] + timedelta(days=6) + WEEK, 2
        while sunday <= latest_end() + timedelta(days=6):
            words = _("Every week until %(day)s (%(count)s weeks in all)")
            yield sunday.isoformat(), words % {"day": day_and_month(sunday), "count": weeks}
            sunday, weeks = sunday + WEEK, weeks + 1

    @property
    def in_words(self) -> str:
        """Everything asked for so far, when the grid does not show it all."""
        if all(slot.day in self.days for slot in self.slots):
            return ""
        return days_together((slot.day, slot.half) for slot in self.slots)

    @staticmethod
    def first_day(slots: Iterable[Slot]) -> date:
        """Return the day whose week begins the grid: this week, where what is urgent is, as long as it shows the first.

        On a Sunday this week is over: the next one begins the grid.
        """
        today = clock.today()
        soon = today + timedelta(days=1) if today.weekday() == SUNDAY else today
        first = min((slot.day for slot in slots if slot.day >= today), default=soon)
        return soon if first in fortnight(soon, weeks=WEEKS, weekends=True) else first

    @classmethod
    def saved(cls, need: Need) -> dict[str, Any]:
        return {"half_days": sorted({(slot.day, slot.half) for slot in need.slots_asked})}

    def changes(self, *, and_after: bool = True) -> tuple[dict[str, Any], list[Asked] | None]:
        """Return the half-days wanted: those ticked, those of other weeks, those that cannot be taken back."""
        if "half_days" not in self.cleaned_data:
            return {}, None
        ticked = set(self.cleaned_data["half_days"])
        wanted = self._repeated(ticked) if and_after else ticked
        kept = {
            (slot.day, slot.half)
            for slot in self.slots
            if slot.day not in self.days or key_of((slot.day, slot.half)) in self.closed
        }
        return self._return_after(wanted | kept), spread_over(self.slots, wanted | kept)

    def _return_after(self, half_days: set[HalfDay]) -> dict[str, Any]:
        """Move a date of return that the half-days now pass, or that only followed the last of them."""
        back, last = self.begun.returns_on, max((day for day, _half in half_days), default=None)
        before = max((slot.day for slot in self.slots), default=None)
        followed = before is not None and back == next_working_day(before)
        return {"returns_on": next_working_day(last)} if back and last and (last > back or followed) else {}

    def _repeated(self, ticked: set[HalfDay]) -> set[HalfDay]:
        until = self.cleaned_data.get("until")
        if until is None:
            return ticked
        return {(one.day, one.half) for one in repeated([Asked(day, half) for day, half in ticked], until)}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if len(self._repeated(set(found.get("half_days", ())))) > MOST_HALF_DAYS:
            self.add_error(
                "until", _("That is more than %(count)s half-days. Repeat fewer weeks.") % {"count": MOST_HALF_DAYS}
            )
        return found

    @classmethod
    def words(cls, need: Need) -> dict[str, str]:
        return {"half_days": _listed((slot.day, slot.half) for slot in need.slots_asked)}

    def typed(self) -> dict[str, str]:
        slots = self.changes()[1]
        return {"half_days": _listed((one.day, one.half) for one in slots or ())}


def groups_of(slots: Iterable[Slot]) -> dict[int | None, list[Slot]]:
    """Return the half-days by skill, in the order they come."""
    groups: dict[int | None, list[Slot]] = {}
    for slot in slots:
        groups.setdefault(slot.skill_id, []).append(slot)
    return groups


def spread_over(slots: Iterable[Slot], half_days: Iterable[HalfDay]) -> list[Asked]:
    """Return every half-day wanted with what is asked there.

    A new one asks as the same half-day of another week, else as most of the others do.
    """
    slots = list(slots)
    current: dict[HalfDay, list[Slot]] = {}
    for slot in slots:
        current.setdefault((slot.day, slot.half), []).append(slot)
    usual = []
    for skill_id, group in groups_of(slots).items():
        count = Counter(slot.headcount for slot in group).most_common(1)[0][0]
        usual.append((count, skill_id, min(group[0].minimum_team, count), group[0].mentor_required))
    wanted = []
    weekly = {(day.weekday(), half): here for (day, half), here in current.items()}
    for day, half in sorted(half_days):
        alike = current.get((day, half)) or weekly.get((day.weekday(), half), [])
        if alike:
            wanted.extend(asked_again(slot, day) for slot in alike)
        else:
            wanted.extend(Asked(day, half, *rest) for rest in usual or [(1, None, 0, False)])
    return wanted


def _listed(half_days: Iterable[HalfDay]) -> str:
    return said(days_together(half_days))
