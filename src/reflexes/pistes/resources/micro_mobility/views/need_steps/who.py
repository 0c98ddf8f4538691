"""The fifth step of a need: who welcomes, and how people are chosen."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.mechanisms.allocation.models import Need, next_working_day
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding
from reflexes.pistes.resources.micro_mobility.reasons import usual_criteria
from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step, long_text, said
from reflexes.pistes.resources.micro_mobility.views.need_steps.likely import likely_people
from reflexes.web.words import full_date


class ColleagueForm(forms.Form):
    """Somebody who welcomes people and is in no list yet; written only when a name is."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80, required=False)
    last_name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    duty = forms.ChoiceField(
        label=gettext_lazy("This person"),
        choices=(
            ("mentor", gettext_lazy("welcomes and guides newcomers")),
            ("contact", gettext_lazy("is called for everything else")),
        ),
        widget=forms.RadioSelect,
        required=False,
        initial="mentor",
    )


def _somebody(label: str, help_text: str = "") -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        help_text=help_text,
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose in the list"),
    )


class WhoForm(Step):
    """Who welcomes, who else can be called, when people go back, and how they are chosen."""

    FIELDS = ("mentor", "contact", "returns_on", "criteria")
    NEEDED = FIELDS
    mentor = _somebody(gettext_lazy("Who welcomes and guides them?"))
    contact = _somebody(
        gettext_lazy("Whom do they call for everything else?"),
        gettext_lazy("Another person: for a worry, hours, a difficulty with the team."),
    )
    returns_on = forms.DateField(
        label=gettext_lazy("On which day are they back at their post?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    criteria = long_text(
        gettext_lazy("How are people chosen?"),
        gettext_lazy("Published as it is, before anybody is chosen."),
        rows=9,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = {person.pk for person in people_holding(roles.HOST, organisation_id=self.begun.organisation_id)}
        before = Need.objects.filter(organisation_id=self.begun.organisation_id)
        named = Q(pk__in=here) | Q(mentored_needs__in=before) | Q(contact_needs__in=before)
        cell = {person.pk for person in people_holding(roles.COORDINATOR)}
        people = Person.objects.filter(erased_at=None).order_by("search", "pk")
        self.fields["mentor"].queryset = people.filter(  # type: ignore[attr-defined]
            pk__in=Person.objects.filter(Q(pk__in=here) | Q(mentored_needs__in=before)).values("pk")
        )
        self.fields["contact"].queryset = people.filter(  # type: ignore[attr-defined]
            pk__in=Person.objects.filter(named | Q(pk__in=cell)).values("pk")
        )
        self.newcomer = ColleagueForm(self.data if self.is_bound else None, prefix="newcomer")
        self._propose()

    def is_valid(self) -> bool:
        return all([self.newcomer.is_valid(), super().is_valid()])

    @property
    def newcomer_typed(self) -> bool:
        """Whether somebody was written by hand, or half written."""
        return self.is_bound and (bool(self.newcomer.errors) or self.colleague() is not None)

    def _propose(self) -> None:
        """Fill in what is likely: the people of the last need, the return on the working day after the last one."""
        need = self.begun
        if None in (need.mentor_id, need.contact_id):
            for duty, person in likely_people(need.organisation_id, self.actor).items():
                if getattr(need, f"{duty}_id") is None and person is not None:
                    self.initial[duty] = person.pk
        last = max((slot.day for slot in need.slots_asked), default=None)
        if need.returns_on is None and last is not None:
            self.initial["returns_on"] = next_working_day(last)
        if not need.criteria:
            self.initial["criteria"] = usual_criteria()

    @classmethod
    def saved(cls, need: Need) -> dict[str, Any]:
        return {
            "mentor": need.mentor_id,
            "contact": need.contact_id,
            "returns_on": need.returns_on,
            "criteria": need.criteria,
        }

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        both = found.get("mentor"), found.get("contact")
        if both[0] is not None and both[0] == both[1]:
            self.add_error("contact", _("Name somebody else: everyone has two people to call."))
        return found

    def colleague(self) -> dict[str, str] | None:
        """Return the person written by hand, or nothing."""
        typed = self.newcomer.cleaned_data if self.newcomer.is_valid() else {}
        named = typed.get("first_name") or typed.get("last_name")
        return {name: typed[name] for name in ("first_name", "last_name", "phone")} if named else None

    @property
    def duty(self) -> str:
        """What the person written by hand does."""
        return str(self.newcomer.cleaned_data.get("duty") or "mentor")

    @classmethod
    def words(cls, need: Need) -> dict[str, str]:
        return {**super().words(need), "returns_on": said(need.returns_on and full_date(need.returns_on))}

    def typed(self) -> dict[str, str]:
        day = self.cleaned_data.get("returns_on")
        return {**super().typed(), "returns_on": said(day and full_date(day))}
