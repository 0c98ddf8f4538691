"""What waits for the participation officer: one page of every piste, and the rows of one line of it (screens.md 1).

Each row leads to the desk of the piste that it came through, whichever piste shows the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_GET

from reflexes.core import registry
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Commitment, Contribution, Milestone, Proposal, Review
from reflexes.mechanisms.assembly.services import silences
from reflexes.mechanisms.assembly.views.keeping import PER_PAGE
from reflexes.web.pages import page, paginate

GROUPS = {
    "authors": _("Those who proposed something wait"),
    "people": _("People wait, or we wait for them"),
    "everybody": _("Everybody waits"),
}


@dataclass(frozen=True, slots=True)
class Saying:
    """How one kind of silence is said: its sentence, who can end it, what to do about each row and where."""

    sentence: Any
    who: "str | Promise"
    action: "str | Promise"
    address: Callable[[Any], str]
    line: Callable[[Any], str]


Kinds = Mapping[str, silences.Kind]
Sayings = Mapping[str, Saying]

# What each piste adds to the page, by its slug: ``urls.waiting.keeper`` writes it down.
MOUNTED: dict[str, tuple[Kinds, Sayings]] = {}


def _proposal(proposal: Proposal) -> str:
    return reverse(f"{proposal.piste}:keeper_proposal", args=[proposal.pk])


def _about(row: Commitment | Review) -> str:
    return _proposal(row.proposal)


def _stage(row: Milestone) -> str:
    return _proposal(row.commitment.proposal)


def _contribution(row: Contribution) -> str:
    return reverse(f"{row.consultation.piste}:keeper_contribution", args=[row.pk])


def _owed(row: Proposal) -> str:
    return f"{row} · {row.answerer}, {row.answerer_words}" if row.answerer_words else f"{row} · {row.answerer}"


WORDS: Sayings = {
    "proposals_late": Saying(
        ngettext_lazy("%(count)d proposal without its answer", "%(count)d proposals without their answer", "count"),
        _("whoever answers"),
        _("Ask for the answer"),
        _proposal,
        _owed,
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
        _about,
        lambda row: str(row.proposal),
    ),
    "commitments_late": Saying(
        ngettext_lazy("%(count)d promise past its day", "%(count)d promises past their day", "count"),
        _("the service that promised"),
        _("Ask where it stands"),
        _about,
        lambda row: f"{row} · {row.owner}",
    ),
    "milestones_late": Saying(
        ngettext_lazy(
            "%(count)d stage of a project past its day", "%(count)d stages of projects past their day", "count"
        ),
        _("the service that promised"),
        _("Ask where it stands"),
        _stage,
        lambda row: f"{row.commitment.proposal} · {row} · {row.commitment.owner}",
    ),
}


def _known() -> tuple[dict[str, silences.Kind], dict[str, Saying]]:
    """Return every kind of silence of the pistes that are switched on, and how each is said."""
    kinds, sayings = dict(silences.WORDS), dict(WORDS)
    for piste in registry.pistes():
        of_it, said = MOUNTED.get(piste.slug, ({}, {}))
        kinds.update(of_it)
        sayings.update(said)
    return kinds, sayings


@require_GET
def home(request: HttpRequest, *, piste: str, start: str) -> HttpResponse:
    """Show what waits, grouped by who waits, oldest first."""
    access_keeper(request.actor)
    kinds, sayings = _known()
    groups: dict[str, list[dict[str, Any]]] = {}
    for silence in silences.silences(request.actor, kinds):
        saying = sayings[silence.code]
        groups.setdefault(silence.group, []).append(
            {
                "sentence": saying.sentence % {"count": silence.count},
                "since": silence.since,
                "count": silence.count,
                "who": saying.who,
                "action": saying.action,
                "href": reverse(f"{piste}:keeper_silence", args=[silence.code]),
            }
        )
    context = {"groups": [(GROUPS[group], lines) for group, lines in groups.items()], "menu_here": start}
    return page(request, "assembly/waiting/home.html", context)


@require_GET
def silence_list(request: HttpRequest, code: str, *, piste: str, start: str) -> HttpResponse:
    """Show everything one silence holds, oldest first, each with its one action."""
    access_keeper(request.actor)
    kinds, sayings = _known()
    rows = paginate(request, silences.waiting_on(request.actor, code, kinds), PER_PAGE)
    saying = sayings[code]
    context = {
        "title": saying.sentence % {"count": rows.paginator.count},
        "rows": rows,
        "lines": [(saying.line(row), row.since, saying.address(row)) for row in rows],
        "saying": saying,
        "back": reverse(start),
        "menu_here": start,
    }
    return page(request, "assembly/waiting/list.html", context)
