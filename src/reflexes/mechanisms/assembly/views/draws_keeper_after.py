"""After the draw: who was asked and answered, who comes in whose place, and the end of the pool."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.mechanisms.assembly.models import Draw, PoolMember, Replacement, Seat
from reflexes.mechanisms.assembly.perms_draws import access_member
from reflexes.mechanisms.assembly.services import (
    codes,
    draw_papers,
    draws_day,
    draws_public,
    draws_reserve,
    pool_erasure,
)
from reflexes.mechanisms.assembly.views.draws_keeper import at, kept_draw, menu_of, seen_at, sheet_of
from reflexes.web.asking import asked, bound
from reflexes.web.pages import page

TONES = {
    Seat.State.ASKED: "waits",
    Seat.State.HELD: "done",
    Seat.State.DECLINED: "stopped",
    Seat.State.LEFT: "stopped",
    Seat.State.ENDED: "note",
}


@require_GET
def panel(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Show who is drawn, by name, with what they answered; whoever cannot come gives way to the next."""
    kept = kept_draw(request, draw, piste)
    if kept.state not in {Draw.State.DRAWN, Draw.State.ERASED}:
        return HttpResponseRedirect(at(piste, "draw", kept.slug))
    now = draws_public.panel_now(kept)
    people = kept.pool.filter(pseudonym__in=now).select_related("person").order_by("search", "pk")
    seats = _seats(kept, people)
    lines = [_line(kept, member, seats.get(member.person_id)) for member in people]
    context = {
        "draw": kept,
        "lines": lines,
        "size": len(now),
        "unasked": sum(line["seat"] is None for line in lines),
        "answered": sum(line["held"] for line in lines),
        "replaced": [(codes.shown(one.left), codes.shown(one.came), one) for one in kept.replacements.order_by("pk")],
        "strata": draws_public.strata(kept),
        "erased": kept.state == Draw.State.ERASED,
        "ask": at(piste, "draw_ask", kept.slug),
        "home": at(piste, "draw", kept.slug),
        "public": seen_at(piste, "draw_page", kept.slug),
        "menu_here": menu_of(piste),
    }
    return page(request, "assembly/draws/keeper/panel.html", context)


def _seats(draw: Draw, people: Any) -> dict[int | None, Seat]:
    """Return the last seat of each, in one question."""
    known = [one.person_id for one in people if one.person_id is not None]
    found = Seat.objects.filter(college_id=draw.college_id, person_id__in=known).order_by("pk")
    return {seat.person_id: seat for seat in found}


def _line(draw: Draw, member: PoolMember, seat: Seat | None) -> dict[str, Any]:
    return {
        "name": member.words().strip(),
        "reach": " · ".join(part for part in (member.phone, member.email) if part),
        "phone": member.phone,
        "seat": seat,
        "tone": TONES[Seat.State(seat.state)] if seat else "waits",
        "held": seat is not None and seat.state == Seat.State.HELD,
        "gone": seat is not None and seat.state in {Seat.State.DECLINED, Seat.State.LEFT},
        "replace": at(draw.piste, "draw_replace", draw.slug, member.pk),
    }


@require_POST
def panel_ask(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Ask again those of the panel whose seat could not be asked for, and say what stands in the way."""
    kept = kept_draw(request, draw, piste)
    refused = draws_day.do_ask_panel(actor=request.actor, draw=kept)
    for words in dict.fromkeys(words for _pseudonym, words in refused):
        messages.error(request, words)
    if not refused:
        messages.success(request, _("Everybody drawn is asked to take their seat."))
    return HttpResponseRedirect(at(piste, "draw_panel", kept.slug))


class WhyForm(forms.Form):
    """Why somebody does not sit: a class of reasons, never a detail."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Only this class of reasons is ever shown."),
        choices=Seat.Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why in the list.")},
    )


@require_http_methods(["GET", "POST"])
def member_replace(request: HttpRequest, draw: str, member: int, *, piste: str) -> HttpResponse:
    """Note that somebody of the panel does not sit, and ask the next in the order drawn."""
    kept = kept_draw(request, draw, piste)
    found = access_member(request.actor, kept, member)
    if kept.state != Draw.State.DRAWN or found.pseudonym not in draws_public.panel_now(kept):
        raise Http404
    sheet = sheet_of(
        kept,
        _("%(name)s does not sit") % {"name": found.words().strip() or _("This person")},
        _("The next of the same profile comes, in the order drawn on the day: nobody chooses."),
        _("Ask the next one"),
        icon="arrow-left-right",
        note=_("Everybody reads a line: one code left, why, which code came. No name is shown."),
    )

    def act(typed: dict[str, Any]) -> str:
        line = draws_reserve.do_replace_from_reserve(
            actor=request.actor, draw=kept, pseudonym=found.pseudonym, why=typed["why"]
        )
        return _came(line)

    return asked(request, sheet, bound(WhyForm, request), act, to=at(piste, "draw_panel", kept.slug))


def _came(line: Replacement) -> str:
    """Return what became of the seat, in one sentence."""
    if not line.came:
        return _("It is noted. Nobody was left in the reserve: the seat stays empty.")
    return _("It is noted, and the next one is asked: %(manner)s.") % {"manner": line.get_manner_display()}


class EraseForm(forms.Form):
    """A yes to what cannot be undone."""

    sure = forms.BooleanField(
        label=gettext_lazy("Destroy the names, contacts and answers of the pool"),
        error_messages={"required": gettext_lazy("Tick the box to destroy the pool: nothing brings it back.")},
    )


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Destroy the pool before its day; the certificate and the record stay."""
    kept = kept_draw(request, draw, piste)
    drawn = _("Seats are held: nobody of the reserve can be asked any more afterwards.")
    never = _("This draw was not held: it is given up.")
    sheet = sheet_of(
        kept,
        _("Erase the pool"),
        _("Answers given to sit on one panel serve that draw alone, and end with it."),
        _("Erase the pool"),
        icon="trash-2",
        note=drawn if kept.state == Draw.State.DRAWN else never,
    )

    def act(_typed: dict[str, Any]) -> str:
        pool_erasure.do_erase_pool(actor=request.actor, draw=kept)
        return _("The pool is erased. Its certificate of destruction can be printed.")

    return asked(request, sheet, bound(EraseForm, request), act)


@require_GET
def certificate(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Give the certificate of destruction of a pool, as one sheet."""
    kept = kept_draw(request, draw, piste)
    made = draw_papers.certificate_pdf(pool_erasure.certificate_of(kept))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{kept.slug}-certificat.pdf"'
    return answer
