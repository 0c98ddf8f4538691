"""From the last hour to the public result: close, count, set rules side by side, sign a departure, publish."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms_votes
from reflexes.mechanisms.assembly.models import Ballot, Channel, Vote
from reflexes.mechanisms.assembly.services import closing, tallies
from reflexes.mechanisms.assembly.services.standings import Step, standings
from reflexes.mechanisms.assembly.tallying import words
from reflexes.mechanisms.assembly.views.votes_access import (
    access_choice,
    access_for,
    address,
    public_address,
    sheet_of,
    vote_page,
)
from reflexes.mechanisms.assembly.views.votes_list import waiting_words
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.forms import few_lines, needed
from reflexes.web.words import euros_words

CURRENCY = "€"


@require_http_methods(["GET", "POST"])
def vote_close(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Close a vote whose hour has come."""
    kept = access_for(request.actor, vote, piste)
    sheet = sheet_of(
        kept,
        "vote",
        _("Close the vote"),
        _("No ballot is taken any more, and the ballots are mixed: nobody can tell which came first."),
        _("Close the vote"),
        icon="lock",
        note=_(
            "It cannot be opened again. Votes that came by post in time are struck at the desk before you close it."
        ),
    )

    def act(_typed: dict[str, Any]) -> str:
        closing.do_close(actor=request.actor, vote=kept)
        return _("The vote is closed, and its box is mixed. Type the paper ballots, then count.")

    return asked(request, sheet, bound(forms.Form, request), act)


@require_POST
def vote_count(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Count a closed vote under its rule and, beside it, under every other."""
    kept = access_for(request.actor, vote, piste)

    def act() -> str:
        tallies.do_count(actor=request.actor, vote=kept)
        return _("The ballots are counted. Read the result before everybody does.")

    return pressed(request, act, address(piste, "result", kept.slug))


def _may_read_result(actor: Actor, vote: Vote) -> bool:
    return perms_votes.can_keep_vote(actor, vote) or perms_votes.can_sign(actor, vote)


@require_GET
def result_page(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Show the count to those who prepare it: projects, fingerprint, other rules, signed departures."""
    kept = access_for(request.actor, vote, piste, _may_read_result)
    keeps = perms_votes.can_keep_vote(request.actor, kept)
    counted = kept.tallies.filter(official=True).exists()
    standing = standings([kept])[0]
    context: dict[str, Any] = {
        "keeps": keeps,
        "counted": counted,
        "waiting": waiting_words(standing),
        "may_count": keeps and kept.state == Vote.State.CLOSED and standing.step != Step.TYPE,
        "papers_address": address(piste, "papers", kept.slug) if standing.step == Step.TYPE else "",
        "count_address": address(piste, "vote_count", kept.slug),
        "publish_address": address(piste, "publish", kept.slug),
        "published": kept.state == Vote.State.PUBLISHED,
        "here_address": request.build_absolute_uri(),
    }
    if counted:
        context |= _counted(request, kept, piste)
    return vote_page(request, "result", kept, "result", context)


def _counted(request: HttpRequest, vote: Vote, piste: str) -> dict[str, Any]:
    found = tallies.outcome(request.actor, vote)
    signs = perms_votes.can_sign(request.actor, vote) and vote.state == Vote.State.CLOSED
    box = found.ballots
    return {
        "found": found,
        "rule": words.rule_words(found.tally.rule, CURRENCY),
        "stop": words.stop_words(found.tally, CURRENCY),
        "represented": words.represented_words(found.tally),
        "budget": euros_words(vote.budget_cents),
        "computed": euros_words(found.computed_cents),
        "decided": euros_words(found.decided_cents),
        "over": found.decided_cents > vote.budget_cents,
        "channels": [(Channel(name).label, count) for name, count in sorted(box["by_channel"].items())],
        "void": [(Ballot.Why(name).label, count) for name, count in sorted(box["void"].items())],
        "lines": [
            (
                one,
                euros_words(one.choice.cents),
                words.why_words(one.account, CURRENCY),
                [words.need_words(need, CURRENCY) for need in one.account.needs],
                address(piste, "override", vote.slug, one.choice.pk) if signs and one.override is None else "",
            )
            for one in found.lines
        ],
        "ties": [words.tie_words(one) for one in found.tally.ties],
        "rules": _compared(vote),
        "public": public_address(vote, "vote_result") if vote.state == Vote.State.PUBLISHED else "",
    }


def _compared(vote: Vote) -> list[tuple[object, str, str, str]]:
    """Return every rule side by side: what each would fund, spend, and how many voters it would reach."""
    return [
        (
            words.RULES[one.rule.name],
            words.listed(sorted(one.winners)),
            euros_words(round(one.spent * 100)),
            f"{words.share(one.represented, one.voters)} %",
        )
        for one in tallies.comparisons(vote)
    ]


class OverrideForm(forms.Form):
    """Why people depart from the count, and in which quality one signs."""

    reason = needed(
        forms.CharField(
            label=gettext_lazy("Why"),
            help_text=gettext_lazy("Everybody reads it beside the count, which stays public as it is."),
            widget=few_lines(4),
            required=False,
            max_length=3000,
        )
    )
    signed_words = needed(
        forms.CharField(
            label=gettext_lazy("In which quality you sign"),
            help_text=gettext_lazy("Deputy mayor in charge of democracy, by decision of the council of 12 May."),
            required=False,
            max_length=160,
        )
    )


@require_http_methods(["GET", "POST"])
def override(request: HttpRequest, vote: str, choice: int, *, piste: str) -> HttpResponse:
    """Sign a departure from the count on one project."""
    known = access_choice(request.actor, vote, choice, piste, perms_votes.can_sign)
    kept = known.vote
    computed = known.code in tallies.comparisons(kept)[0].winners if tallies.official(kept) else False
    sheet = sheet_of(
        kept,
        "result",
        _("Do not fund “%(title)s”") % {"title": known.title}
        if computed
        else _("Fund “%(title)s”") % {"title": known.title},
        _("People may decide otherwise than the count, in the open: with a reason, and a name."),
        _("Sign this decision"),
        icon="pencil",
        note=_("The count says the opposite. Both stay public side by side; a signed decision is never changed."),
    )

    def act(typed: dict[str, Any]) -> str:
        tallies.do_override(actor=request.actor, vote=kept, choice=known, funded=not computed, **typed)
        return _("Your decision is signed. It is read beside the count.")

    return asked(request, sheet, bound(OverrideForm, request), act)


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Make the result public, for good."""
    kept = access_for(request.actor, vote, piste)
    sheet = sheet_of(
        kept,
        "result",
        _("Publish the result"),
        _("Everybody reads the count, the other rules and the signed decisions, and can count again."),
        _("Publish the result"),
        icon="megaphone",
        note=_("The ballots become public too, without name, time or order. Nothing is changed or signed afterwards."),
    )

    def act(_typed: dict[str, Any]) -> str:
        tallies.do_publish(actor=request.actor, vote=kept)
        return _("The result is public.")

    return asked(request, sheet, bound(forms.Form, request), act)
