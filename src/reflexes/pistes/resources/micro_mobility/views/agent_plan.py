"""My reallocation plan: a page that reads as a short text, written for oneself, shared with nobody (P09, steps)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock, registry
from reflexes.core.errors import Refusal
from reflexes.core.printing import pdf
from reflexes.mechanisms.allocation.models import LearningWish, Offer, PersonalPlan
from reflexes.mechanisms.allocation.services import accounts, flying, personal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.flying import in_force
from reflexes.mechanisms.directory.models import FlyingTerms, Person, PersonSkill, Skill
from reflexes.mechanisms.directory.services import people_holding
from reflexes.pistes.resources.micro_mobility.messages.facts import reached_at
from reflexes.pistes.resources.micro_mobility.views.recognition import balance_words
from reflexes.pistes.resources.micro_mobility.wish_words import said
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page
from reflexes.web.words import full_date, half_day_full, km_words

TEMPLATE, WRITE = "micro_mobility/agent/plan.html", "micro_mobility/agent/plan_write.html"
PLAN = "micro_mobility:my_plan"
NEXT_HALF_DAYS = 6


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of the text: the person's own words first, then what is known of it elsewhere on the site."""

    title: str
    own: str
    facts: list[str]
    change: str


class PlanForm(forms.Form):
    """The person's own words; everything may stay empty."""

    can_do = forms.CharField(
        label=gettext_lazy("What I can do beyond my job, in my own words"),
        help_text=gettext_lazy("For instance: I keep the accounts of a choir, I drive a van, I speak Turkish."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=personal.LONGEST,
    )
    to_learn = forms.CharField(
        label=gettext_lazy("What I would like to learn, and where I would like to go"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=personal.LONGEST,
    )
    matters = forms.CharField(
        label=gettext_lazy("What matters to me when I go elsewhere"),
        help_text=gettext_lazy("What helps you, what you need to know before, what you do not want again."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=personal.LONGEST,
    )
    mentor = forms.CharField(
        label=gettext_lazy("Who guides me: a name, and how to reach them"), required=False, max_length=160
    )


class LearningForm(forms.Form):
    """One skill of the shared vocabulary that the person would like to learn."""

    skill = forms.ModelChoiceField(
        label=gettext_lazy("I would like to learn"),
        help_text=gettext_lazy("The cell reads how many people would like to learn it, never who."),
        queryset=Skill.objects.none(),
        empty_label=gettext_lazy("Choose in the list"),
    )

    def __init__(self, *args: Any, person_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = PersonSkill.objects.filter(person_id=person_id).values("skill_id")
        wished = LearningWish.objects.filter(person_id=person_id).values("skill_id")
        skills = Skill.objects.exclude(pk__in=known).exclude(pk__in=wished).order_by("search", "pk")
        self.fields["skill"].queryset = skills  # type: ignore[attr-defined]


def passages(plan: PersonalPlan, exercise_id: int | None) -> list[Passage]:
    """Return the text, passage by passage."""
    person = Person.objects.get(pk=plan.person_id)
    offer = Offer.objects.filter(person=person).first()
    skills = PersonSkill.objects.filter(person=person, primary=False).select_related("skill").order_by("skill__search")
    learning = LearningWish.objects.filter(person=person).select_related("skill").order_by("skill__search", "pk")
    return [
        Passage(_("What I can do beyond my job"), plan.can_do, [str(one.skill) for one in skills], "savoir-faire"),
        Passage(_("What I would like to learn"), plan.to_learn, [str(one.skill) for one in learning], ""),
        Passage(_("What I am ready to do, and my limits"), plan.matters, _terms(offer), "envies"),
        Passage(_("My half-days"), "", _half_days(person, offer, exercise_id), "demi-journees"),
        Passage(_("Who guides me, whom to call"), plan.mentor, _whom_to_call(person), ""),
    ]


def _terms(offer: Offer | None) -> list[str]:
    if offer is None:
        return []
    kinds = [str(registry.kinds().get(one.kind, one.kind)) for one in offer.kinds.order_by("kind")]
    found = [_("Kinds of mission: %(kinds)s.") % {"kinds": ", ".join(kinds)}] if kinds else []
    if offer.max_km:
        found.append(_("At most %(km)s from home.") % {"km": km_words(offer.max_km)})
    for wish in said(list(offer.wishes.order_by("pk"))):
        words = wish.words[:1].upper() + wish.words[1:]
        found.append(_("%(wish)s: this is a limit.") % {"wish": words} if wish.hard else f"{words}.")
    return found


def _half_days(person: Person, offer: Offer | None, exercise_id: int | None) -> list[str]:
    found = []
    if offer is not None:
        found.append(_("At most %(count)s half-days a week.") % {"count": offer.weekly_cap})
        free = offer.half_days.filter(day__gte=clock.today()).order_by("day", "half")[:NEXT_HALF_DAYS]
        if free:
            told = " · ".join(half_day_full(one.day, one.half) for one in free)
            found.append(_("The next ones I offer: %(list)s.") % {"list": told})
    account = accounts.account_of(person.pk, on=clock.today(), exercise_id=exercise_id)
    if account is not None:
        found.append(balance_words(account))
    for balance in flying.balances(in_force(FlyingTerms.objects.filter(person=person)).select_related("organisation")):
        found.append(
            _("My job sheet gives %(days)s days a year for %(host)s, of which %(left)s are left.")
            % {
                "days": balance.terms.days_a_year,
                "host": balance.terms.organisation,
                "left": max(balance.left, 0),
            }
        )
    return found


def _whom_to_call(person: Person) -> list[str]:
    found = []
    trained = person.twin_trainings.filter(until__gte=clock.today(), twinning__ended_on=None)
    for training in trained.select_related("twinning__host").order_by("until", "pk"):
        found.append(
            _("I am trained to lend a hand at %(host)s: our two services are twinned.")
            % {"host": training.twinning.host}
        )
    cell = next((one for one in people_holding(roles.COORDINATOR) if one.phone), None)
    if cell is not None:
        found.append(_("The cell: %(who)s.") % {"who": reached_at(cell)})
    return found


def _context(request: HttpRequest, plan: PersonalPlan, **forms_: Any) -> dict[str, Any]:
    wishes = LearningWish.objects.filter(person_id=plan.person_id).select_related("skill")
    return {
        "plan": plan,
        "passages": passages(plan, request.actor.exercise_id),
        "learning": wishes.order_by("skill__search", "pk"),
        "learning_form": LearningForm(person_id=plan.person_id or 0),
        **forms_,
    }


@require_GET
def my_plan(request: HttpRequest) -> HttpResponse:
    """Show my plan as a text."""
    return page(request, TEMPLATE, _context(request, personal.own_plan(request.actor)))


@require_http_methods(["GET", "POST"])
def my_plan_write(request: HttpRequest) -> HttpResponse:
    """Write my plan in my own words, or say that it is still true."""
    plan = personal.own_plan(request.actor)
    names = ("can_do", "to_learn", "matters", "mentor")
    if request.method == "GET":
        form = PlanForm(initial={name: getattr(plan, name) for name in names})
        return page(request, WRITE, {"form": form, "plan": plan})
    still_true = request.POST.get("etape") == "relu"
    form = PlanForm({name: getattr(plan, name) for name in names} if still_true else request.POST)
    if not form.is_valid():
        return invalid(request, WRITE, {"form": form, "plan": plan})
    try:
        personal.do_write_plan(actor=request.actor, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, WRITE, {"form": form, "plan": plan}, refusal)
    return done(request, _("Your plan is saved. Only you read it."), PLAN)


@require_POST
def my_learning_add(request: HttpRequest) -> HttpResponse:
    """Say one thing I would like to learn."""
    plan = personal.own_plan(request.actor)
    form = LearningForm(request.POST, person_id=plan.person_id)
    if not form.is_valid():
        return invalid(request, TEMPLATE, _context(request, plan, learning_form=form))
    try:
        personal.do_wish_to_learn(actor=request.actor, skill=form.cleaned_data["skill"])
    except Refusal as refusal:
        context = {**_context(request, plan, learning_form=form), "form": form}
        return refused(request, TEMPLATE, context, refusal)
    return done(request, _("It is noted: the cell counts it when it prepares trainings."), f"{PLAN}")


@require_POST
def my_learning_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a wish to learn."""
    personal.own_plan(request.actor)
    personal.do_withdraw_learning(actor=request.actor, wish_id=pk)
    return done(request, _("It is taken back."), PLAN)


@require_GET
def my_plan_pdf(request: HttpRequest) -> HttpResponse:
    """Print my plan, to keep it or to hand it to somebody myself."""
    plan = personal.own_plan(request.actor)
    band = _("EXERCISE: nothing here is real") if request.actor.exercise_id else ""
    body = pdf("micro_mobility/plan", plan_data(plan, request.actor.exercise_id, band), language=get_language() or "fr")
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="mon-plan.pdf"'
    return answer


def plan_data(plan: PersonalPlan, exercise_id: int | None, band: str = "") -> dict[str, Any]:
    """Return the words of the printed plan; a passage with nothing to say is left out."""
    found = [one for one in passages(plan, exercise_id) if one.own or one.facts]
    return {
        "title": _("My reallocation plan: %(name)s") % {"name": Person.objects.get(pk=plan.person_id)},
        "exercise": band,
        "about": _("Written for myself. Read again on %(day)s.") % {"day": _day(plan.reviewed_on)},
        "passages": [{"title": one.title, "own": one.own, "facts": one.facts} for one in found],
    }


def _day(day: date) -> str:
    return full_date(day)
