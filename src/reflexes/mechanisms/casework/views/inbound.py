"""Somebody calls, comes or writes: search first, then write (screens.md 8; research/outreach.md 7, requirement 5)."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.models import Channel, State
from reflexes.mechanisms.casework.services import board, cases
from reflexes.mechanisms.directory.models import Commune, Organisation
from reflexes.web.answers import done, invalid, refused
from reflexes.web.forms import few_lines, needed
from reflexes.web.pages import page

TEMPLATE = "casework/navigator/inbound.html"
# What we called is written by whoever called.
DOORS = [(value, label) for value, label in Channel.choices if value != Channel.CALLED]


class InboundForm(forms.Form):
    """Who, what they say, and how it reached us."""

    channel = needed(
        forms.ChoiceField(
            label=gettext_lazy("How it reaches us"), choices=DOORS, widget=forms.RadioSelect, required=False
        )
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("First name and name"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    words = needed(
        forms.CharField(
            label=gettext_lazy("What they say, in their words"), widget=few_lines(5), max_length=5000, required=False
        )
    )
    address = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=200)
    commune = forms.ModelChoiceField(
        label=gettext_lazy("Commune"), queryset=None, required=False, empty_label=gettext_lazy("not said")
    )
    urgent = forms.BooleanField(label=gettext_lazy("It is urgent"), required=False)
    wants_news = forms.BooleanField(
        label=gettext_lazy("The person wants to know what becomes of it"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = Commune.objects.order_by("search")  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """Refuse what is no number: a wrong one finds nobody again."""
        phone: str = self.cleaned_data["phone"]
        if phone.strip() and not normalised_phone(phone):
            raise forms.ValidationError(_("This is no telephone number. Write it as it is dialled, or leave it empty."))
        return normalised_phone(phone)


@never_cache
@require_http_methods(["GET", "POST"])
def inbound(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Take down what somebody says; whoever is known already is shown first."""
    perms.access_desk(request.actor)
    form = InboundForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "piste": desk.piste, "menu_here": desk.name("inbound")}
    if not form.is_bound:
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    said = form.cleaned_data
    if "vu" not in request.POST:
        found = cases.find_same(request.actor, phone=said["phone"], name=said["name"])
        if found:
            return page(request, TEMPLATE, {**context, "found": _lines(request, found)})
    try:
        case = _open(request, desk, said)
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    need = case.referrals.order_by("pk")[0]
    return done(request, _("It is written down. What does this person need?"), desk.at("qualify", need.key))


def _lines(request: HttpRequest, found: list[cases.Found]) -> list[dict[str, Any]]:
    """Return who may be the same person, with their words and the need to open."""
    needs = [
        next((one for one in same.case.referrals.all() if one.state != State.CLOSED), None)
        or next(iter(same.case.referrals.all()))
        for same in found
    ]
    for same, need in zip(found, needs, strict=True):
        need.case = same.case
    cards = board.cards(request.actor, needs)
    return [{"card": card, "same": same} for card, same in zip(cards, found, strict=True)]


def _open(request: HttpRequest, desk: Desk, said: dict[str, Any]) -> Any:
    key_name = desk.key_of(request.actor)
    if not key_name:
        raise Refusal(
            "no_key",
            _("No register is open to receive this. Keep your notes; whoever is in charge of calls opens one."),
        )
    return cases.do_open_case(
        actor=request.actor,
        piste=desk.piste,
        channel=said["channel"],
        words=said["words"],
        key_name=key_name,
        facts={name: said[name] for name in ("name", "phone", "address")},
        organisation=Organisation.objects.get(pk=request.actor.organisation_id),
        commune=said["commune"],
        urgent=said["urgent"],
        wants_news=said["wants_news"],
        exercise_id=request.actor.exercise_id,
    )
