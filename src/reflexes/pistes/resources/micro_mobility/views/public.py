"""Open to all when the cell wishes it: the open needs, how people are chosen, how to come forward."""

from typing import Any

from allauth.core.internal.ratelimit import consume
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import registry
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import readable_phone
from reflexes.core.notifications.services import notify
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Offer
from reflexes.mechanisms.allocation.services.coming import do_come_forward
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.pistes.resources.micro_mobility import public
from reflexes.pistes.resources.micro_mobility.models import PublicPage
from reflexes.pistes.resources.micro_mobility.piste import piste
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import INVALID, page, paginate
from reflexes.web.words import half_day_full

PER_PAGE = 30
FED = 100
FIVE_MINUTES = 300
TRIES = {"come_forward": "5/h/ip"}


class FilterForm(forms.Form):
    """The filters of the list, kept in the address."""

    commune = forms.ChoiceField(label=gettext_lazy("Commune"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of help"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", gettext_lazy("All"))]
        self.fields["commune"].choices = [*every, *public.communes_shown().values_list("pk", "name")]
        self.fields["kind"].choices = [*every, *piste.kinds.items()]


def access_public(request: HttpRequest) -> PublicPage:
    """Return the page's settings while it is on; off, it does not exist, and an exercise does not show it."""
    if request.actor.exercise_id is not None:
        sentence = _("The public page shows what is real. Leave the exercise to read it.")
        raise Refusal("in_exercise", sentence, conflict=True)
    kept = public.public_page()
    if kept is None or not kept.on:
        raise Http404
    return kept


def listed(request: HttpRequest) -> dict[str, Any]:
    """Return what the list shows: the same for everybody and for the cell's preview."""
    form = FilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = paginate(request, public.open_needs(commune=asked.get("commune", ""), kind=asked.get("kind", "")), PER_PAGE)
    shown = [public.shown(need) for need in rows]
    return {
        "filters": form,
        "rows": rows,
        "shown": shown,
        "points": public.points_of(shown, _places),
        "kinds": piste.kinds,
    }


def _places(count: int) -> str:
    return ngettext("%(count)s place left", "%(count)s places left", count) % {"count": count}


@open_to_all
@require_GET
def open_needs(request: HttpRequest) -> HttpResponse:
    """Show the open needs: what, where, when, how many places, how to come forward."""
    kept = access_public(request)
    context = {"kept": kept, "phone": readable_phone(kept.phone), **listed(request)}
    return page(request, "micro_mobility/public/needs.html", context)


@open_to_all
@require_GET
@cache_control(public=True, max_age=FIVE_MINUTES)
def feed(request: HttpRequest) -> HttpResponse:
    """Give the same list to machines (JSON Feed 1.1), for the town's site or its app."""
    access_public(request)
    home = settings.SITE_URL + reverse("micro_mobility_public:open_needs")
    items = []
    for need in public.open_needs()[:FED]:
        one = public.shown(need)
        lines = [f"{half_day_full(slot.day, slot.half)}: {_places(slot.headcount - slot.held)}" for slot in one.slots]
        items.append(
            {
                "id": f"{home}#besoin-{need.pk}",
                "url": f"{home}#besoin-{need.pk}",
                "title": one.title,
                "content_text": "\n".join([one.where or str(_("From home")), *lines, one.criteria]).strip(),
                "date_published": need.opened_at.isoformat() if need.opened_at else None,
                "tags": [need.kind],
            }
        )
    answer = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _("Open needs"),
        "home_page_url": home,
        "feed_url": settings.SITE_URL + reverse("micro_mobility_public:feed"),
        "language": get_language(),
        "items": items,
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


@open_to_all
@require_GET
def criteria(request: HttpRequest) -> HttpResponse:
    """Say how people are chosen, what limits hold, and how to object."""
    kept = access_public(request)
    context = {
        "kept": kept,
        "phone": readable_phone(kept.phone),
        "weekly": limits.WEEKLY_CAP,
        "kinds": limits.KINDS_CHOSEN,
        "answer_hours": round(limits.ANSWER_WITHIN.total_seconds() / 3600),
        "offer_days": limits.OFFER_ANSWERED_WITHIN.days,
    }
    return page(request, "micro_mobility/public/criteria.html", context)


class ComeForwardForm(forms.Form):
    """Who one is, how one is reached, what one would do. Nothing more is asked before somebody has answered."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    commune = forms.ModelChoiceField(
        label=gettext_lazy("Your commune"), queryset=None, required=False, empty_label=gettext_lazy("Not said")
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What would you like to do?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Birth date"),
        help_text=gettext_lazy("Only if you are under 18: your parents’ written consent is then needed."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = Commune.objects.order_by("search")  # type: ignore[attr-defined]
        self.fields["kinds"].choices = list(piste.kinds.items())  # type: ignore[attr-defined]


@open_to_all
@require_http_methods(["GET", "POST"])
def come_forward(request: HttpRequest) -> HttpResponse:
    """Leave one's name and a way to be reached: the cell answers, and its silence shows."""
    kept = access_public(request)
    if request.GET.get("merci"):
        return page(request, "micro_mobility/public/thanks.html", {"phone": readable_phone(kept.phone)})
    wanted = [kind for kind in request.GET.getlist("genre") if kind in registry.kinds()]
    form = ComeForwardForm(request.POST if request.method == "POST" else None, initial={"kinds": wanted})
    if request.method == "POST" and form.is_valid():
        thanks = redirect(f"{request.path}?merci=1")
        if request.POST.get("website"):
            return thanks  # a robot fills every field, also the one that nobody sees
        if not consume(request, app="micro_mobility", action="come_forward", config=TRIES):
            form.add_error(None, _("Several offers came from here within an hour. Call the cell, or come back later."))
        else:
            try:
                _come(request.actor, kept, form.cleaned_data)
            except Refusal as refusal:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
            else:
                return thanks
    context = {"form": form, "kept": kept, "phone": readable_phone(kept.phone)}
    return page(request, "micro_mobility/public/come_forward.html", context, status=INVALID if form.errors else 200)


def _come(actor: Actor, kept: PublicPage, asked: dict[str, Any]) -> None:
    with transaction.atomic():
        language = get_language() or "fr"
        offer = do_come_forward(actor=actor, organisation_id=kept.organisation_id, language=language, **asked)
        if offer is not None:
            _acknowledge(offer)


def _acknowledge(offer: Offer) -> None:
    notify(
        recipient_of(offer.person),
        subject=_("Your offer to lend a hand has arrived"),
        body=_(
            "Hello %(name)s,\n\nThank you. Somebody of the cell answers you within %(days)s days, also when nothing is "
            "needed for the moment. You owe nothing: you can say no to each proposal without giving a reason."
        )
        % {"name": offer.person.first_name, "days": limits.OFFER_ANSWERED_WITHIN.days},
        key=f"micro_mobility.came_forward:{offer.pk}",
    )
