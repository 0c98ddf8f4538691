"""The third step of a need: on which half-days."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Need, Slot
from reflexes.mechanisms.allocation.services.needs import Asked
from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step, said
from reflexes.web.forms import HalfDay, HalfDaysField, fortnight, key_of
from reflexes.web.words import half_day_full

WEEKS = 2
MOST_HALF_DAYS = 200


class WhenForm(Step):
    """Which half-days, on a fortnight; the same ones may be repeated the weeks after."""

    NEEDED = ("half_days",)
    half_days = HalfDaysField(
        label=gettext_lazy("Which half-days?"),
        help_text=gettext_lazy("Tap a half-day, or draw across several."),
        required=False,
    )
    repeat = forms.TypedChoiceField(
        label=gettext_lazy("And the weeks after?"), coerce=int, required=False, empty_value=0, initial=0
    )

    def __init__(self, *args: Any, since: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = list(self.begun.slots.all())
        self.since = since or self.first_day(self.slots)
        self.days = fortnight(self.since, weeks=WEEKS, weekends=True)
        used = set(Slot.objects.filter(need=self.begun, assignments__isnull=False).values_list("day", "half"))
        closed: dict[str, Any] = {key_of(half_day): _("somebody was already asked") for half_day in used}
        for day in self.days:
            if day < clock.today():
                closed |= {key_of((day, half)): _("gone by") for half in ("am", "pm")}
        self.closed = closed
        self.fields["half_days"].set_days(self.days, closed)  # type: ignore[attr-defined]
        self.fields["repeat"].choices = [  # type: ignore[attr-defined]
            (0, _("Only the half-days ticked")),
            (1, _("The same ones the week after")),
            (2, _("The same ones two weeks more")),
            (3, _("The same ones three weeks more")),
        ]

    @staticmethod
    def first_day(slots: Iterable[Slot]) -> date:
        """Return the day whose week begins the grid: the first half-day to come, else today."""
        today = clock.today()
        return min((slot.day for slot in slots if slot.day >= today), default=today)

    @classmethod
    def saved(cls, need: Need) -> dict[str, Any]:
        return {"half_days": sorted({(slot.day, slot.half) for slot in need.slots.all()})}

    def changes(self, *, repeated: bool = True) -> tuple[dict[str, Any], list[Asked] | None]:
        """Return the half-days wanted: those ticked, those of other weeks, those that cannot be taken back."""
        if "half_days" not in self.cleaned_data:
            return {}, None
        ticked = set(self.cleaned_data["half_days"])
        weeks = self.cleaned_data.get("repeat", 0) if repeated else 0
        wanted = ticked | {
            (day + timedelta(weeks=number), half) for day, half in ticked for number in range(1, weeks + 1)
        }
        kept = {
            (slot.day, slot.half)
            for slot in self.slots
            if slot.day not in self.days or key_of((slot.day, slot.half)) in self.closed
        }
        return {}, spread_over(self.slots, wanted | kept)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if len(found.get("half_days", ())) * (1 + (found.get("repeat") or 0)) > MOST_HALF_DAYS:
            self.add_error(
                "repeat", _("That is more than %(count)s half-days. Repeat fewer weeks.") % {"count": MOST_HALF_DAYS}
            )
        return found

    @classmethod
    def words(cls, need: Need) -> dict[str, str]:
        return {"half_days": _listed((slot.day, slot.half) for slot in need.slots.all())}

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
    """Return every half-day wanted with what is asked there; a new one asks as most of the others do."""
    slots = list(slots)
    current: dict[HalfDay, list[Slot]] = {}
    for slot in slots:
        current.setdefault((slot.day, slot.half), []).append(slot)
    usual = []
    for skill_id, group in groups_of(slots).items():
        count = Counter(slot.headcount for slot in group).most_common(1)[0][0]
        usual.append((skill_id, count, min(group[0].minimum_team, count), group[0].mentor_required))
    wanted = []
    for day, half in sorted(half_days):
        here = [
            (slot.skill_id, slot.headcount, slot.minimum_team, slot.mentor_required)
            for slot in current.get((day, half), [])
        ]
        for skill_id, count, team, mentor in here or usual or [(None, 1, 0, False)]:
            wanted.append(Asked(day, half, count, skill_id, team, mentor))
    return wanted


def _listed(half_days: Iterable[HalfDay]) -> str:
    return said("; ".join(half_day_full(day, half) for day, half in sorted(set(half_days))))
