"""The day of the draw, one step a page: who is in the room, the dice, what the source said, then the draw itself.

What was said so far travels in the address: nothing of it is a secret, and a page read again changes nothing.
"""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.services import codes, draws_day, draws_public
from reflexes.mechanisms.assembly.services.draw_papers import in_groups
from reflexes.mechanisms.assembly.views.draws_keeper import at, kept_draw, menu_of, seen_at
from reflexes.web.answers import done
from reflexes.web.forms import needed
from reflexes.web.pages import CONFLICT, INVALID, page
from reflexes.web.words import full_date

TEMPLATE = "assembly/draws/keeper/day.html"
ROOM, DICE, SOURCE, DRAW = STEPS = ("salle", "des", "source", "tirer")
LABELS = (
    gettext_lazy("The room"),
    gettext_lazy("The dice"),
    gettext_lazy("The source"),
    gettext_lazy("The draw"),
)
# Which step puts right what the draw refused.
WHERE = {"dice": DICE, "value": SOURCE, "source": SOURCE, "why_silent": SOURCE, "too_early": SOURCE}
FACES = ("1", "2", "3", "4", "5", "6")
# Where anybody reads a round of drand's network "quicknet": several relays say the same (docs.drand.love).
CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
RELAYS = ("api.drand.sh", "api2.drand.sh", "drand.cloudflare.com")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said so far in the room."""

    des: str = ""
    source: str = ""
    valeur: str = ""
    pourquoi: str = ""

    def to(self, step: str) -> str:
        """Return the query of a step that knows what was said."""
        known = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}
        return "?" + urlencode({"etape": step, **known})


def _said(sent: Any) -> Said:
    return Said(**{name: sent.get(name, "")[:300] for name in Said.__slots__})


class DiceForm(forms.Form):
    """The dice, as they were thrown."""

    des = needed(
        forms.CharField(
            label=gettext_lazy("What the dice showed"),
            help_text=gettext_lazy("In the order thrown, three at least: 4-1-6. Dice of any number of faces will do."),
            max_length=60,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )
    )


class SourceForm(forms.Form):
    """Which of the announced sources spoke, and what it said."""

    source = forms.ChoiceField(label=gettext_lazy("Which source spoke"), widget=forms.RadioSelect)
    valeur = needed(
        forms.CharField(
            label=gettext_lazy("What it said"),
            help_text=gettext_lazy("For a drand round, the 64 signs after “randomness”. Copy them whole."),
            max_length=300,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        )
    )
    pourquoi = forms.CharField(
        label=gettext_lazy("Why the source announced first stayed silent"),
        help_text=gettext_lazy("Only when another one spoke in its place. Everybody reads it, and it is said aloud."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, sources: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [(one, _named(one, place)) for place, one in enumerate(sources)]


def _named(source: str, place: int) -> str:
    """Return a source as people read it, with the hour of a round."""
    if not source.startswith(draws_day.DRAND):
        return _("The second source: %(source)s") % {"source": source}
    words = {"round": source.removeprefix(draws_day.DRAND), "at": full_date(draws_day.moment_of(source))}
    return (_("A later drand round: %(round)s, %(at)s") if place else _("drand round %(round)s, %(at)s")) % words


@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Lead whoever holds the draw from the room to the panel; a refused step says why and keeps what was typed."""
    kept = kept_draw(request, draw, piste)
    if kept.state in {Draw.State.DRAWN, Draw.State.ERASED}:
        return page(request, "assembly/draws/keeper/day_result.html", _result(kept))
    if kept.state != Draw.State.COMMITTED:
        return page(request, "assembly/draws/keeper/day_before.html", _shared(kept))
    said, step = _said(request.POST or request.GET), (request.POST or request.GET).get("etape", ROOM)
    step = step if step in STEPS else ROOM
    if request.method != "POST":
        return page(request, TEMPLATE, _context(kept, step, said))
    try:
        return _moved(request, kept, step, said)
    except Refusal as refusal:
        where = WHERE.get(refusal.code, step) if step == DRAW else step
        context = {**_context(kept, where, said, refusal=refusal)}
        return page(request, TEMPLATE, context, status=CONFLICT if refusal.conflict else INVALID)


def _moved(request: HttpRequest, draw: Draw, step: str, said: Said) -> HttpResponse:
    """Take one step: what is right goes on to the next."""
    here = at(draw.piste, "draw_day", draw.slug)
    thrown = [one for one in said.des.split("-") if one]
    if step == DICE and request.POST.get("face", "") in FACES:
        one_more = replace(said, des="-".join([*thrown, request.POST["face"]]))
        return HttpResponseRedirect(here + one_more.to(DICE) + "#des")
    if step == DICE and "effacer" in request.POST:
        return HttpResponseRedirect(here + replace(said, des="-".join(thrown[:-1])).to(DICE) + "#des")
    if step == DICE:
        return HttpResponseRedirect(here + replace(said, des=draws_day.read_dice(said.des)).to(SOURCE))
    if step == SOURCE:
        draws_day.check_source(draws_day.sources_heard(draw), said.source, said.pourquoi)
        value = draws_day.read_value(said.source, said.valeur)
        return HttpResponseRedirect(here + replace(said, valeur=value).to(DRAW))
    if step == DRAW:
        draws_day.do_draw(
            actor=request.actor,
            draw=draw,
            value=said.valeur,
            dice=said.des,
            heard=said.source,
            why_silent=said.pourquoi,
        )
        return done(request, _("The panel is drawn. Everybody drawn is asked to take their seat."), here)
    return HttpResponseRedirect(here + said.to(DICE))


def _shared(draw: Draw) -> dict[str, Any]:
    return {
        "draw": draw,
        "home": at(draw.piste, "draw", draw.slug),
        "screen": seen_at(draw.piste, "draw_screen", draw.slug) if draw.record else "",
        "menu_here": menu_of(draw.piste),
    }


def _context(draw: Draw, step: str, said: Said, *, refusal: Refusal | None = None) -> dict[str, Any]:
    sources = draws_day.sources_heard(draw)
    typed = {"source": said.source or sources[0], "valeur": said.valeur, "pourquoi": said.pourquoi}
    dice, source = DiceForm(initial={"des": said.des}), SourceForm(initial=typed, sources=sources)
    form = {DICE: dice, SOURCE: source}.get(step)
    if refusal is not None and form is not None:
        shown = DiceForm({"des": said.des}) if step == DICE else SourceForm(typed, sources=sources)
        field = {"dice": "des", "value": "valeur", "why_silent": "pourquoi", "source": "source"}.get(refusal.code)
        shown.is_valid()
        shown.add_error(field, str(refusal))
        form = shown
    number = STEPS.index(step)
    return {
        **_shared(draw),
        "step": step,
        "number": number + 1,
        "labels": LABELS,
        "said": said,
        "form": form,
        "refusal": refusal,
        "faces": FACES,
        "thrown": [one for one in said.des.split("-") if one],
        "digest": in_groups(draw.digest),
        "too_early": clock.now() < draw.drawn_from,
        "rounds": [_read_at(one) for one in sources if one.startswith(draws_day.DRAND)],
        "sources": sources,
        "heard": _named(said.source, sources.index(said.source)) if said.source in sources else "",
        "before": said.to(STEPS[number - 1]) if number else "",
        "again": {one: said.to(one) for one in (DICE, SOURCE)},
    }


def _read_at(source: str) -> dict[str, Any]:
    """Return where a round is read, by several relays, and when."""
    number = source.removeprefix(draws_day.DRAND)
    return {
        "number": number,
        "at": draws_day.moment_of(source),
        "addresses": [f"https://{relay}/{CHAIN}/public/{number}" for relay in RELAYS],
    }


def _result(draw: Draw) -> dict[str, Any]:
    kept = draws_public.record_of(draw)["draw"]
    return {
        **_shared(draw),
        "drawn": kept,
        "seed": in_groups(kept["seed"]),
        "panel": [codes.shown(one) for one in kept["panel"]],
        "people": at(draw.piste, "draw_panel", draw.slug),
        "public": seen_at(draw.piste, "draw_page", draw.slug),
    }
