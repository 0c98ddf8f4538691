"""The result of a vote: what is funded, why, who paid, what the other rule would have given (screens.md 12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from reflexes.mechanisms.assembly.models import Ballot, Channel, Choice, Override, Vote
from reflexes.mechanisms.assembly.services import open_data, tallies
from reflexes.mechanisms.assembly.services.reckoning import reckon
from reflexes.mechanisms.assembly.services.votes import frozen_digest
from reflexes.mechanisms.assembly.tallying import words
from reflexes.mechanisms.assembly.views.public_votes import access_public_vote, address_of
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page
from reflexes.web.parts import Bar, BarChart, Comparison, Point, Side, Stack, StackedChart

if TYPE_CHECKING:
    from reflexes.engines.voting import Tally

CURRENCY = "€"


@dataclass(frozen=True, slots=True)
class Said:
    """What becomes of one project, in sentences."""

    choice: Choice
    votes: str
    why: str
    missed: list[str]
    computed: bool
    override: Override | None


@open_to_all
@require_safe
def vote_result(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Show what was funded and why, by whom, and what the other rule would have given; nothing before it is public."""
    vote = access_public_vote(request.actor, slug, piste)
    result = tallies.outcome(request.actor, vote)
    counts = tallies.comparisons(vote)
    titles = {one.choice.code: one.choice.title for one in result.lines}
    context: dict[str, Any] = {
        "vote": vote,
        "result": result,
        "public": vote.state == Vote.State.PUBLISHED,
        "funded": [_said(one) for one in _in_order(result, funded=True)],
        "unfunded": [_said(one) for one in _in_order(result, funded=False)],
        "rule": words.rule_words(result.tally.rule, CURRENCY),
        "represented": words.represented_words(result.tally),
        "stop": words.stop_words(result.tally, CURRENCY),
        "share": words.money(result.tally.share, CURRENCY) if result.tally.share is not None else "",
        "ties": [words.tie_words(one) for one in result.tally.ties if one.split],
        "payers": _payers(vote, result),
        "channels": _channels(vote, result),
        "void": [(Ballot.Why(why).label, number) for why, number in sorted(result.ballots["void"].items())],
        "turnout": reckon(vote),
        "comparison": _side_by_side(result.tally, _other(counts)),
        "differences": _differences(result.tally, _other(counts), titles),
        "counts": [_count(one) for one in counts],
        "points": _points(result),
        "command": " ".join(open_data.tally_command(vote)),
        "charter": frozen_digest(vote),
        "back": address_of(piste, "vote_page", slug),
        "zip_address": address_of(piste, "vote_open_data", slug),
        "pb_address": address_of(piste, "vote_pb", slug),
    }
    return page(request, "assembly/votes/public/result.html", context)


def _in_order(result: tallies.Outcome, *, funded: bool) -> list[tallies.Line]:
    """Return the projects funded in the end, in the order in which the count bought them; or the others, most chosen
    first.
    """
    place = {code: number for number, code in enumerate(result.tally.winners)}
    lines = [one for one in result.lines if one.funded == funded]
    return sorted(lines, key=lambda one: (place.get(one.choice.code, len(place)), -one.account.votes, one.choice.code))


def _said(line: tallies.Line) -> Said:
    account = line.account
    return Said(
        choice=line.choice,
        votes=words.votes(account.votes),
        why=words.why_words(account, CURRENCY),
        missed=[words.need_words(need, CURRENCY) for need in account.needs],
        computed=line.computed,
        override=line.override,
    )


def _payers(vote: Vote, result: tallies.Outcome) -> StackedChart | None:
    """Return, for each project bought by shares, how many of those who chose it paid, and with what."""
    accounts = {one.choice.code: one.account for one in result.lines}
    bought = [(accounts[code], accounts[code].paid) for code in result.tally.winners]
    stacks = [
        Stack(account.project, [paid.payers - paid.emptied, paid.emptied, account.votes - paid.payers])
        for account, paid in bought
        if paid is not None
    ]
    if not stacks:
        return None
    parts = [_("paid, and had some left"), _("gave all they had left"), _("chose it, and had nothing left")]
    titles = {one.choice.code: str(one.choice) for one in result.lines}
    named = [Stack(titles[str(one.label)], one.values) for one in stacks]
    return StackedChart(_("How many people paid for each project"), parts, named, _source(vote), _day(vote))


def _channels(vote: Vote, result: tallies.Outcome) -> BarChart:
    counted = result.ballots["by_channel"]
    bars = [Bar(Channel(one).label, counted[one]) for one in Channel.values if one in counted]
    return BarChart(_("Ballots that count, by channel"), bars, _source(vote), _day(vote), _("ballots"))


def _source(vote: Vote) -> str:
    return _("count of the vote “%(title)s”") % {"title": vote.title}


def _day(vote: Vote) -> date:
    return timezone.localtime(vote.closed_at or vote.closes_at).date()


def _other(counts: list["Tally"]) -> "Tally":
    """Return the rule that people know best beside the official one: most votes first, or equal shares."""
    wanted = Vote.Rule.GREEDY if counts[0].rule.name == Vote.Rule.EQUAL_SHARES else Vote.Rule.EQUAL_SHARES
    return next(one for one in counts if one.rule.name == wanted)


def _side_by_side(official: "Tally", other: "Tally") -> Comparison:
    """Return both rules on the same ballots, line by line."""

    def side(label: str, what: Any, *, compared: bool = False) -> Side:
        left, right = official.represented, other.represented
        better = ("left" if left > right else "right" if right > left else "") if compared else ""
        return Side(label, what(official), what(other), better)

    return Comparison(
        _("The same ballots under two rules"),
        _("%(rule)s (the rule of this vote)") % {"rule": capfirst(words.RULES[official.rule.name])},
        capfirst(words.RULES[other.rule.name]),
        [
            side(_("Voters with at least one funded project among those they chose"), _represented, compared=True),
            side(_("Projects funded"), lambda one: str(len(one.winners))),
            side(_("Money spent"), lambda one: words.money(one.spent, CURRENCY)),
        ],
    )


def _represented(tally: "Tally") -> str:
    said = {"count": tally.represented, "voters": tally.voters, "share": words.share(tally.represented, tally.voters)}
    return _("%(count)s of %(voters)s (%(share)s %%)") % said


def _differences(official: "Tally", other: "Tally", titles: dict[str, str]) -> list[str]:
    """Return which projects one rule funds and the other does not."""

    def named(codes: Iterable[str]) -> str:
        return ", ".join(f"{code}. {titles[code]}" for code in codes)

    gained = [code for code in official.winners if code not in other.winners]
    lost = [code for code in other.winners if code not in official.winners]
    said = []
    if gained:
        said.append(_("The rule of this vote alone funds: %(projects)s.") % {"projects": named(gained)})
    if lost:
        said.append(_("The other rule alone funds: %(projects)s.") % {"projects": named(lost)})
    return said or [_("Both rules fund the same projects.")]


def _count(tally: "Tally") -> dict[str, str]:
    return {
        "rule": capfirst(words.RULES[tally.rule.name]),
        "represented": _represented(tally),
        "winners": words.listed(tally.winners),
        "spent": words.money(Fraction(tally.spent), CURRENCY),
    }


def _points(result: tallies.Outcome) -> list[Point]:
    """Return the communes of the projects, when they are in two at least: one place is no map."""
    places: dict[str, list[tallies.Line]] = {}
    for line in result.lines:
        if line.choice.commune_id is not None:
            places.setdefault(line.choice.commune_id, []).append(line)
    if len(places) < 2:
        return []
    return [_point(lines) for lines in places.values()]


def _point(lines: list[tallies.Line]) -> Point:
    commune = lines[0].choice.commune
    assert commune is not None
    funded = [one.choice.code for one in lines if one.funded]
    others = [one.choice.code for one in lines if not one.funded]
    said = []
    if funded:
        said.append(
            ngettext("Funded: project %(codes)s.", "Funded: projects %(codes)s.", len(funded))
            % {"codes": ", ".join(funded)}
        )
    if others:
        said.append(
            ngettext("Not funded: project %(codes)s.", "Not funded: projects %(codes)s.", len(others))
            % {"codes": ", ".join(others)}
        )
    return Point(commune.name, commune.latitude, commune.longitude, " ".join(said))


@open_to_all
@require_safe
def vote_open_data(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Give everything that is public of a vote, in one archive, with what each column means."""
    vote = access_public_vote(request.actor, slug, piste)
    return _file(open_data.kept_zip(vote), "application/zip", f"{vote.slug}.zip")


@open_to_all
@require_safe
def vote_pb(request: HttpRequest, slug: str, *, piste: str) -> HttpResponse:
    """Give the ballots as the file that counts again without us."""
    vote = access_public_vote(request.actor, slug, piste)
    found = open_data.pb_of(open_data.kept_zip(vote))
    if found is None:
        raise Http404
    return _file(found, "text/plain; charset=utf-8", f"{vote.slug}.pb")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
