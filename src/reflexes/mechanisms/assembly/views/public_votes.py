"""Votes as everybody reads them: which there are, and of each the rules before anything else (P11, screens.md 12)."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Channel, Vote
from reflexes.mechanisms.assembly.perms_votes import visible_votes
from reflexes.mechanisms.assembly.services.reckoning import reckon
from reflexes.mechanisms.assembly.services.votes import frozen_digest
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page, paginate

PER_PAGE = 20
OPEN, COMING, COUNTED, PUBLISHED = "open", "coming", "counted", "published"
TONES = {OPEN: "going", COMING: "note", COUNTED: "note", PUBLISHED: "done"}
SAID: dict[str, Promise] = {
    OPEN: gettext_lazy("vote open"),
    COMING: gettext_lazy("not open yet"),
    COUNTED: gettext_lazy("over, being counted"),
    PUBLISHED: gettext_lazy("result published"),
}
TITLES: dict[str, Promise] = {
    OPEN: gettext_lazy("You may vote now"),
    COMING: gettext_lazy("To come"),
    COUNTED: gettext_lazy("Being counted"),
    PUBLISHED: gettext_lazy("Decided"),
}


def public_votes(actor: Actor, piste: str) -> QuerySet[Vote]:
    """Return the votes of a piste that everybody reads; a draft is read at the desk."""
    return visible_votes(actor).filter(piste=piste).exclude(state=Vote.State.DRAFT).select_related("organisation")


def access_public_vote(actor: Actor, slug: str, piste: str) -> Vote:
    """Return one of them."""
    vote = public_votes(actor, piste).filter(slug=slug).first()
    if vote is None:
        raise Http404
    return vote


def address_of(piste: str, name: str, *args: object) -> str:
    """Return the public address ``name`` under the segment of a piste."""
    return reverse(f"{piste}_public:{name}", args=args)


def moment_of(vote: Vote) -> str:
    """Return where a vote that everybody reads stands today."""
    if vote.state == Vote.State.PUBLISHED:
        return PUBLISHED
    if vote.state == Vote.State.CLOSED or clock.now() >= vote.closes_at:
        return COUNTED
    return OPEN if clock.now() >= vote.opens_at else COMING


@open_to_all
@require_safe
def vote_list(request: HttpRequest, *, piste: str) -> HttpResponse:
    """List the votes: those that are open, those to come, those that are over."""
    now, frozen = clock.now(), Q(state=Vote.State.FROZEN)
    place = Case(
        When(frozen & Q(opens_at__lte=now, closes_at__gt=now), then=Value(0)),
        When(frozen & Q(opens_at__gt=now), then=Value(1)),
        When(state=Vote.State.PUBLISHED, then=Value(3)),
        default=Value(2),
    )
    found = public_votes(request.actor, piste).annotate(place=place).order_by("place", "-closes_at", "pk")
    rows = paginate(request, found, PER_PAGE)
    lines = []
    for vote in rows:
        moment = moment_of(vote)
        address = address_of(piste, "vote_page", vote.slug)
        lines.append({"vote": vote, "address": address, "title": TITLES[moment], **_said(moment)})
    return page(request, "assembly/votes/public/list.html", {"rows": rows, "lines": lines})


def _said(moment: str) -> dict[str, object]:
    return {"moment": moment, "tone": TONES[moment], "said": SAID[moment]}


@open_to_all
@require_safe
def vote_page(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Show one vote: its rules first, how to vote by each channel, the choices; the turnout, and never a result."""
    vote = access_public_vote(request.actor, slug, piste)
    moment = moment_of(vote)
    turnout = reckon(vote) if moment != COMING else None
    context: dict[str, Any] = {
        "vote": vote,
        "choices": vote.choices.select_related("commune").order_by("code"),
        "ways": _ways(vote),
        "turnout": turnout,
        "ways_taken": [(Channel(one).label, turnout.voters[one]) for one in Channel.values if one in turnout.voters]
        if turnout
        else [],
        "digest": frozen_digest(vote),
        "list_address": address_of(piste, "votes"),
        "code_address": address_of(piste, "vote_by_code", slug),
        "result_address": address_of(piste, "vote_result", slug),
        **_said(moment),
    }
    return page(request, "assembly/votes/public/vote.html", context)


def _ways(vote: Vote) -> dict[str, bool]:
    """Tell which ways into the booth the roll opens: letters with a code, links to people of the directory."""
    return {
        "code": vote.roll.filter(digest__isnull=False).exists(),
        "link": vote.roll.filter(person__isnull=False).exists(),
    }
