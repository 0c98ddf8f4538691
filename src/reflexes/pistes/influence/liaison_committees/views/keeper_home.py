"""What waits for the participation officer: each silence with its age and one thing to do (screens.md 1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_GET

from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import (
    Attendance,
    Body,
    Commitment,
    Contribution,
    Expense,
    Proposal,
    Review,
    Seat,
    Session,
)
from reflexes.mechanisms.assembly.services import silences as tables
from reflexes.mechanisms.assembly.views.keeping import PER_PAGE
from reflexes.web.pages import page, paginate
from reflexes.web.words import full_date

GROUPS = {
    "authors": _("Those who proposed something wait"),
    "people": _("People wait, or we wait for them"),
    "everybody": _("Everybody waits"),
}


@dataclass(frozen=True, slots=True)
class Saying:
    """How one kind of silence is said: its sentence, who can unblock it, what to do about each row and where."""

    sentence: Any
    who: "str | Promise"
    action: "str | Promise"
    address: Callable[[Any], str]
    line: Callable[[Any], str]


def _late_proposal(row: Proposal) -> str:
    return f"{row.title} · {row.answerer}, {row.answerer_words}" if row.answerer_words else f"{row} · {row.answerer}"


def _body(row: Body) -> str:
    return reverse("liaison_committees:keeper_body", args=[row.slug])


def _proposal(row: Proposal | Commitment | Review) -> str:
    """Lead to the desk of the piste that it came through: what waits here waits for one person, whatever the piste."""
    proposal = row if isinstance(row, Proposal) else row.proposal
    return reverse(f"{proposal.piste}:keeper_proposal", args=[proposal.pk])


def _contribution(row: Contribution) -> str:
    return reverse(f"{row.consultation.piste}:keeper_contribution", args=[row.pk])


def _seat(row: Seat) -> str:
    return reverse("liaison_committees:keeper_body", args=[row.college.body.slug]) + f"#siege-{row.pk}"


def _call(row: Attendance) -> str:
    return reverse("liaison_committees:keeper_call_answer", args=[row.pk])


def _session(row: Session) -> str:
    return reverse("liaison_committees:keeper_session", args=[row.pk])


def _expense(row: Expense) -> str:
    return reverse("liaison_committees:keeper_expense", args=[row.pk])


SAYINGS: dict[str, Saying] = {
    "proposals_late": Saying(
        ngettext_lazy("%(count)d proposal without its answer", "%(count)d proposals without their answer", "count"),
        _("whoever answers"),
        _("Ask for the answer"),
        _proposal,
        _late_proposal,
    ),
    "appeals_waiting": Saying(
        ngettext_lazy("%(count)d appeal against hidden words", "%(count)d appeals against hidden words", "count"),
        _("another officer, or the director"),
        _("Read the appeal"),
        _contribution,
        lambda row: f"{row} · {row.consultation}",
    ),
    "words_to_read": Saying(
        ngettext_lazy("%(count)d contribution to read", "%(count)d contributions to read", "count"),
        _("you"),
        _("Read"),
        _contribution,
        lambda row: f"{row} · {row.consultation}",
    ),
    "reviews_called": Saying(
        ngettext_lazy("%(count)d review called by authors", "%(count)d reviews called by authors", "count"),
        _("you"),
        _("Write what they saw"),
        _proposal,
        lambda row: str(row.proposal),
    ),
    "commitments_late": Saying(
        ngettext_lazy("%(count)d promise past its day", "%(count)d promises past their day", "count"),
        _("the service that promised"),
        _("Ask where it stands"),
        _proposal,
        lambda row: f"{row} · {row.owner}",
    ),
    "seats_unanswered": Saying(
        ngettext_lazy(
            "%(count)d person asked to sit, no answer yet", "%(count)d people asked to sit, no answer yet", "count"
        ),
        _("you"),
        _("Call and note the answer"),
        _seat,
        lambda row: f"{row.person} · {row.college.body}",
    ),
    "calls_unanswered": Saying(
        ngettext_lazy(
            "%(count)d person called to a session, no answer yet",
            "%(count)d people called to a session, no answer yet",
            "count",
        ),
        _("you"),
        _("Call and note the answer"),
        _call,
        lambda row: f"{row.person} · {row.session.body}, {full_date(row.session.starts_at)}",
    ),
    "expenses_unsettled": Saying(
        ngettext_lazy("%(count)d expense to settle", "%(count)d expenses to settle", "count"),
        _("you"),
        _("Settle"),
        _expense,
        lambda row: f"{row.attendance.person} · {row.attendance.session.body}",
    ),
    "sessions_without_minutes": Saying(
        ngettext_lazy(
            "%(count)d session without published minutes", "%(count)d sessions without published minutes", "count"
        ),
        _("you"),
        _("Write the minutes"),
        _session,
        lambda row: f"{row.body}, {full_date(row.starts_at)}",
    ),
    "bodies_past_their_end": Saying(
        ngettext_lazy("%(count)d committee past its end", "%(count)d committees past their end", "count"),
        _("you"),
        _("Close it, or say why it goes on"),
        _body,
        str,
    ),
}


@require_GET
def silences(request: HttpRequest) -> HttpResponse:
    """Show what waits, grouped by who waits, oldest first."""
    access_keeper(request.actor)
    groups: dict[str, list[dict[str, Any]]] = {}
    for silence in tables.silences(request.actor):
        saying = SAYINGS[silence.code]
        groups.setdefault(silence.group, []).append(
            {
                "sentence": saying.sentence % {"count": silence.count},
                "since": silence.since,
                "count": silence.count,
                "who": saying.who,
                "action": saying.action,
                "href": reverse("liaison_committees:keeper_silence", args=[silence.code]),
            }
        )
    context = {"groups": [(GROUPS[group], lines) for group, lines in groups.items()]}
    return page(request, "liaison_committees/keeper/silences.html", context)


@require_GET
def silence_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything one silence holds, oldest first, each with its one action."""
    access_keeper(request.actor)
    rows = paginate(request, tables.waiting_on(request.actor, code), PER_PAGE)
    saying = SAYINGS[code]
    context = {
        "title": saying.sentence % {"count": rows.paginator.count},
        "rows": rows,
        "lines": [(saying.line(row), row.since, saying.address(row)) for row in rows],
        "saying": saying,
        "menu_here": "liaison_committees:keeper_silences",
    }
    return page(request, "liaison_committees/keeper/silence_list.html", context)
