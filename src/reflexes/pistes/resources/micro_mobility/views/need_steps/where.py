"""The second step of a need: where it happens."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.allocation.services.needs import Asked
from reflexes.mechanisms.directory.models import Place
from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step, long_text, said
from reflexes.pistes.resources.micro_mobility.views.need_steps.likely import likely_place


class WhereForm(Step):
    """Where it happens, what is hard there, what is provided."""

    FIELDS = ("constraints", "provided")
    NEEDED = ("where", "constraints")
    ANYWHERE = "remote"
    where = forms.ChoiceField(label=gettext_lazy("Where do people come?"), widget=forms.RadioSelect, required=False)
    constraints = long_text(
        gettext_lazy("What is hard or particular there?"),
        gettext_lazy("Loads, standing, cold, hours, stairs. If nothing is, write that nothing is."),
        rows=3,
    )
    provided = long_text(
        gettext_lazy("What do you provide?"),
        gettext_lazy("Meal, clothes, gloves, a parking place, a bus ticket."),
        rows=2,
        longest=2000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.filter(organisation_id=self.begun.organisation_id).select_related("commune")
        self.places = {str(place.pk): place for place in places.order_by("search", "pk")}
        if not self.initial.get("where") and (likely := likely_place(self.begun.organisation_id)) is not None:
            self.initial["where"] = str(likely.pk)
        choices = [(key, place.in_full) for key, place in self.places.items()]
        self.fields["where"].choices = [*choices, (self.ANYWHERE, _("Nowhere: it is done at a distance"))]  # type: ignore[attr-defined]

    @classmethod
    def saved(cls, need: Need) -> dict[str, Any]:
        return {"where": cls.ANYWHERE if need.remote else str(need.place_id or ""), **super().saved(need)}

    def changes(self) -> tuple[dict[str, Any], list[Asked] | None]:
        fields, _slots = super().changes()
        where = self.cleaned_data.get("where")
        if where is not None:
            fields |= {"remote": where == self.ANYWHERE, "place": self.places.get(where)}
        return fields, None

    @classmethod
    def words(cls, need: Need) -> dict[str, str]:
        return {"where": _where(need.remote, need.place), **super().words(need)}

    def typed(self) -> dict[str, str]:
        where = self.cleaned_data.get("where") or ""
        return {"where": _where(where == self.ANYWHERE, self.places.get(where)), **super().typed()}


def _where(remote: bool, place: Place | None) -> str:
    return _("At a distance") if remote else said(place)
