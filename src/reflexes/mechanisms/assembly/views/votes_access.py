"""What the officer's pages of votes share: who opens which, where they stand, how they are headed.

A page is nothing to find for whoever lacks the right. The officer opens all of them; whoever lends a hand at a desk,
types paper ballots or signs a decision opens theirs alone, at the address the officer gives.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms, perms_votes
from reflexes.mechanisms.assembly.models import Choice, PaperBatch, RollEntry, Vote
from reflexes.web.asking import Sheet
from reflexes.web.pages import page
from reflexes.web.parts import Tab

TONES = {
    Vote.State.DRAFT: "note",
    Vote.State.FROZEN: "going",
    Vote.State.CLOSED: "waits",
    Vote.State.PUBLISHED: "done",
}
OPEN_TO_CLOSE = {
    "opens": gettext_lazy("frozen, not open yet"),
    "open": gettext_lazy("open"),
    "over": gettext_lazy("to close"),
}
May = Callable[[Actor, Vote], bool]


def address(piste: str, name: str, *args: object) -> str:
    """Return the address of a page of the officer."""
    return reverse(f"{piste}:keeper_{name}", args=args)


def public_address(vote: Vote, name: str = "vote_page") -> str:
    """Return the address of a page that everybody reads."""
    return reverse(f"{vote.piste}_public:{name}", args=[vote.slug])


def state_words(vote: Vote) -> str:
    """Return where a vote stands as its officer says it: one that is frozen opens, is open, or is to be closed."""
    if vote.state != Vote.State.FROZEN:
        return str(vote.get_state_display())
    now = clock.now()
    return str(OPEN_TO_CLOSE["opens" if now < vote.opens_at else "open" if now < vote.closes_at else "over"])


def check_keeper(actor: Actor) -> None:
    """Let the participation officer in; for anyone else these pages do not exist."""
    if not perms.is_keeper(actor):
        raise Http404


def access_for(actor: Actor, slug: str, piste: str, may: May = perms_votes.can_keep_vote) -> Vote:
    """Return a vote of this piste to whoever ``may``; for anyone else there is nothing to find."""
    vote = perms_votes.access_vote(actor, slug)
    if vote.piste != piste or not may(actor, vote):
        raise Http404
    return vote


def access_choice(actor: Actor, slug: str, pk: int, piste: str, may: May = perms_votes.can_keep_vote) -> Choice:
    """Return a project of a vote to whoever ``may``."""
    vote = access_for(actor, slug, piste, may)
    choice = vote.choices.filter(pk=pk).first()
    if choice is None:
        raise Http404
    choice.vote = vote
    return choice


def access_entry(actor: Actor, slug: str, pk: int, piste: str) -> RollEntry:
    """Return a line of the roll to those who hold the desk."""
    vote = access_for(actor, slug, piste, perms_votes.can_hold_desk)
    entry = vote.roll.filter(pk=pk).first()
    if entry is None:
        raise Http404
    entry.vote = vote
    return entry


def access_bundle(actor: Actor, slug: str, pk: int, piste: str, may: May = perms_votes.can_read_paper) -> PaperBatch:
    """Return a bundle of paper ballots to those who type them."""
    vote = access_for(actor, slug, piste, may)
    batch = vote.batches.filter(pk=pk).first()
    if batch is None:
        raise Http404
    batch.vote = vote
    return batch


def pages_of(actor: Actor, vote: Vote, here: str) -> list[Tab]:
    """Return the pages of one vote that ``actor`` may open."""
    keeps = perms_votes.can_keep_vote(actor, vote)
    draft = vote.state == Vote.State.DRAFT
    over = vote.state in {Vote.State.CLOSED, Vote.State.PUBLISHED}
    every = (
        ("vote", _("Where it stands"), keeps),
        ("choices", _("Projects"), keeps),
        ("roll", _("Roll and letters"), keeps),
        ("desk", pgettext("vote", "Desk"), not draft and not over and perms_votes.can_hold_desk(actor, vote)),
        ("papers", _("Paper ballots"), not draft and perms_votes.can_read_paper(actor, vote)),
        ("result", _("Result"), over and (keeps or perms_votes.can_sign(actor, vote))),
    )
    return [Tab(label, address(vote.piste, name, vote.slug), name == here) for name, label, shown in every if shown]


def vote_page(
    request: HttpRequest, template: str, vote: Vote, here: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer with a page of one vote, headed by its name, its state and its other pages."""
    keeps = perms.is_keeper(request.actor)
    shared = {
        "vote": vote,
        "tone": TONES[Vote.State(vote.state)],
        "state": state_words(vote),
        "pages": pages_of(request.actor, vote, here),
        "list_address": address(vote.piste, "votes") if keeps else "",
        "menu_here": f"{vote.piste}:keeper_votes",
    }
    return page(request, f"assembly/votes/keeper/{template}.html", shared | context, status=status)


def sheet_of(vote: Vote, back: str, title: str, why: str, button: str, *args: object, **more: Any) -> Sheet:
    """Return a page that asks one thing about a vote, and comes back to its page named ``back``."""
    to = address(vote.piste, back, vote.slug, *args)
    return Sheet(title, why, button, to, vote.title, f"{vote.piste}:keeper_votes", **more)
