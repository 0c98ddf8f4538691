"""The votes an officer keeps, with what is waiting in each; one vote, from its draft to its public result."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.mechanisms.assembly import perms_votes
from reflexes.mechanisms.assembly.models import Vote
from reflexes.mechanisms.assembly.services import readiness, turnout, votes
from reflexes.mechanisms.assembly.services.standings import Standing, Step, standings
from reflexes.mechanisms.assembly.views.votes_access import (
    TONES,
    access_for,
    address,
    check_keeper,
    public_address,
    state_words,
    vote_page,
)
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Bar, BarChart
from reflexes.web.words import age_words, delay_words, euros_words

PER_PAGE = 30
# What each step asks, the page where it is done, and its button; nothing to press while people vote.
NEXT: dict[Step, tuple[str, Any, str]] = {
    Step.WRITE: ("choices", gettext_lazy("Write the projects"), "pencil"),
    Step.FREEZE: ("freeze", gettext_lazy("Read it once more, and freeze it"), "lock"),
    Step.INVITE: ("roll", gettext_lazy("Say who may vote"), "users"),
    Step.CLOSE: ("vote_close", gettext_lazy("Close the vote"), "lock"),
    Step.TYPE: ("papers", gettext_lazy("Type the paper ballots"), "pencil"),
    Step.COUNT: ("result", pgettext_lazy("vote", "Count"), "scale"),
    Step.PUBLISH: ("result", gettext_lazy("Read the result, then publish it"), "eye"),
}
# A draft that cannot be frozen leads to its projects or to its terms, whichever is wrong.
OF_PROJECTS = {"choices_missing", "too_dear"}
TERMS = ("vote_write", gettext_lazy("Complete the terms"), "pencil")


def waiting_words(one: Standing) -> str:
    """Return what is waiting in a vote, in one sentence."""
    vote, voted = one.vote, _("%(voted)s of %(on_roll)s voted.") % {"voted": one.voted, "on_roll": one.on_roll}
    closes, closed = delay_words(vote.closes_at), age_words(vote.closes_at)
    sheets = ngettext(
        "%(count)s sheet of the boxes is still to type by two people.",
        "%(count)s sheets of the boxes are still to type by two people.",
        one.to_type,
    ) % {"count": one.to_type}
    said = {
        Step.WRITE: _("Its rules or its projects are still to write."),
        Step.FREEZE: _("It is written: read it once more, then freeze it."),
        Step.INVITE: _("Nobody may vote yet: print letters, or bring the list of those who may."),
        Step.OPENS: _("It opens %(when)s. %(count)s may vote.")
        % {"when": delay_words(vote.opens_at), "count": one.on_roll},
        Step.OPEN: " ".join((_("It closes %(when)s.") % {"when": closes}, voted)),
        Step.CLOSE: " ".join((_("Its hour has come, %(when)s: close it.") % {"when": closed}, voted)),
        Step.TYPE: sheets,
        Step.COUNT: _("Every sheet is typed: it can be counted."),
        Step.PUBLISH: _("It is counted: read the result, have it signed if people depart from it, then publish it."),
        Step.PUBLIC: voted,
    }
    return said[one.step]


class VotesForm(forms.Form):
    """The filter of the list, kept in the address."""

    state = forms.ChoiceField(
        label=gettext_lazy("Where it stands"), required=False, choices=[("", gettext_lazy("All")), *Vote.State.choices]
    )


@require_GET
def vote_list(request: HttpRequest, *, piste: str) -> HttpResponse:
    """Show the votes of one's organisation, those that open last first, each with what is waiting in it."""
    actor = request.actor
    check_keeper(actor)
    form = VotesForm(request.GET)
    form.is_valid()
    kept = perms_votes.visible_votes(actor).filter(piste=piste, organisation_id=actor.organisation_id)
    found = kept.filter(state=form.cleaned_data["state"]) if form.cleaned_data.get("state") else kept
    rows = paginate(request, found, PER_PAGE)
    lines = [
        (
            one,
            TONES[Vote.State(one.vote.state)],
            state_words(one.vote),
            address(piste, "vote", one.vote.slug),
            waiting_words(one),
        )
        for one in standings(list(rows))
    ]
    context = {"form": form, "rows": rows, "lines": lines, "new_address": address(piste, "vote_new")}
    return page(request, "assembly/votes/keeper/list.html", context)


@require_GET
def vote_home(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Show one vote: what comes next, its terms, and while it is open who came, never what they chose."""
    kept = access_for(request.actor, vote, piste)
    standing = standings([kept])[0]
    where, label, icon = NEXT.get(standing.step, ("", "", ""))
    missing = readiness.unready(kept) if kept.state == Vote.State.DRAFT else []
    if missing:
        where, label, icon = NEXT[Step.WRITE] if missing[0].code in OF_PROJECTS else TERMS
    came = turnout.turnout(kept)
    context: dict[str, Any] = {
        "waiting": missing[0].message if missing else waiting_words(standing),
        "next_address": address(piste, where, kept.slug) if where else "",
        "next_label": label,
        "next_icon": icon,
        "checks": readiness.checklist(kept) if kept.state == Vote.State.DRAFT else [],
        "steps": STEPS,
        "step": STEPPER[standing.step],
        "budget": euros_words(kept.budget_cents),
        "standing": standing,
        "digest": votes.frozen_digest(kept),
        "charts": charts(came),
        "write_address": address(piste, "vote_write", kept.slug),
        "public": "" if kept.state == Vote.State.DRAFT else public_address(kept),
        "ballot_address": address(piste, "ballot_paper", kept.slug),
    }
    return vote_page(request, "vote", kept, "vote", context)


STEPS = [
    pgettext_lazy("vote", "Prepare"),
    pgettext_lazy("vote", "Invite"),
    pgettext_lazy("vote", "Vote"),
    pgettext_lazy("vote", "Count"),
    pgettext_lazy("vote", "Publish"),
]
STEPPER = {
    Step.WRITE: 1,
    Step.FREEZE: 1,
    Step.INVITE: 2,
    Step.OPENS: 2,
    Step.OPEN: 3,
    Step.CLOSE: 3,
    Step.TYPE: 4,
    Step.COUNT: 4,
    Step.PUBLISH: 4,
    Step.PUBLIC: 5,
}


def charts(came: turnout.Turnout) -> list[BarChart]:
    """Draw who came, by channel and by day; nothing before the first voter."""
    if not came.voted:
        return []
    source, today = _("the roll of the vote"), clock.today()
    by_day = [Bar(date_format(day, "l j F"), count) for day, count in came.by_day]
    by_channel = [Bar(channel.label, count) for channel, count in came.by_channel]
    return [
        BarChart(_("Voters by channel"), by_channel, source, today),
        BarChart(_("Voters by day"), by_day, source, today),
    ]
