"""The desk of the day: find somebody, hand them a paper, take it back, add somebody, vote for a caller."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms_votes
from reflexes.mechanisms.assembly.models import Channel, Vote
from reflexes.mechanisms.assembly.services import ballots, codes, desk, roll, turnout, votes
from reflexes.mechanisms.assembly.views.votes_access import access_entry, access_for, address, sheet_of, vote_page
from reflexes.web.answers import done
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.forms import needed, words_form
from reflexes.web.pages import CONFLICT, INVALID

BETWEEN_CODES = re.compile(r"[\s,;.+/]+")


def codes_typed(vote: Vote, text: str) -> list[str]:
    """Return the numbers of projects as somebody typed them: 3 is read as 03 where only 03 exists."""
    known = set(vote.choices.order_by("code").values_list("code", flat=True))
    typed = [code for code in BETWEEN_CODES.split(text.upper()) if code]
    padded = {code: code.zfill(2) for code in typed if code.isdecimal()}
    return [padded[code] if code not in known and padded.get(code) in known else code for code in typed]


class FindForm(forms.Form):
    """What somebody says at the desk, kept in the address."""

    q = forms.CharField(
        label=gettext_lazy("A name, or the number on the letter"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


@require_GET
def desk_page(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Find somebody on the roll, and see at once whether a paper is due to them."""
    kept = access_for(request.actor, vote, piste, perms_votes.can_hold_desk)
    form = FindForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = desk.find_on_roll(request.actor, kept, words)
    context = {
        "form": form,
        "words": words,
        "lines": [
            (
                one,
                desk.said_already(one) if one.voted else "",
                one.channel == Channel.PAPER and one.struck_by_id and one.voted_on == clock.today(),
                address(piste, "strike", kept.slug, one.pk),
                address(piste, "strike_back", kept.slug, one.pk),
                address(piste, "code_replace", kept.slug, one.pk),
            )
            for one in found
        ],
        "full": len(found) == desk.SHOWN,
        "open": votes.is_open(kept),
        "came": turnout.turnout(kept),
        "lettered": kept.roll.filter(known="code").exists(),
        "add_address": address(piste, "desk_add", kept.slug),
        "phone_address": address(piste, "desk_phone", kept.slug),
        "print_address": address(piste, "roll_print", kept.slug),
        "ballot_address": address(piste, "ballot_paper", kept.slug),
    }
    return vote_page(request, "desk", kept, "desk", context)


@require_POST
def strike(request: HttpRequest, vote: str, entry: int, *, piste: str) -> HttpResponse:
    """Strike a line and hand a paper over, or open a vote that came by post."""
    line = access_entry(request.actor, vote, entry, piste)
    posted = request.POST.get("par") == "courrier"

    def act() -> str:
        channel = Channel.LETTER if posted else Channel.PAPER
        desk.do_strike(actor=request.actor, entry=line, channel=channel)
        if posted:
            return _("The line of %(who)s is struck: put the sheet in the box without reading it.") % {
                "who": _who(line)
            }
        return _("The line of %(who)s is struck: hand over one paper.") % {"who": _who(line)}

    return pressed(request, act, address(piste, "desk", line.vote.slug))


def _who(line: Any) -> str:
    return line.name or line.number


@require_http_methods(["GET", "POST"])
def strike_back(request: HttpRequest, vote: str, entry: int, *, piste: str) -> HttpResponse:
    """Take back a paper given today, saying why."""
    line = access_entry(request.actor, vote, entry, piste)
    sheet = sheet_of(
        line.vote,
        "desk",
        _("Take the paper back"),
        _("The wrong line was struck, or somebody gave the paper back: they can vote again."),
        _("Take the paper back"),
        icon="undo-2",
        note=_("%(who)s. Make sure the paper is in your hand, not in the box.") % {"who": _who(line)},
    )

    def act(typed: dict[str, Any]) -> str:
        desk.do_take_back_strike(actor=request.actor, entry=line, reason=typed["words"])
        return _("The line of %(who)s is free again.") % {"who": _who(line)}

    form = words_form(gettext_lazy("Why"), gettext_lazy("The paper given back, the wrong line."), rows=2)
    return asked(request, sheet, bound(form, request), act)


@require_http_methods(["GET", "POST"])
def code_replace(request: HttpRequest, vote: str, entry: int, *, piste: str) -> HttpResponse:
    """Give another code for a lost letter: shown once, on a page that prints."""
    line = access_entry(request.actor, vote, entry, piste)
    context: dict[str, Any] = {"line": line, "who": _who(line), "back": address(piste, "desk", line.vote.slug)}
    status = 200
    if request.method == "POST":
        try:
            letter = roll.do_replace_code(actor=request.actor, entry=line)
            context["code"] = codes.shown(letter.code)
        except Refusal as refusal:
            context["refusal"] = str(refusal)
            status = CONFLICT if refusal.conflict else INVALID
    answer = vote_page(request, "code", line.vote, "", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


class AddForm(forms.Form):
    """Somebody who came with proof that they may vote."""

    name = forms.CharField(
        label=gettext_lazy("Their name, as on the paper they showed"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    namesake = forms.BooleanField(
        label=gettext_lazy("Another person of the same name is on the roll; this is not the same"), required=False
    )


@require_http_methods(["GET", "POST"])
def desk_add(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Add somebody to the roll, on proof, then find them to hand them a paper."""
    kept = access_for(request.actor, vote, piste, perms_votes.can_hold_desk)
    sheet = sheet_of(
        kept,
        "desk",
        _("Add somebody to the roll"),
        _("A list is never complete: whoever proves that they may vote votes."),
        _("Add this person"),
        icon="user-plus",
        note=_("Look at the proof that your rules ask for, and give it back: no copy is kept."),
    )

    def act(typed: dict[str, Any]) -> str:
        added = desk.do_add_at_desk(actor=request.actor, vote=kept, **typed)
        return _("%(who)s is on the roll: find them, then hand them a paper.") % {"who": added.name}

    return asked(request, sheet, bound(AddForm, request, initial={"name": request.GET.get("q", "")[:160]}), act)


class CallForm(forms.Form):
    """What a caller says: the code of their letter, then the numbers of their projects."""

    code = forms.CharField(
        label=gettext_lazy("The code of their letter"),
        help_text=gettext_lazy("Twelve signs, with or without dashes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    crosses = needed(
        forms.CharField(
            label=gettext_lazy("The numbers of their projects"),
            help_text=gettext_lazy("Between spaces: 3 7 12. Read them back before sending."),
            max_length=400,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
    )
    blank = forms.BooleanField(label=gettext_lazy("They choose no project: a blank ballot"), required=False)


@require_http_methods(["GET", "POST"])
def desk_phone(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Vote for a caller: their ballot is written like any other, and the roll says who took the call."""
    kept = access_for(request.actor, vote, piste, perms_votes.can_hold_desk)
    form = bound(CallForm, request)
    context = {
        "form": form,
        "choices": list(kept.choices.order_by("code")),
        "open": votes.is_open(kept),
        "back": address(piste, "desk", kept.slug),
    }
    if not form.is_bound:
        return vote_page(request, "phone", kept, "", context)
    status = INVALID
    if form.is_valid():
        typed = form.cleaned_data
        try:
            votes.check_open(kept)
            entry = roll.access_roll_entry(request.actor, kept, typed["code"], request.META.get("REMOTE_ADDR", ""))
            chosen = codes_typed(kept, typed["crosses"])
            cast = ballots.do_cast(
                actor=request.actor, entry=entry, codes=chosen, channel=Channel.PHONE, blank=typed["blank"]
            )
            if cast:
                return done(request, _("The ballot is in the box. Nothing joins it to the caller."), context["back"])
            form.add_error("code", desk.said_already(entry))
            status = CONFLICT
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT if refusal.conflict else INVALID
    return vote_page(request, "phone", kept, "", context, status=status)
