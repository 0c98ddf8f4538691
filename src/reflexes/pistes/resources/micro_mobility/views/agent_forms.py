"""The forms of my space: half-days, terms, wishes, skills."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import registry
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Need, Offer
from reflexes.mechanisms.directory.models import Organisation, PersonSkill, Skill
from reflexes.pistes.resources.micro_mobility.wish_words import sentence
from reflexes.web.forms import HalfDaysField

HARD, SOFT = "hard", "soft"


class HalfDaysForm(forms.Form):
    """The fortnight, ticked with a thumb."""

    half_days = HalfDaysField(label=gettext_lazy("I could come on these half-days"), required=False)

    def __init__(self, *args: Any, days: Iterable[date], closed: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["half_days"].set_days(days, closed)  # type: ignore[attr-defined]


class TermsForm(forms.Form):
    """How often, how far, for which kinds of mission (P09 (7))."""

    weekly_cap = forms.IntegerField(
        label=gettext_lazy("At most how many half-days a week?"), min_value=1, max_value=14, initial=limits.WEEKLY_CAP
    )
    max_km = forms.FloatField(
        label=gettext_lazy("At most how many kilometres from home?"),
        help_text=gettext_lazy("In a straight line. Leave empty if the distance does not matter."),
        min_value=0.1,
        max_value=500,
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which kinds of mission?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    active = forms.BooleanField(
        label=gettext_lazy("You may ask me"),
        help_text=gettext_lazy("Untick to pause everything: nobody asks you until you tick it again."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kinds"]
        kinds.choices = list(registry.kinds().items())  # type: ignore[attr-defined]
        kinds.help_text = _("At most %(count)s. With none ticked, you may be asked for any of them.") % {
            "count": limits.KINDS_CHOSEN
        }

    @classmethod
    def of(cls, offer: Offer) -> "TermsForm":
        """Return the form filled with what was said."""
        return cls(
            initial={
                "weekly_cap": offer.weekly_cap,
                "max_km": f"{offer.max_km:g}" if offer.max_km else None,
                "active": offer.active,
                "kinds": list(offer.kinds.order_by("kind").values_list("kind", flat=True)),
            }
        )


class WishForm(forms.Form):
    """One limit or preference: a whole sentence to choose, then how much it counts."""

    wish = forms.ChoiceField(label=gettext_lazy("What do you wish?"))
    strength = forms.ChoiceField(
        label=gettext_lazy("How much does it count?"),
        choices=(
            (HARD, gettext_lazy("A limit: never crossed without my own yes")),
            (SOFT, gettext_lazy("A preference: kept whenever possible")),
        ),
        widget=forms.RadioSelect,
        initial=HARD,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wish"].choices = wish_choices()  # type: ignore[attr-defined]

    def cleaned_wish(self) -> dict[str, Any]:
        """Return the wish as the service takes it."""
        kind, _colon, value = self.cleaned_data["wish"].partition(":")
        return {"kind": kind, "value": value, "hard": self.cleaned_data["strength"] == HARD}


def wish_choices() -> list[Any]:
    """Return every wish as a sentence, grouped: days, kinds of mission, hosts."""
    hosts = {
        str(pk): name
        for pk, name in Organisation.objects.filter(pk__in=Need.objects.values("organisation_id"))
        .order_by("search", "pk")
        .values_list("pk", "name")
    }
    days = [("no_weekend:", "no_weekend", ""), ("no_half:am", "no_half", "am"), ("no_half:pm", "no_half", "pm")]
    days += [(f"no_weekday:{number}", "no_weekday", str(number)) for number in range(7)]
    kinds = [(f"no_kind:{slug}", "no_kind", slug) for slug in registry.kinds()]
    places = [(f"no_host:{pk}", "no_host", pk) for pk in hosts]
    groups = ((_("When"), days), (_("Kinds of mission"), kinds), (_("Places"), places))

    def said(kind: str, value: str) -> str:
        words = sentence(kind, value, hard=True, hosts=hosts)
        return words[:1].upper() + words[1:]

    return [
        ("", _("Choose in the list")),
        *((group, [(key, said(kind, value)) for key, kind, value in rows]) for group, rows in groups if rows),
    ]


class SkillForm(forms.Form):
    """One skill of the shared vocabulary, of one's trade or beyond it."""

    skill = forms.ModelChoiceField(
        label=gettext_lazy("I can"), queryset=Skill.objects.none(), empty_label=gettext_lazy("Choose in the list")
    )
    primary = forms.BooleanField(label=gettext_lazy("It is part of my trade"), required=False)

    def __init__(self, *args: Any, person_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = PersonSkill.objects.filter(person_id=person_id).values("skill_id")
        self.fields["skill"].queryset = Skill.objects.exclude(pk__in=known).order_by("search")  # type: ignore[attr-defined]
