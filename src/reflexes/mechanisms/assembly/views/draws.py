"""Draws as everybody reads them (screens.md 10): whole screens that take the piste whose address they stand under."""

from fractions import Fraction
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.perms_draws import visible_draws
from reflexes.mechanisms.assembly.services import codes, draws_public
from reflexes.mechanisms.assembly.services.draw_papers import in_groups
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import INVALID, page, paginate

PER_PAGE = 20
TONES = {Draw.State.COMMITTED: "going", Draw.State.DRAWN: "done", Draw.State.ERASED: "stopped"}


class CodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=gettext_lazy("The code of your letter"),
        help_text=gettext_lazy("Twelve signs, with or without dashes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


def access_public_draw(actor: Actor, slug: str, piste: str) -> Draw:
    """Return a draw of this piste whose record is published; one being prepared is nothing to find, whoever reads."""
    draw = visible_draws(actor).exclude(record="").select_related("organisation", "body", "college")
    found = draw.filter(slug=slug, piste=piste).first()
    if found is None:
        raise Http404
    return found


def percent(chance: Fraction | str) -> str:
    """Return a chance as people read it."""
    return f"{formats.number_format(round(float(chance) * 100, 2), 2)} %"


def _address(piste: str, name: str, *args: object) -> str:
    return reverse(f"{piste}_public:{name}", args=args)


@open_to_all
@require_safe
def draw_list(request: HttpRequest, *, piste: str) -> HttpResponse:
    """List the draws whose record is published, the latest first."""
    rows = paginate(request, visible_draws(request.actor).filter(piste=piste).exclude(record=""), PER_PAGE)
    lines = [(one, TONES[Draw.State(one.state)], _address(piste, "draw_page", one.slug)) for one in rows]
    return page(request, "assembly/draws/list.html", {"rows": rows, "lines": lines})


@open_to_all
@require_safe
def draw_page(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Show one draw: before it the balances, the least chance and its proof; after it what chance said and who sits."""
    draw = access_public_draw(request.actor, slug, piste)
    kept = draws_public.record_of(draw)
    found = draws_public.chances(draw)
    drawn = kept.get("draw")
    context: dict[str, Any] = {
        "draw": draw,
        "tone": TONES[Draw.State(draw.state)],
        "chances": found,
        "least": percent(found.least),
        "ceiling": percent(found.ceiling),
        "strata": draws_public.strata(draw),
        "drawn": drawn,
        "panel": [codes.shown(one) for one in draws_public.panel_now(draw)],
        "replacements": [
            (codes.shown(one.left), codes.shown(one.came), one) for one in draw.replacements.order_by("pk")
        ],
        "sources": kept["plan"]["sources"][0],
        "said": drawn["said"] if drawn else [],
        "record_address": _address(piste, "draw_record", slug),
        "line_address": _address(piste, "draw_line", slug),
        "list_address": _address(piste, "draws"),
        "screen_address": _address(piste, "draw_screen", slug),
    }
    return page(request, "assembly/draws/draw.html", context)


@open_to_all
@require_safe
def draw_screen(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Show the draw to a room, step by step, in letters read from afar; until it is held it asks again by itself."""
    draw = access_public_draw(request.actor, slug, piste)
    kept = draws_public.record_of(draw)
    drawn = kept.get("draw")
    context = {
        "draw": draw,
        "drawn": drawn,
        "digest": in_groups(draw.digest),
        "seed": in_groups(drawn["seed"]) if drawn else "",
        "said": [one.rpartition(":") for one in drawn["said"]] if drawn else [],
        "sources": kept["plan"]["sources"][0],
        "tickets": len(kept["plan"]["tickets"]),
        "size": kept["plan"]["size"],
        "people": kept["plan"]["pool"]["people"],
        "panel": [codes.shown(one) for one in drawn["panel"]] if drawn else [],
        "here": _address(piste, "draw_screen", slug),
        "back": _address(piste, "draw_page", slug),
    }
    return page(request, "assembly/draws/screen.html", context, fragment="assembly/draws/includes/screen.html")


@open_to_all
@require_safe
def draw_record(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Give the published record as a file, byte for byte what was hashed."""
    draw = access_public_draw(request.actor, slug, piste)
    answer = HttpResponse(draws_public.public_record(draw), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{draw.slug}.json"'
    return answer


@open_to_all
@require_http_methods(["GET", "POST"])
def draw_line(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Show somebody their own line for the code of their letter: it is sent, never written in an address."""
    draw = access_public_draw(request.actor, slug, piste)
    form = CodeForm(request.POST or None)
    context: dict[str, Any] = {"draw": draw, "form": form, "back": _address(piste, "draw_page", slug)}
    if request.method == "POST":
        try:
            line = draws_public.my_line(draw, form.cleaned_data["code"]) if form.is_valid() else None
        except Refusal as refusal:
            form.add_error("code", str(refusal))
            line = None
        if line is None:
            return page(request, "assembly/draws/line.html", context, status=INVALID)
        context |= {
            "line": line,
            "shown": codes.shown(line.pseudonym),
            "chance": percent(line.chance),
            "proof": draws_public.proof_text(line),
        }
    return page(request, "assembly/draws/line.html", context)
