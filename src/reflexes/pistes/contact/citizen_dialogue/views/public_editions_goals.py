"""Open to all: what people say of each proposal against the 17 goals, sentence by sentence; nothing is added up."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Proposal
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.goals import GOALS
from reflexes.pistes.contact.citizen_dialogue.models import Edition, GoalCard, GoalScore
from reflexes.pistes.contact.citizen_dialogue.services import scoring
from reflexes.pistes.contact.citizen_dialogue.views.goals import CardForm, write_card
from reflexes.pistes.contact.citizen_dialogue.views.public_editions import access_public_edition
from reflexes.web.answers import done
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import CONFLICT, INVALID, page, paginate

PER_PAGE = 15
MARK_TONES = {"much": "done", "helps": "going", "neither": "note", "harms": "waits"}
TEMPLATE = "citizen_dialogue/public/goals_proposal.html"


@open_to_all
@require_safe
def goals_grid(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the proposals beside the 17 goals: in each cell, how many sentences people wrote, never a score."""
    edition = access_public_edition(request.actor, slug)
    found = perms.proposals_of(edition).exclude(state=Proposal.State.WITHDRAWN)
    rows = paginate(request, found, PER_PAGE)
    said: dict[int, dict[int, int]] = {one.pk: {} for one in rows}
    people: dict[int, int] = dict.fromkeys(said, 0)
    for card in scoring.cards_of(edition, rows):
        people[card.proposal_id] += 1
        for one in card.scores.all():
            cells = said[card.proposal_id]
            cells[one.goal] = cells.get(one.goal, 0) + 1
    grid = [(one, people[one.pk], [(goal, said[one.pk].get(goal.number, 0)) for goal in GOALS]) for one in rows]
    context = {"edition": edition, "rows": rows, "grid": grid, "goals": GOALS}
    return page(request, "citizen_dialogue/public/goals.html", context)


def by_goal(cards: list[GoalCard]) -> list[tuple[Any, list[tuple[GoalScore, str, str]]]]:
    """Return the goals that somebody marked, each with its sentences, their tone and who wrote them."""
    found = []
    for goal in GOALS:
        sentences = [
            (one, MARK_TONES[one.mark], card.shown_name)
            for card in cards
            for one in card.scores.all()
            if one.goal == goal.number
        ]
        if sentences:
            found.append((goal, sentences))
    return found


@open_to_all
@require_http_methods(["GET", "POST"])
def goals_proposal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what people say of one proposal, goal by goal; somebody signed in writes their own card there."""
    edition = access_public_edition(request.actor, slug)
    proposal = perms.access_edition_proposal(request.actor, edition, pk)
    may = request.actor.is_known and edition.state == Edition.State.OPEN
    own = scoring.own_card(request.actor, proposal) if may else None
    form = CardForm(request.POST if request.method == "POST" else None, card=own) if may else None
    context = {
        "edition": edition,
        "proposal": proposal,
        "goals": by_goal(list(scoring.cards_of(edition, [proposal]))),
        "all_goals": GOALS,
        "form": form,
        "own": own,
    }
    if form is None or not form.is_bound:
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return page(request, TEMPLATE, context, status=INVALID)
    try:
        write_card(request.actor, edition, proposal, form)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, TEMPLATE, context, status=CONFLICT if refusal.conflict else INVALID)
    return done(request, _("Your card is written: everybody reads your sentences."), request.path)
