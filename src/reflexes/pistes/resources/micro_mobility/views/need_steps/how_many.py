"""The fourth step of a need: how many people, and what they should know."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Need, Slot
from reflexes.mechanisms.allocation.services.needs import Asked
from reflexes.mechanisms.directory.models import Skill
from reflexes.pistes.resources.micro_mobility.spoken import Line, by_people, days_together, lines_of
from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step, said
from reflexes.pistes.resources.micro_mobility.views.need_steps.when import groups_of
from reflexes.web.words import half_day_full

MOST_SKILLS = 4


class LineForm(forms.Form):
    """How many people with one skill, on every half-day of the need."""

    skill = forms.ModelChoiceField(
        label=gettext_lazy("What should they know?"),
        queryset=Skill.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nothing special: it is learnt on the spot"),
    )
    people = forms.IntegerField(label=gettext_lazy("How many people each half-day?"), min_value=0, max_value=200)
    team = forms.IntegerField(
        label=gettext_lazy("From how many people does it make sense?"),
        help_text=gettext_lazy("Below that number, nobody is sent. Leave empty if one person alone is useful."),
        min_value=0,
        max_value=200,
        required=False,
    )
    mentor = forms.BooleanField(
        label=gettext_lazy("Somebody who has done it before must be in the team"), required=False
    )

    def __init__(self, *args: Any, skills: list[tuple[Any, str]], varies: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["skill"]
        field.queryset = Skill.objects.order_by("search")  # type: ignore[attr-defined]
        field.choices = [("", field.empty_label), *skills]  # type: ignore[attr-defined]
        if varies:
            self.fields["people"].required = False
            self.fields["people"].help_text = _("It differs from one half-day to the other: leave empty to keep that.")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        people, team = found.get("people"), found.get("team")
        if people and team and team > people:
            self.add_error(
                "team",
                _("The team cannot be larger than the people asked: write %(count)s at most.") % {"count": people},
            )
        return found


class HowManyForm(Step):
    """One line for each skill asked, then the number of each half-day where it differs."""

    FIELDS = ("minimum_age", "newcomers_per_mentor")
    minimum_age = forms.IntegerField(
        label=gettext_lazy("From which age?"),
        help_text=gettext_lazy("Only when a rule asks for it, such as 18 to drive."),
        min_value=14,
        max_value=99,
        required=False,
    )
    newcomers_per_mentor = forms.IntegerField(
        label=gettext_lazy("How many newcomers can one experienced person guide?"),
        min_value=1,
        max_value=20,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.begun.slots.filter(stopped_at=None).select_related("skill")
        self.slots = list(asked.order_by("day", "half", "pk"))
        skills = [
            (
                skill.pk,
                _("%(skill)s (can be learnt on the spot)") % {"skill": skill}
                if skill.learnable_on_site
                else str(skill),
            )
            for skill in Skill.objects.order_by("search")
        ]
        self.fields["newcomers_per_mentor"].help_text = _("Leave empty for the usual number: %(count)s.") % {
            "count": limits.NEWCOMERS_FOR_ONE_MENTOR
        }
        data = self.data if self.is_bound else None
        self.lines: list[tuple[int | None, LineForm]] = []
        groups = groups_of(self.slots)
        for skill_id, group in groups.items():
            counts = Counter(slot.headcount for slot in group)
            first = {
                "skill": skill_id,
                "people": group[0].headcount if len(counts) == 1 else None,
                "team": group[0].minimum_team or None,
                "mentor": group[0].mentor_required,
            }
            form = LineForm(data, initial=first, prefix=str(skill_id or 0), skills=skills, varies=len(counts) > 1)
            self.lines.append((skill_id, form))
        for prefix in self._typed_meanwhile(groups):
            self.lines.append((None, LineForm(data, prefix=prefix, skills=skills)))
        if self.slots and len(groups) < MOST_SKILLS:
            blank = LineForm(data, prefix="more", skills=skills, empty_permitted=True, use_required_attribute=False)
            self.lines.append((None, blank))
        self.numbers = [(slot, f"number-{slot.pk}") for slot in self.slots] if len(self.slots) > 1 else []

    def _typed_meanwhile(self, groups: dict[int | None, list[Slot]]) -> list[str]:
        """Return the lines typed here for a skill that somebody else took away meanwhile: nothing typed is lost."""
        known = {str(skill_id or 0) for skill_id in groups}
        names = self.data if self.is_bound else ()
        typed = {name.removesuffix("-people") for name in names if name.endswith("-people")}
        return sorted(prefix for prefix in typed - known if prefix.isdecimal())[:MOST_SKILLS]

    @property
    def in_words(self) -> list[str]:
        """What is asked for so far: who, on which half-days."""
        return [f"{days_together(days)} · {who}" for who, days in by_people(lines_of(self.slots))]

    @property
    def existing(self) -> list[LineForm]:
        """The lines of skills already asked."""
        return [form for _skill, form in self.lines if form.prefix != "more"]

    @property
    def blank(self) -> LineForm | None:
        """The empty line, for one skill more."""
        return next((form for _skill, form in self.lines if form.prefix == "more"), None)

    @property
    def blank_typed(self) -> bool:
        """Whether the empty line is no longer empty."""
        return self.is_bound and self.blank is not None and self.blank.has_changed()

    @property
    def numbers_wrong(self) -> bool:
        """Whether the numbers of the half-days must be shown: something is wrong there."""
        return self.is_bound and bool(self.non_field_errors())

    @property
    def numbered(self) -> list[tuple[Slot, str, str]]:
        """Each half-day with the name and the value of its own number."""
        return [
            (slot, name, self.data.get(name, "") if self.is_bound else str(slot.headcount))
            for slot, name in self.numbers
        ]

    @classmethod
    def saved(cls, need: Need) -> dict[str, Any]:
        return {
            **super().saved(need),
            "slots": [
                (one.day, one.half, one.skill_id, one.headcount, one.minimum_team, one.mentor_required)
                for one in need.slots_asked
            ],
        }

    def is_valid(self) -> bool:
        lines = [form.is_valid() for _skill, form in self.lines]
        return super().is_valid() and all(lines) and not self.errors

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for slot, name in self.numbers:
            typed = self.data.get(name, "").strip()
            if typed and not (typed.isdecimal() and 1 <= int(typed[:6]) <= 200):
                self.add_error(
                    None,
                    _("%(half_day)s: write how many people in figures, from 1 to 200.")
                    % {"half_day": half_day_full(slot.day, slot.half)},
                )
        chosen = [
            form.cleaned_data.get("skill")
            for _skill, form in self.lines
            if form.is_valid() and (form.prefix != "more" or form.cleaned_data.get("people"))
        ]
        if len(chosen) != len(set(chosen)):
            self.add_error(None, _("The same skill is asked for twice. Keep one line and change its number."))
        if (
            self.existing
            and chosen
            and all(form.is_valid() and form.cleaned_data.get("people") == 0 for form in self.existing)
            and not (self.blank and self.blank.is_valid() and self.blank.cleaned_data.get("people"))
        ):
            self.add_error(None, _("Somebody must come: write how many people."))
        return found

    def changes(self) -> tuple[dict[str, Any], list[Asked] | None]:
        """Return the half-days with their numbers; one typed for a half-day counts before that of its line."""
        fields, _none = super().changes()
        if not self.slots or not all(form.is_valid() for _skill, form in self.lines):
            return fields, None
        current = {(slot.day, slot.half, slot.skill_id): slot for slot in self.slots}
        days = sorted({(slot.day, slot.half) for slot in self.slots})
        wanted = []
        for was, form in self.lines:
            typed = form.cleaned_data
            if form.prefix == "more" and not typed.get("people"):
                continue
            fresh = form.prefix not in {str(skill_id or 0) for _day, _half, skill_id in current}
            mine = [(day, half) for day, half in days if fresh or (day, half, was) in current]
            for day, half in mine:
                slot = None if fresh else current.get((day, half, was))
                number = self._number(slot, typed.get("people"))
                if number:
                    wanted.append(
                        Asked(
                            day=day,
                            half=half,
                            headcount=number,
                            skill_id=typed["skill"].pk if typed.get("skill") else None,
                            minimum_team=min(typed.get("team") or 0, number),
                            mentor_required=bool(typed.get("mentor")),
                        )
                    )
        return fields, wanted

    def _number(self, slot: Slot | None, people: int | None) -> int:
        """Return how many people come on one half-day."""
        if people == 0:
            return 0
        if slot is None:
            return people or 1
        typed = self.data.get(f"number-{slot.pk}", "").strip()
        if typed.isdecimal() and int(typed) != slot.headcount:
            return int(typed)
        return slot.headcount if people is None else people

    @classmethod
    def words(cls, need: Need) -> dict[str, str]:
        slots = need.slots.filter(stopped_at=None).select_related("skill")
        return {**super().words(need), "slots": _in_words(lines_of(slots))}

    def typed(self) -> dict[str, str]:
        names: dict[int | None, str] = {skill.pk: str(skill) for skill in Skill.objects.order_by("pk")}
        asked = self.changes()[1] or []
        lines = [(one.day, one.half, names.get(one.skill_id, ""), one.headcount) for one in asked]
        return {**super().typed(), "slots": _in_words(lines)}

    def label_of(self, name: str) -> str:
        return _("How many people") if name == "slots" else super().label_of(name)


def _in_words(lines: Iterable[Line]) -> str:
    return said("; ".join(f"{days_together(days)} · {who}" for who, days in by_people(lines)))
