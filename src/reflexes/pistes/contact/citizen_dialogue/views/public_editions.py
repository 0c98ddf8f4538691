"""Open to all: the budgets, each with its line of steps, what to do now, its rules, its diary and what was said."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms as assembly_perms
from reflexes.mechanisms.assembly.models import Channel, Consultation, Contribution, Proposal, Vote
from reflexes.mechanisms.assembly.services import consultations, contributions, votes
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.circles import DIALOGUE
from reflexes.pistes.contact.citizen_dialogue.line import line_of, now_of
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Scheme, Step
from reflexes.pistes.contact.citizen_dialogue.services import booklets, editions, feasibility, steps
from reflexes.pistes.contact.citizen_dialogue.works import works_of
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Bar, BarChart

PER_PAGE = 20
TONES = {Edition.State.DRAFT: "note", Edition.State.OPEN: "going", Edition.State.ENDED: "done"}
VERDICT_TONES = {"": "waits", "feasible": "done", "changed": "going", "not": "stopped"}


def access_public_edition(actor: Actor, slug: str) -> Edition:
    """Return an edition that everybody reads; a draft is nothing to find here, whoever reads."""
    edition = perms.access_edition(actor, slug)
    if edition.state == Edition.State.DRAFT:
        raise Http404
    return edition


def ideas_of(edition: Edition) -> Consultation | None:
    """Return the door where the ideas of an edition arrive, once it is open."""
    return Consultation.objects.filter(step__edition=edition, step__kind=Step.Kind.IDEAS).first()


@open_to_all
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    """List the budgets that anybody may read, the latest first, with the step each is at."""
    found = editions.find_editions(request.actor).exclude(state=Edition.State.DRAFT)
    rows = paginate(request, found, PER_PAGE)
    lines = [(one, TONES[Edition.State(one.state)], now_of(line_of(one))) for one in rows]
    return page(request, "citizen_dialogue/public/editions.html", {"rows": rows, "lines": lines})


@open_to_all
@require_safe
def edition_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one budget: what to do now, its steps, its rules, who was heard by which channel, what changed."""
    edition = access_public_edition(request.actor, slug)
    line = line_of(edition)
    ideas = ideas_of(edition)
    doors = [one.step for one in line if one.step.consultation_id is not None]
    heard = [(step, one) for step in doors for one in steps.heard(step)]
    proposals = perms.proposals_of(edition).exclude(state=Proposal.State.WITHDRAWN)
    context: dict[str, Any] = {
        "edition": edition,
        "tone": TONES[Edition.State(edition.state)],
        "line": line,
        "now": now_of(line),
        "ideas": ideas,
        "speak": DIALOGUE.public("speak", ideas.slug) if ideas and consultations.is_open(ideas) else "",
        "rules_door": _rules_door(line),
        "reach": reach_chart(ideas) if ideas else None,
        "heard": heard,
        "variables": list(edition.variables.order_by("pk")),
        "proposals": proposals.count(),
        "proposals_address": DIALOGUE.public("proposals", ideas.slug) if ideas else "",
        "vote": vote_of(edition),
        "works": bool(works_of(edition)),
        "booklets": list(booklets.published(edition=edition)),
        "following": edition.following.exclude(state=Edition.State.DRAFT).order_by("-made_at").first(),
    }
    return page(request, "citizen_dialogue/public/edition.html", context)


def _rules_door(line: list[Any]) -> str:
    """Return where people say what the rules should be, while they may."""
    door = line[0].step.consultation if line else None
    return DIALOGUE.public("speak", door.slug) if door and consultations.is_open(door) else ""


def vote_of(edition: Edition) -> dict[str, Any] | None:
    """Return the vote of an edition once it is public, where it is read, and whether one votes now."""
    vote = edition.vote
    if vote is None or vote.state == Vote.State.DRAFT:
        return None
    counted = vote.state == Vote.State.PUBLISHED
    name = "vote_result" if counted else "vote_page"
    return {
        "vote": vote,
        "open": votes.is_open(vote),
        "counted": counted,
        "address": reverse(f"citizen_dialogue_public:{name}", args=[vote.slug]),
    }


def reach_chart(door: Consultation) -> BarChart:
    """Return how many contributions came by each channel, as bars: each counts the same (P11 (2))."""
    counted = consultations.reach(door)
    return BarChart(
        title=_("Contributions by channel"),
        bars=[Bar(Channel(channel).label, count) for channel, count in counted.items()],
        source=_("Contributions received, whoever typed them"),
        on=clock.today(),
    )


class IdeasForm(forms.Form):
    """What is looked for among the ideas, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"), required=False, choices=[("", gettext_lazy("All")), *Channel.choices]
    )


@open_to_all
@require_safe
def ideas_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ideas as they were said, with a search, their channel, and the proposal that each joined."""
    edition = access_public_edition(request.actor, slug)
    door = ideas_of(edition)
    form = IdeasForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = Contribution.objects.none()
    if door is not None:
        found = contributions.find_contributions(
            request.actor,
            door,
            text=wanted.get("q", ""),
            channel=wanted.get("channel", ""),
            state=Contribution.State.SHOWN,
        ).exclude(kind=Contribution.Kind.COMMENT)
    context = {
        "edition": edition,
        "door": door,
        "speak": DIALOGUE.public("speak", door.slug) if door and consultations.is_open(door) else "",
        "filters": form,
        "rows": paginate(request, found, PER_PAGE),
    }
    return page(request, "citizen_dialogue/public/ideas.html", context)


@open_to_all
@require_safe
def feasibility_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what services say of each proposal: a no is read in the same size as a yes, with its motive."""
    edition = access_public_edition(request.actor, slug)
    asked = perms.proposals_of(edition).filter(feasibilities__edition=edition).distinct()
    rows = paginate(request, asked, PER_PAGE)
    context = {
        "edition": edition,
        "rows": rows,
        "standings": [
            (one, VERDICT_TONES[one.verdict], [(said, VERDICT_TONES[said.verdict]) for said in one.words])
            for one in feasibility.standings(edition, rows)
        ],
        "ideas": ideas_of(edition),
        "today": clock.today(),
    }
    return page(request, "citizen_dialogue/public/feasibility.html", context)


@open_to_all
@require_safe
def delivery(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was promised, by which service, and how far each is."""
    edition = access_public_edition(request.actor, slug)
    context = {"edition": edition, "works": works_of(edition), "ideas": ideas_of(edition)}
    return page(request, "citizen_dialogue/public/delivery.html", context)


@open_to_all
@require_safe
def door(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead from a door to what it belongs to: a budget, or something tried for a while."""
    found = assembly_perms.access_consultation(request.actor, slug)
    step = Step.objects.filter(consultation=found).select_related("edition").first()
    if step is not None and step.edition.state != Edition.State.DRAFT:
        return HttpResponseRedirect(reverse("citizen_dialogue_public:edition", args=[step.edition.slug]))
    scheme = Scheme.objects.filter(consultation=found).first()
    if scheme is None:
        raise Http404
    return HttpResponseRedirect(DIALOGUE.public("scheme_page", scheme.slug))
