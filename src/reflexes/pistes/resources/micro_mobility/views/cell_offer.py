"""An offer that came by telephone, on paper or face to face: somebody without e-mail is as welcome as the others."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock, registry
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.services import nudges
from reflexes.mechanisms.allocation.services.offers_by_hand import Offered, do_write_offer
from reflexes.mechanisms.directory.models import Commune, Organisation, Person, Skill, Unit
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.web.answers import done, invalid, refused
from reflexes.web.forms import HalfDaysField, fortnight
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/cell/offer_on_behalf.html"
LIMITS = (
    ("no_weekend:", gettext_lazy("Never at weekends")),
    ("no_half:am", gettext_lazy("Never in the morning")),
    ("no_half:pm", gettext_lazy("Never in the afternoon")),
)
OF_PERSON = ("first_name", "last_name", "channel", "phone", "email", "commune", "birth_date", "unit", "trade")


class OfferForm(forms.Form):
    """The sheet “Offer my time”, in the same order."""

    origin = forms.ChoiceField(
        label=gettext_lazy("How did it reach you?"), choices=nudges.Channel.choices, widget=forms.RadioSelect
    )
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Service"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("None: a resident or a member of an association"),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Or which organisation, for those of no service?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose in the list"),
    )
    trade = forms.CharField(label=gettext_lazy("Trade"), max_length=120, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("How do they want to be told?"),
        choices=Person.Channel.choices,
        widget=forms.RadioSelect,
        initial=Person.Channel.PHONE,
    )
    commune = forms.ModelChoiceField(
        label=gettext_lazy("Commune where they live"),
        queryset=Commune.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not said"),
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("Only for missions with a minimum age, or for those under eighteen."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which kinds of mission?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    skills = forms.ModelMultipleChoiceField(
        label=gettext_lazy("What they can do"),
        queryset=Skill.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    weekly_cap = forms.IntegerField(
        label=gettext_lazy("At most how many half-days a week?"), min_value=1, max_value=14, initial=limits.WEEKLY_CAP
    )
    max_km = forms.FloatField(
        label=gettext_lazy("At most how many kilometres from home?"), min_value=0.1, max_value=500, required=False
    )
    never = forms.MultipleChoiceField(
        label=gettext_lazy("Their limits"),
        help_text=gettext_lazy("Never crossed without their own yes. Others are written on their sheet afterwards."),
        choices=LIMITS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    half_days = HalfDaysField(label=gettext_lazy("They could come on these half-days"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = Unit.objects.select_related("organisation").order_by("organisation__search", "search")
        fields["unit"].label_from_instance = lambda unit: f"{unit.name} ({unit.organisation})"
        fields["organisation"].queryset = Organisation.objects.order_by("search")
        fields["commune"].queryset = Commune.objects.order_by("search")
        fields["skills"].queryset = Skill.objects.filter(regulated=False).order_by("search")
        fields["kinds"].choices = list(registry.kinds().items())
        fields["kinds"].help_text = _("At most %(count)s. With none ticked, they may be asked for any of them.") % {
            "count": limits.KINDS_CHOSEN
        }
        self.days = fortnight(clock.today(), weekends=True)
        past = {
            f"{day.isoformat()}/{half}": _("gone by")
            for day in self.days
            for half in ("am", "pm")
            if day < clock.today()
        }
        fields["half_days"].set_days(self.days, past)

    def offered(self) -> Offered:
        """Return the offer as the service takes it."""
        said = self.cleaned_data
        return Offered(
            weekly_cap=said["weekly_cap"],
            max_km=said["max_km"],
            kinds=said["kinds"],
            half_days=said["half_days"],
            shown=(max(self.days[0], clock.today()), self.days[-1]),
            skills=said["skills"],
            limits=[(kind, value) for kind, _colon, value in (one.partition(":") for one in said["never"])],
        )


@require_http_methods(["GET", "POST"])
def offer_on_behalf(request: HttpRequest) -> HttpResponse:
    """Write down somebody's offer: the person, their half-days, what they can do, their limits."""
    access_cell(request.actor)
    form = OfferForm(request.POST or None)
    context = {"form": form, "menu_here": "micro_mobility:pool"}
    if request.method == "GET":
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    said = form.cleaned_data
    person = {name: said[name] for name in OF_PERSON} | {"organisation": said["organisation"]}
    try:
        offer = do_write_offer(actor=request.actor, person=person, offered=form.offered(), channel=said["origin"])
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    return done(
        request,
        _("%(person)s's offer is written down. Answer them: every offer gets a human answer.")
        % {"person": offer.person},
        "micro_mobility:person_sheet",
        offer.person_id,
    )
