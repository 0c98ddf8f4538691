"""What waits for whoever keeps the dialogue: each silence with its age and one thing to do (screens.md 1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Commitment, Contribution, Milestone, Proposal, Review
from reflexes.pistes.contact.citizen_dialogue.models import Feasibility, Scheme, Step
from reflexes.pistes.contact.citizen_dialogue.services import waiting
from reflexes.web.pages import page, paginate

PER_PAGE = 50
HOME = "citizen_dialogue:keeper_waiting"


@dataclass(frozen=True, slots=True)
class Saying:
    """How one kind of silence is said: its sentence, who can end it, what to do about each row and where."""

    sentence: Any
    who: "str | Promise"
    action: "str | Promise"
    address: Callable[[Any], str]
    line: Callable[[Any], str]


def _proposal(row: Proposal | Commitment | Milestone | Review) -> str:
    match row:
        case Proposal():
            pk = row.pk
        case Milestone():
            pk = row.commitment.proposal_id
        case _:
            pk = row.proposal_id
    return reverse("citizen_dialogue:keeper_proposal", args=[pk])


def _contribution(row: Contribution) -> str:
    return reverse("citizen_dialogue:keeper_contribution", args=[row.pk])


def _step(row: Step) -> str:
    return reverse("citizen_dialogue:keeper_edition", args=[row.edition.slug]) + f"#etape-{row.kind}"


def _said_of(row: Step) -> str:
    return f"{row.edition} · {row.get_kind_display()}"


def _scheme(row: Scheme) -> str:
    return reverse("citizen_dialogue:keeper_scheme", args=[row.slug])


def _question(row: Feasibility) -> str:
    return reverse("citizen_dialogue:keeper_feasibility_say", args=[row.pk])


SAYINGS: dict[str, Saying] = {
    "proposals_late": Saying(
        ngettext_lazy("%(count)d proposal without its answer", "%(count)d proposals without their answer", "count"),
        _("whoever answers"),
        _("Ask for the answer"),
        _proposal,
        lambda row: f"{row} · {row.answerer}",
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
    "milestones_late": Saying(
        ngettext_lazy(
            "%(count)d stage of a project past its day", "%(count)d stages of projects past their day", "count"
        ),
        _("the service that promised"),
        _("Ask where it stands"),
        _proposal,
        lambda row: f"{row.commitment.proposal} · {row} · {row.commitment.owner}",
    ),
    "feasibility_late": Saying(
        ngettext_lazy(
            "%(count)d proposal that a service has not studied in time",
            "%(count)d proposals that services have not studied in time",
            "count",
        ),
        _("the service that was asked"),
        _("Call, and write what it says"),
        _question,
        lambda row: f"{row.proposal} · {row.unit}",
    ),
    "steps_without_result": Saying(
        ngettext_lazy(
            "%(count)d step is over and nobody said what came out of it",
            "%(count)d steps are over and nobody said what came out of them",
            "count",
        ),
        _("you"),
        _("Say what came out"),
        _step,
        _said_of,
    ),
    "doors_closed": Saying(
        ngettext_lazy(
            "%(count)d step has begun and nobody can speak yet",
            "%(count)d steps have begun and nobody can speak yet",
            "count",
        ),
        _("you"),
        _("Open the door"),
        _step,
        _said_of,
    ),
    "switched_away": Saying(
        ngettext_lazy(
            "%(count)d step goes on by its backup channel",
            "%(count)d steps go on by their backup channel",
            "count",
        ),
        _("you"),
        pgettext_lazy("channel", "See whether the main one is back"),
        _step,
        _said_of,
    ),
    "review_late": Saying(
        ngettext_lazy(
            "%(count)d street on trial is past the day of its decision",
            "%(count)d streets on trial are past the day of their decision",
            "count",
        ),
        _("the service that tries it"),
        _("Keep, adapt or remove"),
        _scheme,
        str,
    ),
    "choice_open": Saying(
        ngettext_lazy(
            "%(count)d street on trial without the signs that will tell",
            "%(count)d streets on trial without the signs that will tell",
            "count",
        ),
        _("you, with those who use it"),
        _("Choose what will tell"),
        _scheme,
        str,
    ),
    "nobody_asked": Saying(
        ngettext_lazy(
            "%(count)d street on trial about which nobody is asked",
            "%(count)d streets on trial about which nobody is asked",
            "count",
        ),
        _("you"),
        _("Ask those who use it"),
        _scheme,
        str,
    ),
}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits, the oldest first."""
    access_keeper(request.actor)
    lines: list[dict[str, Any]] = []
    for code, count, since in waiting.waiting(request.actor):
        saying = SAYINGS[code]
        lines.append(
            {
                "sentence": saying.sentence % {"count": count},
                "since": since,
                "who": saying.who,
                "action": saying.action,
                "href": reverse("citizen_dialogue:keeper_silence", args=[code]),
            }
        )
    lines.sort(key=lambda line: line["since"] or clock.now())
    return page(request, "citizen_dialogue/keeper/home.html", {"lines": lines})


@require_GET
def silence_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything one silence holds, oldest first, each with its one action."""
    access_keeper(request.actor)
    if code not in SAYINGS:
        raise Http404
    rows = paginate(request, waiting.waiting_on(request.actor, code), PER_PAGE)
    saying = SAYINGS[code]
    context = {
        "title": saying.sentence % {"count": rows.paginator.count},
        "rows": rows,
        "lines": [(saying.line(row), row.since, saying.address(row)) for row in rows],
        "saying": saying,
        "menu_here": HOME,
    }
    return page(request, "citizen_dialogue/keeper/silence.html", context)
