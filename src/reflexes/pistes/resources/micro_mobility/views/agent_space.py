"""My space: what I give, what I refuse, what I can do. Read by me and the cell, never by who appraises me (rule 5)."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.models import Assignment, Offer, WishWaiver
from reflexes.mechanisms.allocation.services import accounts, flying
from reflexes.mechanisms.allocation.services.offers import (
    do_add_wish,
    do_answer_waiver,
    do_remove_wish,
    do_set_half_days,
    do_set_terms,
    own_offer,
)
from reflexes.mechanisms.allocation.states import HOLDING, State
from reflexes.mechanisms.directory.flying import own_terms
from reflexes.mechanisms.directory.models import PersonSkill
from reflexes.mechanisms.directory.services import access_own_person, do_say_skill, do_withdraw_skill
from reflexes.pistes.resources.micro_mobility.views import agent_fortnight as fortnights
from reflexes.pistes.resources.micro_mobility.views.agent_answer import said_in
from reflexes.pistes.resources.micro_mobility.views.agent_forms import HalfDaysForm, SkillForm, TermsForm, WishForm
from reflexes.pistes.resources.micro_mobility.views.agent_missions import GIVERS, own_missions
from reflexes.pistes.resources.micro_mobility.views.recognition import balance_words
from reflexes.pistes.resources.micro_mobility.wish_words import said
from reflexes.web.answers import done, invalid, refused
from reflexes.web.forms import fortnight, key_of
from reflexes.web.pages import INVALID, page

TEMPLATE = "micro_mobility/agent/space.html"
SPACE = "micro_mobility:my_space"
WEEKS = 2
FRIDAY = 4
FURTHEST = timedelta(days=182)


def _offer(request: HttpRequest) -> Offer:
    """Return the offer of an agent or volunteer; it is written at their first gesture, not at a visit."""
    if request.actor.role not in GIVERS:
        raise PermissionDenied
    found = Offer.objects.filter(person_id=request.actor.person_id).first()
    if found is not None:
        return found
    if request.method == "POST":
        return own_offer(request.actor)
    return Offer(person_id=request.actor.person_id)


def _first_day(request: HttpRequest) -> date:
    """Return the first day of the fortnight shown: the address says it, today's week otherwise."""
    today = clock.today()
    try:
        wanted = date.fromisoformat(request.GET.get("du", "") or request.POST.get("du", ""))
    except ValueError:
        # From the weekend on, people think of the weeks to come.
        wanted = today + timedelta(days=2) if today.weekday() > FRIDAY else today
    return min(max(wanted, today), today + FURTHEST)


def _closed(request: HttpRequest, days: list[date]) -> dict[str, str]:
    """Return the half-days that cannot be ticked, with the reason."""
    today = clock.today()
    gone = {key_of((day, half)): _("gone by") for day in days if day < today for half in ("am", "pm")}
    taken = Assignment.objects.filter(
        person_id=request.actor.person_id,
        exercise_id=request.actor.exercise_id,
        state__in=HOLDING,
        day__range=(days[0], days[-1]),
    )
    agreed = {key_of((day, half)): _("a mission") for day, half in taken.values_list("day", "half")}
    return {**gone, **agreed}


def _context(request: HttpRequest, offer: Offer, **forms: Any) -> dict[str, Any]:
    """Return everything the page shows; a form that was refused takes the place of its fresh twin."""
    saved = offer.pk is not None
    wishes = list(offer.wishes.order_by("kind", "value")) if saved else []
    days = fortnight(_first_day(request), weeks=WEEKS, weekends=True)
    closed = _closed(request, days)
    free = offer.half_days.filter(day__range=(days[0], days[-1])) if saved else ()
    ticked = [(one.day, one.half) for one in free]
    skills = PersonSkill.objects.filter(person_id=offer.person_id).select_related("skill").order_by("skill__search")
    known = list(skills)
    account = accounts.account_of(offer.person_id, on=clock.today(), exercise_id=request.actor.exercise_id)
    earlier, later = days[0] - timedelta(weeks=WEEKS), days[0] + timedelta(weeks=WEEKS)
    shown: dict[str, Any] = {
        "half_days_form": HalfDaysForm(days=days, closed=closed, initial={"half_days": ticked}),
        "terms_form": TermsForm.of(offer) if saved else TermsForm(initial={"active": True}),
        "wish_form": WishForm(),
        "skill_form": SkillForm(person_id=offer.person_id),
    }
    return {
        **shown,
        **forms,
        "offer": offer,
        "first": days[0],
        "last": days[-1],
        "earlier": earlier if days[0] > clock.today() else None,
        "later": later if later <= clock.today() + FURTHEST else None,
        "ticked": len(ticked),
        "wishes": said(wishes),
        "primary": [one for one in known if one.primary],
        "secondary": [one for one in known if not one.primary],
        "account": balance_words(account) if account else "",
        "flying": flying.balances(own_terms(offer.person)),
        "may_undo": fortnights.may_undo(request.session, days[0]),
        "asked": own_missions(request.actor).filter(state=State.PROPOSED).count(),
        "waivers": WishWaiver.objects.filter(person_id=offer.person_id, given_at=None, refused_at=None)
        .filter(slot__day__gte=clock.today(), slot__need__exercise_id=request.actor.exercise_id)
        .select_related("slot__need__organisation")
        .order_by("slot__day", "pk"),
    }


@require_GET
def my_space(request: HttpRequest) -> HttpResponse:
    """Show what I give, refuse and can do, ready to change."""
    return page(request, TEMPLATE, _context(request, _offer(request)))


@require_POST
def my_half_days(request: HttpRequest) -> HttpResponse:
    """Say which half-days of the fortnight shown are free, or change them all by one gesture."""
    return _half_days(request, quiet=False)


@require_POST
def my_half_days_autosave(request: HttpRequest) -> HttpResponse:
    """Keep the half-days a moment after each tap; the answer is nothing, or the sentence of a refusal."""
    return _half_days(request, quiet=True)


def _half_days(request: HttpRequest, *, quiet: bool) -> HttpResponse:
    offer = _offer(request)
    days = fortnight(_first_day(request), weeks=WEEKS, weekends=True)
    closed = _closed(request, days)
    form = HalfDaysForm(request.POST, days=days, closed=closed)
    if not form.is_valid():
        if quiet:
            return HttpResponse(" ".join(form.errors["half_days"]), status=INVALID, content_type="text/plain")
        return invalid(request, TEMPLATE, _context(request, offer, half_days_form=form))
    gestures = fortnights.Gestures(request.session, offer, days, closed)
    wanted = gestures.wanted(request.POST.get("geste", ""), form.cleaned_data["half_days"])
    try:
        # A half-day that a mission takes cannot be ticked: what was said of it before stays, for the day it is free.
        do_set_half_days(
            actor=request.actor, offer=offer, first=days[0], last=days[-1], half_days=[*wanted, *gestures.kept()]
        )
    except Refusal as refusal:
        if quiet:
            return HttpResponse(str(refusal), status=INVALID, content_type="text/plain")
        form.add_error("half_days", str(refusal))
        return refused(request, TEMPLATE, {**_context(request, offer, half_days_form=form), "form": form}, refusal)
    if quiet:
        return HttpResponse(status=204)
    return done(request, _("Your half-days are saved."), f"{_address()}?du={days[0].isoformat()}#demi-journees")


@require_POST
def my_terms(request: HttpRequest) -> HttpResponse:
    """Say how often, how far, and for which kinds of mission."""
    offer = _offer(request)
    form = TermsForm(request.POST)
    context = {**_context(request, offer, terms_form=form)}
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        do_set_terms(actor=request.actor, offer=offer, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, TEMPLATE, {**context, "form": form}, refusal)
    return done(request, _("It is saved: you will be asked within these bounds."), f"{_address()}#conditions")


@require_POST
def my_wish_add(request: HttpRequest) -> HttpResponse:
    """State a limit or a preference."""
    offer = _offer(request)
    form = WishForm(request.POST)
    context = {**_context(request, offer, wish_form=form)}
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        wish = do_add_wish(actor=request.actor, offer=offer, **form.cleaned_wish())
    except Refusal as refusal:
        return refused(request, TEMPLATE, {**context, "form": form}, refusal)
    sentence = (
        _("This limit will never be crossed without your own yes.") if wish.hard else _("Your preference is saved.")
    )
    return done(request, sentence, f"{_address()}#envies")


@require_POST
def my_wish_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wish back."""
    do_remove_wish(actor=request.actor, offer=_offer(request), wish_id=pk)
    return done(request, _("It is taken back."), f"{_address()}#envies")


@require_POST
def my_skill_add(request: HttpRequest) -> HttpResponse:
    """Say one more thing I can do."""
    offer = _offer(request)
    form = SkillForm(request.POST, person_id=offer.person_id)
    context = {**_context(request, offer, skill_form=form)}
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        do_say_skill(
            actor=request.actor,
            person=access_own_person(request.actor),
            skill=form.cleaned_data["skill"],
            primary=form.cleaned_data["primary"],
        )
    except Refusal as refusal:
        return refused(request, TEMPLATE, {**context, "form": form}, refusal)
    return done(request, _("It is added to what you can do."), f"{_address()}#savoir-faire")


@require_POST
def my_skill_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a skill back: nobody asks for it any more."""
    _offer(request)
    do_withdraw_skill(actor=request.actor, person=access_own_person(request.actor), skill_id=pk)
    return done(request, _("It is taken out of what you can do."), f"{_address()}#savoir-faire")


@require_POST
def my_waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer from my space whether I go beyond my own limit, this once."""
    offer = _offer(request)
    waiver = offer.person.waivers.filter(pk=pk, slot__need__exercise_id=request.actor.exercise_id).first()
    try:
        if waiver is None:
            raise Refusal("waiver_unknown", _("This question was withdrawn. You have nothing to do."), conflict=True)
        do_answer_waiver(actor=request.actor, waiver=waiver, yes=said_in(request))
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request, offer), refusal)
    return done(request, _("Your answer is recorded."), SPACE)


def _address() -> str:
    return reverse(SPACE)
