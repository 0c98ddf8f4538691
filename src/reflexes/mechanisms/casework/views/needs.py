"""One need at the navigator's desk: the words, who it is when one asks to see, what to do next and what was done."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.acting import SYSTEM
from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_views
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.models import Need, Referral, State
from reflexes.mechanisms.casework.models.referrals import AT_A_SERVICE, RETURNED
from reflexes.mechanisms.casework.services import board, cases, questions, referrals, sealing
from reflexes.mechanisms.casework.views.acts import acts_of, answer
from reflexes.mechanisms.directory.roles import role_name
from reflexes.web.answers import done
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines, needed, words_form
from reflexes.web.pages import CONFLICT, INVALID, page
from reflexes.web.parts import Event

TEMPLATE = "casework/navigator/need.html"
FACTS = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Telephone"),
    "address": gettext_lazy("Address"),
}
WHO = "identity"
# By hand, with no service asked: the navigator answers alone.
ALONE = ("recu", "accepter", "refuser")
TONES = {
    State.TO_QUALIFY: "waits",
    State.SENT: "going",
    State.RECEIVED: "going",
    State.ACCEPTED: "going",
    State.REFUSED: "waits",
    State.EXPIRED: "waits",
    State.NOT_DONE: "waits",
    State.DONE: "waits",
    State.CLOSED: "done",
}


def access(request: HttpRequest, key: UUID, desk: Desk) -> Referral:
    """Return a need to a navigator of its organisation; for anyone else it does not exist."""
    perms.access_desk(request.actor)
    return perms.access_referral(request.actor, key, piste=desk.piste)


def sheet_for(desk: Desk, referral: Referral, title: str, why: str, button: str, **also: Any) -> Sheet:
    """Return a page that asks one thing about a need."""
    back = desk.at("need", referral.key)
    return Sheet(title, why, button, back, _("The need"), desk.name("board"), **also)


@never_cache
@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, key: UUID, *, desk: Desk) -> HttpResponse:
    """Show a need; write what a service said by telephone, or what was answered at once."""
    referral = access(request, key, desk)
    sent = request.POST if request.method == "POST" else None
    shown = acts_of(referral, sent, besides=() if referral.service_id else ALONE)
    if sent is not None:
        outcome = answer(request.actor, referral, shown)
        if outcome is True:
            return done(request, _("It is written down."), desk.at("need", referral.key))
        status = CONFLICT if isinstance(outcome, Refusal) and outcome.conflict else INVALID
        return page(request, TEMPLATE, _context(request, referral, desk, acts=shown), status=status)
    return page(request, TEMPLATE, _context(request, referral, desk, acts=shown))


@never_cache
@require_POST
def who(request: HttpRequest, key: UUID, *, desk: Desk) -> HttpResponse:
    """Show who it is about: pressed, it is written down; nothing of it stays in the address or the browser."""
    referral = access(request, key, desk)
    context = _context(request, referral, desk, acts=acts_of(referral, besides=() if referral.service_id else ALONE))
    try:
        facts = desk.reveal(actor=request.actor, case=referral.case, what=WHO, through=str(referral.key))
    except Refusal as refusal:
        return page(request, TEMPLATE, {**context, "refusal": refusal}, status=INVALID)
    known = [(name, FACTS.get(name, name), facts[name]) for name in sorted(facts, key=_place_of)]
    return page(request, TEMPLATE, {**context, "facts": known})


def _place_of(name: str) -> int:
    names = list(FACTS)
    return names.index(name) if name in names else len(names)


def _context(request: HttpRequest, referral: Referral, desk: Desk, *, acts: Any) -> dict[str, Any]:
    case = referral.case
    first = referral.state == State.TO_QUALIFY
    together = cases.family(case)
    same = cases.same_as(request.actor, case) if first else []
    read = [*together, *(one.case for one in same)]
    record_views(request.actor, [one.subject for one in read], "case_words", board.WHY_READ)
    words = board.words_of(read)
    others = Referral.objects.filter(case__in=together).exclude(pk=referral.pk).order_by("opened_at", "pk")
    return {
        "referral": referral,
        "case": case,
        "badge_tone": TONES[State(referral.state)],
        "words": words[case.pk],
        "together": [(one, words[one.pk]) for one in together if one.pk != case.pk],
        "others": [one for one in others if one.pk != referral.follows_id or referral.state != State.CLOSED],
        "same": [(one, words[one.case.pk]) for one in same],
        "questions": questions.questions_like(request.actor, piste=desk.piste, words=words[case.pk], need=referral.need)
        if first
        else [],
        "life": _life(referral),
        "acts": acts,
        "at_a_service": referral.state in AT_A_SERVICE,
        "returned": referral.state in RETURNED,
        "to_tell": referral.state in (*RETURNED, State.DONE),
        "first": first,
        "piste": desk.piste,
        "menu_here": desk.name("board"),
    }


def _life(referral: Referral) -> list[Event]:
    """Return what happened to a need, oldest first, with what it was before it was entrusted again."""
    chain = [referral]
    while chain[0].follows is not None:
        chain.insert(0, chain[0].follows)
    steps = [step for one in chain for step in one.steps.order_by("pk")]
    words = sealing.read_words(referral.case, *(step.words for step in steps))
    names = {one.pk: one.service_name for one in chain}
    events = []
    for step, said in zip(steps, words, strict=True):
        by = names[step.referral_id] if step.role == perms.SERVICE else role_name(step.role)
        # What the clock does has no author.
        done = [step.get_state_display()] if step.role == SYSTEM.role else [step.get_state_display(), by]
        motive = step.get_motive_display() if step.motive and step.state != State.CLOSED else ""
        detail = " · ".join(one for one in (str(motive), said) if one)
        events.append(Event(step.at, " · ".join(str(one) for one in done), detail))
    return events


class QualifyForm(forms.Form):
    """What kind of need it is."""

    need = needed(forms.ChoiceField(label=gettext_lazy("What the person needs"), required=False))
    urgent = forms.BooleanField(label=gettext_lazy("It is urgent"), required=False)
    wants_news = forms.BooleanField(label=gettext_lazy("The person wants to know what becomes of it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need"].choices = [("", _("Choose")), *Need.choices]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def qualify(request: HttpRequest, key: UUID, *, desk: Desk) -> HttpResponse:
    """Say what kind of need it is, then look for a service."""
    referral = access(request, key, desk)
    case = referral.case
    record_views(request.actor, [case.subject], "case_words", board.WHY_READ)
    sheet = sheet_for(
        desk, referral, _("What does this person need?"), board.words_of([case])[case.pk], _("Look for a service")
    )
    start = {"need": referral.need, "urgent": case.urgent, "wants_news": case.wants_news}

    def act(said: dict[str, Any]) -> str:
        referrals.do_qualify(actor=request.actor, referral=referral, **said)
        return _("It is qualified. Entrust it now, or later.")

    form = bound(QualifyForm, request, initial=start)
    return asked(request, sheet, form, act, to=desk.at("entrust", referral.key))


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, key: UUID, *, desk: Desk) -> HttpResponse:
    """Write another need of the same person."""
    referral = access(request, key, desk)
    why = _("Each need is followed to its own end.")
    sheet = sheet_for(desk, referral, _("Another need"), why, _("Write it down"), icon="plus")

    def act(said: dict[str, Any]) -> str:
        cases.do_add_need(actor=request.actor, case=referral.case, words=said["words"])
        return _("It is written down, and stands among the needs to qualify.")

    form = bound(words_form(gettext_lazy("What they say, in their words")), request)
    return asked(request, sheet, form, act)


@require_POST
def again(request: HttpRequest, key: UUID, *, desk: Desk) -> HttpResponse:
    """Take back what came back, to entrust it to another service."""
    referral = access(request, key, desk)
    try:
        fresh = referrals.do_refer_again(actor=request.actor, referral=referral)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(desk.at("need", referral.key))
    return done(request, _("It is yours again: choose another service."), desk.at("entrust", fresh.key))


class TellForm(forms.Form):
    """How it ended, and who was told."""

    what_happened = needed(
        forms.CharField(
            label=gettext_lazy("What happened"),
            help_text=gettext_lazy("Whoever heard this need reads these words on their page."),
            widget=few_lines(4),
            max_length=2000,
            required=False,
        )
    )
    person_told = forms.CharField(
        label=gettext_lazy("How the person was told"),
        help_text=gettext_lazy("Called on Tuesday; or: could not be reached after three calls."),
        widget=few_lines(2),
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, wants_news: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if wants_news:
            needed(self.fields["person_told"])


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, key: UUID, *, desk: Desk) -> HttpResponse:
    """Close a need: what happened, and whom we told."""
    referral = access(request, key, desk)
    case = referral.case
    why = _("Nothing is closed in silence: say what happened and whom you told.")
    (said,) = sealing.read_words(case, referral.steps.order_by("-pk")[0].words)
    notes = [_("Said last: “%(words)s”.") % {"words": said}] if said else []
    if case.wants_news:
        notes.append(_("This person wants to know what became of it."))
    sheet = sheet_for(
        desk, referral, _("What happened, and whom did we tell?"), why, _("Close this need"), note=" ".join(notes)
    )

    def act(typed: dict[str, Any]) -> str:
        referrals.do_close_told_back(actor=request.actor, referral=referral, **typed)
        return _("It is closed, and told.")

    return asked(
        request, sheet, bound(TellForm, request, wants_news=case.wants_news), act, to=reverse(desk.name("board"))
    )


@require_POST
def merge(request: HttpRequest, key: UUID, other: UUID, *, desk: Desk) -> HttpResponse:
    """Say that two cases are one person's: the later one is brought into the earlier one."""
    referral = access(request, key, desk)
    second = perms.access_case(request.actor, other, piste=desk.piste)
    early, late = sorted((referral.case, second), key=lambda one: (one.opened_at, one.pk))

    def act() -> str:
        cases.do_merge(actor=request.actor, case=late, into=early)
        return _("They are one person's now. You may take them apart again on this page.")

    return pressed(request, act, desk.at("need", referral.key))


@require_POST
def unmerge(request: HttpRequest, key: UUID, other: UUID, *, desk: Desk) -> HttpResponse:
    """Take two cases apart again."""
    referral = access(request, key, desk)
    second = perms.access_case(request.actor, other, piste=desk.piste)

    def act() -> str:
        cases.do_unmerge(actor=request.actor, case=second if second.merged_into_id else referral.case)
        return _("They stand apart again.")

    return pressed(request, act, desk.at("need", referral.key))
