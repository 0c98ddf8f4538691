"""The people who offered: who was used or not, when they were last asked; one sheet each. Nobody is ranked."""

from typing import Any

from django import forms
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock, registry
from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_view
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import ages, perms
from reflexes.mechanisms.allocation.models import Assignment, Call, FreeHalfDay, Half, Offer, Thanks
from reflexes.mechanisms.allocation.services import nudges, offers
from reflexes.mechanisms.allocation.services.paper import origin_of
from reflexes.mechanisms.allocation.states import HOLDING, LIVE, State
from reflexes.mechanisms.directory.models import PersonSkill, Skill, Unit
from reflexes.pistes.resources.micro_mobility.reasons import kind_label
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.pistes.resources.micro_mobility.views.cell_needs import ALL, MISSION_TONES
from reflexes.pistes.resources.micro_mobility.wish_words import said
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

# What became of an offer: the cell's question is "who was not used" (mechanisms.md 1, finding 5).
USES = {
    "never_asked": gettext_lazy("Never asked"),
    "unanswered": gettext_lazy("Without any answer from us"),
    "asked": gettext_lazy("Asked, no mission yet"),
    "going": gettext_lazy("On a mission"),
    "away": gettext_lazy("Offer taken back"),
}


class PoolForm(forms.Form):
    """The filters of the pool, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)
    use = forms.ChoiceField(label=gettext_lazy("What became of it"), required=False)
    skill = forms.ChoiceField(label=gettext_lazy("Skill"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of mission"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Home service"), required=False)
    day = forms.DateField(
        label=gettext_lazy("Free on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    half = forms.ChoiceField(label=gettext_lazy("Half of the day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["use"].choices = [ALL, *USES.items()]
        self.fields["skill"].choices = [ALL, *((one.slug, str(one)) for one in Skill.objects.order_by("search"))]
        self.fields["kind"].choices = [ALL, *registry.kinds().items()]
        lending = Offer.objects.filter(capacity__unit=OuterRef("pk"))
        units = Unit.objects.filter(Exists(lending)).order_by("search", "pk")
        self.fields["unit"].choices = [ALL, *units.values_list("pk", "name")]
        self.fields["half"].choices = [ALL, *Half.choices]


@require_GET
def pool(request: HttpRequest) -> HttpResponse:
    """Show everybody who offered, by name: used or not, and when they were last asked."""
    access_cell(request.actor)
    form = PoolForm(request.GET)
    form.is_valid()
    rows = paginate(request, _filtered(request, form.cleaned_data), PER_PAGE, shown=_shown())
    _count_missions(request, list(rows))
    return page(request, "micro_mobility/cell/pool.html", {"form": form, "rows": rows})


def _count_missions(request: HttpRequest, shown: list[Offer]) -> None:
    """Say how many missions the people of one page had: counting for everybody first would cost half a second."""
    held = Assignment.objects.filter(
        person__in=[offer.person_id for offer in shown], state__in=HOLDING, exercise_id=request.actor.exercise_id
    )
    counted = dict(held.order_by().values_list("person_id").annotate(Count("pk")))
    for offer in shown:
        offer.missions = counted.get(offer.person_id, 0)  # type: ignore[attr-defined]


def _shown() -> QuerySet[Offer]:
    """Return what a line says of an offer, and nothing else of the person."""
    return Offer.objects.select_related("person", "capacity__unit").only(
        *("active", "weekly_cap", "came_forward_at", "last_asked_at", "greeted_at"),
        *("person__first_name", "person__last_name", "capacity__trade", "capacity__unit__name"),
    )


def _filtered(request: HttpRequest, asked: dict[str, Any]) -> QuerySet[Offer]:
    # Erasing a person deletes their offer (``allocation.privacy``): counting offers needs no word of the person.
    found = _used(Offer.objects.all(), asked.get("use", ""), request.actor.exercise_id)
    for word in normalised(asked.get("q", "")).split():
        found = found.filter(person__search__contains=word)
    if asked.get("skill"):
        holders = PersonSkill.objects.filter(skill__slug=asked["skill"])
        found = found.filter(person__in=holders.values("person_id"))
    if asked.get("kind"):
        found = found.filter(Q(kinds__kind=asked["kind"]) | Q(kinds=None))
    if asked.get("unit"):
        found = found.filter(capacity__unit_id=asked["unit"])
    if asked.get("day") or asked.get("half"):
        free = {"day": asked["day"]} if asked.get("day") else {"day__gte": clock.today()}
        if asked.get("half"):
            free["half"] = asked["half"]
        found = found.filter(Exists(FreeHalfDay.objects.filter(offer=OuterRef("pk"), **free)))
    return found.order_by("person__search", "person_id")


def _used(found: QuerySet[Offer], use: str, exercise_id: int | None) -> QuerySet[Offer]:
    going = Assignment.objects.filter(state__in=LIVE, exercise_id=exercise_id).exclude(
        state__in=(State.PROPOSED, State.RETURNED, State.DEBRIEFED)
    )
    ever = Assignment.objects.filter(state__in=HOLDING, exercise_id=exercise_id)
    match use:
        case "never_asked":
            return found.filter(active=True, last_asked_at=None)
        case "unanswered":
            return found.filter(active=True, last_asked_at=None, greeted_at=None)
        case "asked":
            return found.filter(active=True, last_asked_at__isnull=False).exclude(person__in=ever.values("person_id"))
        case "going":
            return found.filter(person__in=going.values("person_id"))
        case "away":
            return found.filter(active=False)
        case _:
            return found.filter(active=True)


@require_GET
def person_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one person gives, knows and wishes, and their missions; reading it is journaled (design.md rule 6)."""
    offer = perms.access_offer(request.actor, pk)
    record_view(request.actor, offer.person.key, "micro_mobility.person_sheet", "allocation")
    missions = (
        Assignment.objects.filter(person_id=pk, exercise_id=request.actor.exercise_id)
        .select_related("slot__need__organisation")
        .order_by("-day", "-half", "-pk")
    )
    rows = paginate(request, missions, PER_PAGE)
    context = {
        "offer": offer,
        "person": offer.person,
        "phone": phone_of(offer.person),
        "origin": origin_of("offer", offer.pk),
        "skills": offer.person.skills.select_related("skill", "confirmed_by").order_by("-primary", "skill__search"),
        "kinds": [kind_label(kind) for kind in offer.kinds.order_by("kind").values_list("kind", flat=True)],
        "wishes": said(list(offer.wishes.order_by("pk"))),
        "free": list(offer.half_days.filter(day__gte=clock.today()).order_by("day", "half")[:20]),
        **_kept(offer),
        "rows": rows,
        "missions": [
            (one, MISSION_TONES.get(State(one.state), "stopped"), one.state in nudges.CAN_BE_SAID) for one in rows
        ],
    }
    return page(request, "micro_mobility/cell/person_sheet.html", context)


def _kept(offer: Offer) -> dict[str, Any]:
    """Return what the house keeps of its dealings with somebody: no free words, only what happened and when."""
    person = offer.person
    return {
        "today": clock.today(),
        "minor": ages.is_minor(person.birth_date, clock.today()),
        "consent": person.consents.filter(revoked_at=None).first(),
        "thanked": Thanks.objects.filter(person=person).aggregate(last=Max("wave__sent_at"))["last"],
        "calls": person.calls.exclude(outcome=Call.Outcome.OPEN).order_by("-claimed_at", "-pk")[:5],
        "departure": person.departures.filter(taken_back_at=None, capacity_id=offer.capacity_id).first(),
    }


class GreetForm(forms.Form):
    """A few words to somebody who offered."""

    words = forms.CharField(
        label=gettext_lazy("What do you want to tell them?"),
        help_text=gettext_lazy("They read your words as they are, by the way they prefer."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
    )


@require_http_methods(["GET", "POST"])
def offer_greet(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer somebody who came forward: every offer gets a human answer (design.md rule 2)."""
    offer = perms.access_offer(request.actor, pk)
    template = "micro_mobility/cell/offer_greet.html"
    context: dict[str, Any] = {"offer": offer, "person": offer.person}
    if request.method == "GET":
        words = _(
            "Hello %(name)s,\n\nThank you for offering your time. Nothing fits your half-days yet; we keep your offer "
            "and will write as soon as something does. You can change it or take it back at any time."
        ) % {"name": offer.person.first_name}
        return page(request, template, {**context, "form": GreetForm(initial={"words": words})})
    form = GreetForm(request.POST)
    context["form"] = form
    if not form.is_valid():
        return invalid(request, template, context)
    try:
        offers.do_greet_offer(actor=request.actor, offer=offer, words=form.cleaned_data["words"])
    except Refusal as refusal:
        return refused(request, template, context, refusal)
    return done(
        request,
        _("Your answer to %(name)s is on its way.") % {"name": offer.person},
        "micro_mobility:silence_list",
        "offers_unanswered",
    )
