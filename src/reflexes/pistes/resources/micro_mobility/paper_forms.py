"""The words of the blank paper forms: the same questions as on screen, in the same order, with room to write."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from reflexes.core import clock, registry
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Assignment, Half
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.services import people_holding
from reflexes.pistes.resources.micro_mobility import codes
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    answer_by,
    contact_lines,
    reached_at,
    titled,
    when,
    where,
)
from reflexes.pistes.resources.micro_mobility.wish_words import sentence
from reflexes.web.forms import fortnight
from reflexes.web.words import full_date

Block = dict[str, Any]
LIMITS = (("no_weekend", ""), *(("no_half", half) for half in Half.values))


def text(words: str) -> Block:
    """Return plain words."""
    return {"kind": "text", "words": words}


def lines(label: str, number: int = 1) -> Block:
    """Return a question with ``number`` lines to write on."""
    return {"kind": "lines", "label": label, "number": number}


def boxes(label: str, *choices: object, columns: int = 1) -> Block:
    """Return a question with boxes to tick."""
    return {"kind": "boxes", "label": label, "choices": [str(choice) for choice in choices], "columns": columns}


def table(headers: list[str], rows: int, label: str = "", widths: tuple[float, ...] = ()) -> Block:
    """Return an empty table to fill in; ``widths`` are shares of the line, equal unless given."""
    shares = widths or (1,) * len(headers)
    return {"kind": "table", "label": label, "headers": headers, "rows": [[""] * len(headers)] * rows, "widths": shares}


def grid(label: str) -> Block:
    """Return the fortnight to tick, beginning with the next Monday: the dates are printed."""
    today = clock.today()
    days = fortnight(today + timedelta(days=7 - today.weekday()), weekends=True)
    halves = [str(one.label) for one in Half]
    rows = [[full_date(day), "", ""] for day in days]
    return {"kind": "grid", "label": label, "headers": ["", *halves], "rows": rows}


def _form(title: str, code: str, lead: str, *blocks: Block) -> dict[str, Any]:
    return {
        "title": title,
        "lead": lead,
        "blocks": blocks,
        "code_words": _("Code of this sheet:"),
        "code": code,
        "bring": bring(),
    }


def bring() -> str:
    """Say where to bring a filled form, and whom to call instead."""
    cell = next((person for person in people_holding(roles.COORDINATOR) if person.phone), None)
    if cell is None:
        return _("Give this sheet to the cell, or to your service, which hands it on.")
    return _("Give this sheet to the cell, or to your service, which hands it on. By telephone: %(who)s.") % {
        "who": reached_at(cell)
    }


def need(_mission: Assignment | None) -> dict[str, Any]:
    """Return the form of a need: the five steps of the screen."""
    return _form(
        _("Ask for hands"),
        codes.code_of(codes.NEED),
        _("Write what you know: the cell completes the rest with you on the telephone."),
        lines(_("Service or association, and your name and telephone")),
        boxes(_("What kind of mission?"), *registry.kinds().values(), columns=2),
        lines(_("What is to be done?"), 2),
        lines(_("Where? (name of the place, address)")),
        table(
            [_("Day"), _("Morning or afternoon"), _("How many people"), _("To know how to do")], 4, _("When, how many")
        ),
        lines(_("What is hard or must be known before coming (standing, stairs, cold…)")),
        lines(_("What is provided (meal, clothing, ride…)")),
        lines(_("Who welcomes and guides (mentor), with telephone")),
        lines(_("Another contact, with telephone")),
        lines(_("Back at their post on")),
    )


def offer(_mission: Assignment | None) -> dict[str, Any]:
    """Return the form of an offer: what I can do, when, my limits."""
    return _form(
        _("Offer my time"),
        codes.code_of(codes.OFFER),
        _("Offering promises nothing: you are asked each time, and no is a full answer."),
        lines(_("First name, name")),
        lines(_("Service, trade")),
        lines(_("Telephone, and e-mail when you have one")),
        lines(_("Commune where you live")),
        boxes(
            _("How do you want to be told?"),
            _("telephone call"),
            _("paper"),
            _("e-mail"),
            columns=3,
        ),
        boxes(
            _("Which kinds of mission? (at most %(count)s)") % {"count": limits.KINDS_CHOSEN},
            *registry.kinds().values(),
            columns=2,
        ),
        lines(_("What you can do, in your trade and beyond it"), 2),
        lines(_("At most how many half-days a week? How many kilometres from home?")),
        boxes(
            _("Your limits: never crossed without your own yes"),
            *(capfirst(sentence(kind, value, hard=True)) for kind, value in LIMITS),
            columns=3,
        ),
        lines(_("Other limits or wishes"), 2),
        grid(_("I could come on these half-days (tick)")),
        text(_("Your skills and wishes are read by the cell alone, never by the person who appraises you.")),
    )


def coupon(mission: Assignment | None) -> dict[str, Any]:
    """Return the coupon of one proposal, or a blank one."""
    known: list[Block] = []
    if mission is not None:
        until = answer_by(mission)
        known = [
            text(str(mission.person)),
            text(f"{titled(mission)}. {when(mission)}, {where(mission)}."),
            *([text(_("Please answer before %(until)s.") % {"until": full_date(until)})] if until else []),
        ]
    else:
        known = [lines(_("First name, name")), lines(_("Which half-day, which mission?"))]
    return _form(
        _("Answer coupon"),
        codes.code_of(codes.COUPON, mission.pk if mission else 0),
        _("Yes or no, both are fine, and no reason is asked."),
        *known,
        boxes("", _("Yes, I will come"), _("No, not this time"), columns=2),
        lines(_("Date and signature")),
        text(_("Your answer is visible neither to the person who appraises you nor in your file.")),
    )


def attendance(_mission: Assignment | None) -> dict[str, Any]:
    """Return a blank attendance sheet, for a day without any printer on the spot."""
    headers = [_("Name"), _("Training"), _("Safety"), _("Arrived at"), _("Left at"), _("Signature")]
    return _form(
        _("Attendance sheet"),
        codes.code_of(codes.SHEET),
        _("Nobody starts before the short training and the safety instructions: tick both."),
        lines(_("Place")),
        lines(_("Day, morning or afternoon")),
        table(headers, 10, widths=(2, 1.2, 1.1, 1, 1, 1.6)),
        lines(_("Expected and not seen (they told us / no news)"), 2),
    )


def debrief(mission: Assignment | None) -> dict[str, Any]:
    """Return the debrief: X8's questions, the remarks, who reads them, and a few lines in confidence."""
    yes_no = (_("Yes"), _("No"))
    known: list[Block] = [text(f"{mission.person}. {titled(mission)}, {when(mission)}.")] if mission else []
    return _form(
        _("After a mission"),
        codes.code_of(codes.DEBRIEF, mission.pk if mission else 0),
        _("Answer yes or no to each question: an open one keeps the mission open."),
        *(known or [lines(_("First name, name")), lines(_("Which mission, which half-day?"))]),
        boxes(_("Did you go because you wanted to?"), *yes_no, columns=2),
        boxes(_("Did somebody listen to what you noticed as a newcomer?"), *yes_no, columns=2),
        boxes(_("Was it clear who did what in the team?"), *yes_no, columns=2),
        boxes(_("Was your return to your post prepared?"), *yes_no, columns=2),
        lines(_("What did you notice?"), 3),
        boxes(
            _("Who may read it? (nobody but the cell unless you tick)"),
            _("The host may read my remarks"),
            _("Human resources may read my remarks"),
        ),
        text(
            _("Something was not right?")
            + " "
            + _("Write it here: it is read by the cell alone, never by the host nor by the person who appraises you.")
        ),
        lines("", 2),
        boxes("", _("I do not want to go back there"), _("Human resources may read this too")),
        *([text(contact_lines(mission))] if mission else []),
    )


BLANKS: dict[str, Callable[[Assignment | None], dict[str, Any]]] = {
    "besoin": need,
    "offre": offer,
    "reponse": coupon,
    "presence": attendance,
    "bilan": debrief,
}
