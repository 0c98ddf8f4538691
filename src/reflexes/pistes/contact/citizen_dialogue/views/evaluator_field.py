"""By link, on a telephone: first what would tell, while it is being chosen; then what one sees and counts there."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.citizen_dialogue.field_form import COUNT, NoteForm
from reflexes.pistes.contact.citizen_dialogue.links_schemes import FIELD, evaluator_of
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, Indicator
from reflexes.pistes.contact.citizen_dialogue.services import field_notes, indicators
from reflexes.web.pages import CONFLICT, INVALID, page

NOTE, CHOICE = "citizen_dialogue/schemes/field.html", "citizen_dialogue/schemes/choice.html"
LEAVE, BACK, PROPOSE = "arreter", "reprendre", "proposer"
YES, NO = "oui", "non"
MOST_NOTES = 20


class ProposalForm(forms.Form):
    """What an evaluator would count or ask, in four short answers."""

    title = forms.CharField(
        label=gettext_lazy("What would tell you something?"),
        help_text=gettext_lazy("Cyclists at the bridge."),
        max_length=160,
    )
    kind = forms.ChoiceField(label=gettext_lazy("It tells"), choices=Indicator.Kind.choices)
    how = forms.CharField(
        label=gettext_lazy("How could it be measured?"),
        help_text=gettext_lazy("Where, when, by whom."),
        max_length=300,
    )
    unit = forms.CharField(
        label=gettext_lazy("What is counted"), help_text=gettext_lazy("cyclists, minutes"), max_length=40
    )
    source = forms.CharField(
        label=gettext_lazy("Who would give the figures?"),
        help_text=gettext_lazy("Us evaluators, a counter, a survey."),
        max_length=160,
    )
    in_the_street = forms.BooleanField(label=gettext_lazy("I can count it there myself"), required=False)


def _asked(link: MagicLink, person: Person) -> Evaluator:
    evaluator = evaluator_of(link)
    if evaluator is None or evaluator.person_id != person.pk:
        raise LinkRefused("revoked", link)
    return evaluator


@require_http_methods(["GET", "POST"])
@answered_by_link(FIELD)
def field_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Show what is expected today of whoever observes: choosing indicators, then noting. Opening it writes nothing."""
    evaluator = _asked(link, person)
    gesture = request.POST.get("geste", "")
    if request.method == "POST" and gesture in {LEAVE, BACK}:
        return _gesture(request, actor, evaluator, gesture)
    if evaluator.left_at is not None or evaluator.scheme.ended_on is not None:
        return page(request, "citizen_dialogue/schemes/field_over.html", {"evaluator": evaluator})
    if evaluator.scheme.choice_closed_at is None:
        return _choice(request, actor, evaluator)
    return _note(request, actor, evaluator)


def _gesture(request: HttpRequest, actor: Actor, evaluator: Evaluator, gesture: str) -> HttpResponse:
    """Stop observing, or take a note back."""
    try:
        if gesture == LEAVE:
            field_notes.do_leave(actor=actor, evaluator=evaluator)
        else:
            key = request.POST.get("note", "")
            note = evaluator.notes.filter(pk=int(key)).first() if key.isdecimal() else None
            if note is None:
                raise Refusal("note_unknown", _("This note is not yours, or was taken back already."))
            field_notes.do_take_back(actor=actor, note=note)
    except Refusal as refusal:
        status = CONFLICT if refusal.conflict else INVALID
        return page(request, NOTE, _shown(evaluator, _fresh(evaluator), refusal=refusal), status=status)
    return redirect(request.path)


def _choice(request: HttpRequest, actor: Actor, evaluator: Evaluator) -> HttpResponse:
    """Take what an evaluator thinks of each proposed indicator, or one that they propose."""
    proposes = request.POST.get("geste") == PROPOSE
    form = ProposalForm(request.POST if proposes else None)
    status, refusal = 200, None
    if request.method == "POST":
        try:
            if proposes and form.is_valid():
                indicators.do_propose(
                    actor=actor, scheme=evaluator.scheme, fields=form.cleaned_data, evaluator=evaluator
                )
            elif not proposes:
                indicators.do_voice(actor=actor, evaluator=evaluator, said=_said(request.POST))
        except Refusal as said:
            refusal, status = said, CONFLICT if said.conflict else INVALID
        else:
            if not form.errors:
                return redirect(request.path)
            status = INVALID
    voices = dict(evaluator.voices.order_by("pk").values_list("indicator_id", "agrees"))
    lines = [(one, voices.get(one.pk)) for one in indicators.with_voices(evaluator.scheme)]
    context = {"evaluator": evaluator, "scheme": evaluator.scheme, "lines": lines, "form": form, "refusal": refusal}
    return page(request, CHOICE, context, status=status)


def _said(posted: QueryDict) -> dict[int, bool]:
    said = {name.removeprefix("dit_"): value for name, value in posted.items() if name.startswith("dit_")}
    known = {int(key): value == YES for key, value in said.items() if key.isdecimal() and value in {YES, NO}}
    if not known:
        raise Refusal("nothing_said", _("Say of one at least whether it would tell you something."))
    return known


def _fresh(evaluator: Evaluator) -> NoteForm:
    """Return an empty note that begins where and when one is."""
    last = evaluator.notes.filter(taken_back_at=None).order_by("-at", "-pk").first()
    begun = {"client_key": uuid.uuid4(), "at": clock.now(), "minutes": 10, "where": last.where if last else ""}
    return NoteForm(scheme=evaluator.scheme, initial=begun)


def _note(request: HttpRequest, actor: Actor, evaluator: Evaluator) -> HttpResponse:
    """Take a note; a plus or a minus sends the form, which comes back with one more or one less and writes nothing."""
    if request.method != "POST":
        return page(request, NOTE, _shown(evaluator, _fresh(evaluator)))
    if step := request.POST.get("pas", ""):
        form = NoteForm(scheme=evaluator.scheme, initial=_stepped(request.POST, step))
        return page(request, NOTE, _shown(evaluator, form))
    form = NoteForm(request.POST, scheme=evaluator.scheme)
    if form.is_valid():
        try:
            field_notes.do_note(actor=actor, evaluator=evaluator, seen=form.seen())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT if refusal.conflict else INVALID
            return page(request, NOTE, _shown(evaluator, form), status=status)
        return redirect(f"{request.path}?note=gardee")
    return page(request, NOTE, _shown(evaluator, form), status=INVALID)


def _stepped(posted: QueryDict, step: str) -> dict[str, Any]:
    """Return what was typed, with one count one higher or one lower: ``count_12+``, ``count_12-``."""
    typed: dict[str, Any] = {name: value for name, value in posted.items() if name != "csrfmiddlewaretoken"}
    name, sign = step[:-1], step[-1:]
    if name.startswith(COUNT):
        now = int(typed.get(name) or 0) if str(typed.get(name) or 0).isdecimal() else 0
        typed[name] = max(0, now + (1 if sign == "+" else -1))
    return typed


def _shown(evaluator: Evaluator, form: NoteForm, *, refusal: Refusal | None = None) -> dict[str, Any]:
    mine = field_notes.notes(evaluator.scheme, hidden=True).filter(evaluator=evaluator)
    return {
        "evaluator": evaluator,
        "scheme": evaluator.scheme,
        "form": form,
        "mine": list(mine.order_by("-at", "-pk")[:MOST_NOTES]),
        "refusal": refusal,
    }
