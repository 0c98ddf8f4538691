"""The page of one call: one step, one big field, and what is always within reach (screens.md 7).

Every address answers to plain forms. ``desk.js`` sends the same forms by itself, and keeps what is typed while the
network is down. An address that changes something, opened by hand or after signing in again, leads back to the call.
"""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import readable_phone
from reflexes.pistes.contact.proactive_desks import hours, perms
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Lease, NeedKind, Outcome, SaidAnswers
from reflexes.pistes.contact.proactive_desks.script import conditions
from reflexes.pistes.contact.proactive_desks.script.steps import (
    NOTE,
    SELECTS,
    Step,
    needs_told,
    road,
    step_after,
    step_before,
    urgent_choices,
    why_not,
)
from reflexes.pistes.contact.proactive_desks.services import callers, leases, scripts_calls
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said
from reflexes.pistes.contact.proactive_desks.services.scripts import said_in, steps_of
from reflexes.pistes.contact.proactive_desks.views.desk import MENU, reach_of
from reflexes.web.answers import done
from reflexes.web.asking import pressed
from reflexes.web.pages import CONFLICT, INVALID, page
from reflexes.web.words import full_date

CALL = "proactive_desks/desk/call.html"
# What sounds urgent, in words for the caller: a question, never a verdict.
SIGNS = {
    "suicide": gettext_lazy("the person may be thinking of dying"),
    "food": gettext_lazy("the person may have nothing to eat"),
    "water": gettext_lazy("there may be no water"),
    "heat": gettext_lazy("there may be no heating or power"),
    "violence": gettext_lazy("somebody may be hurting them"),
    "child": gettext_lazy("a child may be in danger"),
    "heart": gettext_lazy("it may be the heart"),
    "breath": gettext_lazy("breathing may be difficult"),
    "stroke": gettext_lazy("it may be a stroke"),
    "fall": gettext_lazy("they may be on the ground, or unwell"),
    "medicine": gettext_lazy("a medicine they need may be missing"),
    "fire": gettext_lazy("there may be fire or gas"),
    "street": gettext_lazy("they may sleep outside"),
    "heat_wave": gettext_lazy("it may be the heat"),
}
# The panel of an emergency: the number, whom it rings, when.
NUMBERS = (
    ("15", gettext_lazy("Samu"), gettext_lazy("somebody is ill, hurt, or has taken something")),
    ("18", gettext_lazy("fire brigade"), gettext_lazy("fire, gas, an accident, somebody who fell")),
    ("17", gettext_lazy("police"), gettext_lazy("somebody is in danger from somebody")),
    ("112", gettext_lazy("any emergency"), gettext_lazy("when you do not know which")),
    ("3114", gettext_lazy("suicide prevention"), gettext_lazy("the person thinks of dying, day and night")),
    ("119", gettext_lazy("children in danger"), gettext_lazy("day and night")),
    ("3919", gettext_lazy("violence against women"), gettext_lazy("day and night")),
    ("3977", gettext_lazy("ill-treated elders"), gettext_lazy("old or disabled people")),
)


def step_for(said: SaidAnswers, steps: list[Step], answers: dict[str, str]) -> Step | None:
    """Return the step one stands at: the one kept, else the first of the road."""
    on_road = road(steps, answers)
    return next((step for step in on_road if step.name == said.step), on_road[0] if on_road else None)


def _access(request: HttpRequest, key: uuid.UUID) -> tuple[Lease, SaidAnswers]:
    lease = perms.access_own_lease(request.actor, str(key))
    said = SaidAnswers.objects.select_related("script").filter(lease=lease).first()
    if said is None:
        # A lease on paper has no page here; another one has its answers since it was taken.
        return lease, SaidAnswers(lease=lease)
    said.lease, lease.said = lease, said
    return lease, said


def _answers_in(request: HttpRequest, steps: list[Step]) -> dict[str, str]:
    """Return the answers a form carries; choices that are all unticked are an answer too."""
    found = {}
    for step in steps:
        name = f"a-{step.name}"
        if name in request.POST:
            found[step.name] = " ".join(request.POST.getlist(name)).strip()
        elif step.name == request.POST.get("step") and step.kind != NOTE:
            found[step.name] = ""
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show one step of the call, or go on from it; once it is over, say what is left to do."""
    lease, said = _access(request, key)
    if not said.pk:
        return HttpResponseRedirect(reverse(MENU))
    steps, answers = steps_of(said.script), scripts_calls.answers_of(said)
    if request.method == "POST":
        return _go_on(request, lease, steps, answers)
    if lease.outcome and not (said.urgent_at and scripts_calls.who(lease)):
        return HttpResponseRedirect(reverse("proactive_desks:call_after", args=[lease.key]))
    return page(request, CALL, _context(lease, said, steps, answers))


def _go_on(request: HttpRequest, lease: Lease, steps: list[Step], answers: dict[str, str]) -> HttpResponse:
    given = _answers_in(request, steps)
    together = {**answers, **given}
    here = next((step for step in steps if step.name == request.POST.get("step")), None)
    back = request.POST.get("go") == "back"
    try:
        if here is not None and not back:
            scripts_calls.check_answered(here, together.get(here.name, ""))
        move = step_before if back else step_after
        beside = move(steps, together, here.name) if here else None
        at = (beside or here).name if here else ""
        scripts_calls.do_save(actor=request.actor, lease=lease, answers=given, at=at)
    except Refusal as refusal:
        if _wants_json(request):
            return _in_words(refusal)
        said = SaidAnswers.objects.select_related("script").get(lease=lease)
        said.lease, said.step = lease, here.name if here else said.step
        context = {**_context(lease, said, steps, together), "refused": str(refusal)}
        return page(request, CALL, context, status=CONFLICT if refusal.conflict else INVALID)
    there = reverse("proactive_desks:call", args=[lease.key]) + ("#fin" if here and not beside and not back else "")
    return JsonResponse({"to": there}) if _wants_json(request) else HttpResponseRedirect(there)


def _in_words(refusal: Refusal) -> HttpResponse:
    """Answer the page's own script: the sentence, which it shows as it is."""
    status = CONFLICT if refusal.conflict else INVALID
    return HttpResponse(str(refusal), status=status, content_type="text/plain; charset=utf-8")


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_http_methods(["GET", "POST"])
def save(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep what is typed, as it is typed; say what sounds urgent in it."""
    lease, said = _access(request, key)
    if request.method == "GET" or not said.pk:
        return HttpResponseRedirect(reverse("proactive_desks:call", args=[lease.key]))
    steps = steps_of(said.script)
    try:
        said = scripts_calls.do_save(
            actor=request.actor, lease=lease, answers=_answers_in(request, steps), at=request.POST.get("at", "")
        )
    except Refusal as refusal:
        return _in_words(refusal)
    return JsonResponse({"urgent": _sounds(steps, scripts_calls.answers_of(said))})


@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep the person for as long again: what an open page sends every minute."""
    lease, _said = _access(request, key)
    if request.method == "GET":
        return HttpResponseRedirect(reverse("proactive_desks:call", args=[lease.key]))
    if leases.do_renew(actor=request.actor, lease=lease):
        return HttpResponse(status=204)
    return _in_words(scripts_calls.over())


@require_http_methods(["GET", "POST"])
def number(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show the telephone of the person one holds: written down as a reading."""
    lease, said = _access(request, key)
    there = reverse("proactive_desks:call", args=[lease.key])
    if request.method == "POST" and said.pk and scripts_calls.is_live(lease):
        try:
            scripts_calls.do_show_number(actor=request.actor, lease=lease)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return HttpResponseRedirect(there)


class EndForm(forms.Form):
    """What came of the call, and what goes with it."""

    client_key = forms.UUIDField()
    outcome = forms.ChoiceField(choices=[*Outcome.choices, ("aggressive", "")])
    words = forms.CharField(required=False)
    note = forms.CharField(required=False)
    hard = forms.BooleanField(required=False)
    when = forms.CharField(required=False)
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])
    every_days = forms.IntegerField(required=False)

    def said(self, lease: Lease) -> Said:
        """Return the outcome as the service reads it."""
        sent = self.cleaned_data
        aggressive = sent["outcome"] == "aggressive"
        outcome = Outcome.REFUSED if aggressive else sent["outcome"]
        every = sent["every_days"]
        return Said(
            outcome=outcome,
            words=sent["words"],
            note=sent["note"],
            call_back_at=_moment(sent["when"], sent["at"]) if outcome == Outcome.CALL_BACK else None,
            hard=sent["hard"] or aggressive,
            every_days=every,
            recurs_until=lease.campaign.dataset.ends_on if every else None,
        )


def _moment(when: str, at: datetime | None) -> datetime | None:
    """Return when to call back: one of the moments proposed, or the one written."""
    return dict(moments()).get(when, at)


def moments() -> list[tuple[str, datetime]]:
    """Return the moments a caller is offered: in an hour, the next afternoon, the next morning of calls."""
    now = clock.now()
    first = timezone.localtime(now).date()

    def coming(at: time) -> datetime:
        days = (timezone.make_aware(datetime.combine(first + timedelta(days=later), at)) for later in range(8))
        return next(moment for moment in days if moment > now and hours.is_open(moment))

    return [
        ("hour", hours.next_opening(now + timedelta(hours=1))),
        ("afternoon", coming(time(14))),
        ("morning", coming(time(10))),
    ]


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Write what came of the call, with the answers that were still on the way; twice is once."""
    lease, said = _access(request, key)
    there = reverse("proactive_desks:call", args=[lease.key])
    if request.method == "GET" or not said.pk:
        return HttpResponseRedirect(there)
    form, steps = EndForm(request.POST), steps_of(said.script)
    try:
        _keep_on_the_way(request, lease, steps)
        if not form.is_valid():
            raise Refusal("ending", _("Choose what came of the call in the list."))
        ended = form.said(lease)
        finished = scripts_calls.do_finish(
            actor=request.actor, lease=lease, client_key=form.cleaned_data["client_key"], ended=ended
        )
    except Refusal as refusal:
        lease, said = _access(request, key)
        context = _context(lease, said, steps, scripts_calls.answers_of(said))
        typed = {name: request.POST.get(name, "") for name in ("words", "note")}
        return page(
            request,
            CALL,
            {**context, **typed, "refused_end": str(refusal), "opened": request.POST.get("outcome", "")},
            status=CONFLICT if refusal.conflict else INVALID,
        )
    if finished.late and not finished.again:
        sentence = _("Your time with this person had run out: what you say is kept as a note for those in charge.")
        return done(request, sentence, "proactive_desks:call_after", lease.key)
    return HttpResponseRedirect(reverse("proactive_desks:call_after", args=[lease.key]))


def _keep_on_the_way(request: HttpRequest, lease: Lease, steps: list[Step]) -> None:
    """Keep the answers that came with an ending; one half typed, that is none, never stands in its way."""
    given = _answers_in(request, steps)
    known = {step.name: step for step in steps}
    good = {name: words for name, words in given.items() if not words or not why_not(known[name], words)}
    if good and scripts_calls.is_live(lease):
        scripts_calls.do_save(actor=request.actor, lease=lease, answers=good)


@require_http_methods(["GET", "POST"])
def urgent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Alert in one gesture: an urgent case, those in charge told, whom to ring on the page."""
    lease, said = _access(request, key)
    if request.method == "POST" and said.pk and said.urgent_at is None:
        _keep_on_the_way(request, lease, steps_of(said.script))
        sent = forms.UUIDField(required=False).to_python(request.POST.get("client_key", "")) or uuid.uuid4()
        try:
            scripts_calls.do_alert(
                actor=request.actor, lease=lease, client_key=sent, words=request.POST.get("words", "")
            )
        except Refusal as refusal:
            # Nobody could be alerted: whom to ring is shown all the same, and the sentence says the rest.
            messages.error(request, str(refusal))
            lease, said = _access(request, key)
            steps = steps_of(said.script)
            context = _context(lease, said, steps, scripts_calls.answers_of(said))
            return page(request, CALL, {**context, "panel_open": True}, status=INVALID)
    return HttpResponseRedirect(reverse("proactive_desks:call", args=[lease.key]))


@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give the person back without having to explain: a break, somebody known, too hard, opened by mistake."""
    lease, _said = _access(request, key)
    if request.method == "GET":
        return HttpResponseRedirect(reverse("proactive_desks:call", args=[lease.key]))
    why = request.POST.get("why", "")

    def act() -> str:
        leases.do_give_back(actor=request.actor, lease=lease, why=why)
        if why == "not_now":
            callers.do_rest(actor=request.actor, card=perms.card_for(request.actor, lease.campaign))
        return _("This person went back to the queue: somebody else calls them.")

    return pressed(request, act, reverse(MENU))


@never_cache
@require_GET
def after(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Say that it is kept; after a hard call, a breath and the buddy's number before anything else."""
    lease, _said = _access(request, key)
    if lease.closed_at is None:
        return HttpResponseRedirect(reverse("proactive_desks:call", args=[lease.key]))
    cards = CallerCard.objects.select_related("buddy", "campaign")
    own = cards.filter(campaign_id=lease.campaign_id, person_id=request.actor.person_id, left_at=None).first()
    context = {
        "lease": lease,
        "hard": lease.hard or lease.outcome in (Outcome.URGENT, Outcome.DIED),
        "card": own,
        "buddy": reach_of(own.buddy) if own else None,
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/desk/after.html", context)


def _context(lease: Lease, said: SaidAnswers, steps: list[Step], answers: dict[str, str]) -> dict[str, Any]:
    """Return what the page of a call shows; an emergency and a call that ran out have their own words."""
    step = step_for(said, steps, answers)
    on_road = road(steps, answers)
    live = scripts_calls.is_live(lease)
    needs = needs_told(steps, answers)
    return {
        "lease": lease,
        "campaign": lease.campaign,
        "call_back": readable_phone(lease.campaign.call_back),
        "said": said,
        "who": scripts_calls.who(lease),
        "live": live,
        "urgent": said.urgent_at is not None,
        "step": _shown(step, answers) if step else None,
        "place": on_road.index(step) + 1 if step in on_road else 1,
        "places": len(on_road),
        "first": step is None or step == on_road[0],
        "saved_at": timezone.localtime(said.saved_at) if said.saved_at else None,
        "client_key": uuid.uuid4(),
        "sounds": _sounds(steps, answers),
        "needs": [NeedKind(one).label for one in needs],
        "words": scripts_calls.words_told(steps, answers),
        "note": "",
        "refused": "",
        "refused_end": "",
        "opened": "",
        "panel_open": False,
        "numbers": NUMBERS,
        "moments": [(name, full_date(when)) for name, when in moments()] if live else [],
        "in_charge": [reach_of(person) for person in scripts_calls.in_charge(lease.campaign)] if said.urgent_at else [],
        "script": _for_browser(steps, answers, step.name if step else ""),
        "menu_here": MENU,
    }


def _sounds(steps: list[Step], answers: dict[str, str]) -> str:
    """Return what sounds urgent as one sentence, or nothing."""
    found = [str(SIGNS[sign.code]) for sign in scripts_calls.what_sounds_urgent(steps, answers)]
    if not found and urgent_choices(steps, answers):
        return _("The script says that this answer is an emergency.")
    return _("This may be an emergency: %(signs)s.") % {"signs": ", ".join(found)} if found else ""


def _shown(step: Step, answers: dict[str, str]) -> dict[str, Any]:
    given = answers.get(step.name, "")
    return {
        "name": step.name,
        "kind": step.kind,
        "label": said_in(step.label.get("fr", ""), step.label.get("en", "")),
        "hint": said_in(step.hint.get("fr", ""), step.hint.get("en", "")),
        "required": step.required,
        "said": given,
        "choices": [
            (one.value, said_in(one.label.get("fr", ""), one.label.get("en", "")), one.value in given.split())
            for one in step.choices
        ],
        "several": step.kind in SELECTS,
    }


def _for_browser(steps: list[Step], answers: dict[str, str], here: str) -> dict[str, Any]:
    """Return the script of this call and nothing else, for the time without network."""
    return {
        "steps": [
            {
                **{key: value for key, value in _shown(step, {}).items() if key in {"name", "kind", "label", "hint"}},
                "required": step.required,
                "choices": [
                    [one.value, said_in(one.label.get("fr", ""), one.label.get("en", ""))] for one in step.choices
                ],
                "relevant": conditions.as_lists(conditions.parse(step.relevant)) if step.relevant else None,
            }
            for step in steps
        ],
        "answers": answers,
        "step": here,
    }
