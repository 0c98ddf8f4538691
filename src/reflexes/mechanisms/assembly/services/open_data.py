"""A published vote as open data: what was on the ballots, in no order, with nothing of anybody.

Ballots are public by design, also in a small vote: that is how anybody counts again. So a ballot must not be
recognised: voters are numbered in the order of keys drawn at closing, there is no date, and the channel is said only
when enough ballots came by each (``limits_votes.SMALLEST_CHANNEL``).
"""

import io
import zipfile
from collections import Counter, defaultdict
from functools import lru_cache
from typing import Any

from django.http import Http404
from django.utils import timezone

from reflexes.core.acting import STRANGER
from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.assembly import limits_votes as limits
from reflexes.mechanisms.assembly.models import BallotMark, Channel, Tally, Vote
from reflexes.mechanisms.assembly.services import counting
from reflexes.mechanisms.assembly.services.open_data_schema import BALLOTS, PROJECTS, data_package
from reflexes.mechanisms.assembly.services.tallies import Outcome, outcome
from reflexes.mechanisms.assembly.services.votes import charter
from reflexes.mechanisms.assembly.tallying import pabulib

RULE_NAMES = {"equal-shares": "equalshares"}
# A zip holds the time of its files: a fixed one makes the same bytes from the same vote.
EPOCH = (2000, 1, 1, 0, 0, 0)


class NotReadBack(Exception):
    """The file written does not say what the box says: it is not given out."""


def vote_pb(vote: Vote) -> str:
    """Return the vote as a Pabulib file, read back and compared with the box before it is given out."""
    result, election = _published(vote), counting.election_of(vote)
    projects = [
        {
            "project_id": one.choice.code,
            "cost": euros(one.choice.cents),
            "votes": one.account.votes,
            "name": _plain(one.choice.title),
            "selected": int(one.funded),
        }
        for one in result.lines
    ]
    ballots = _ballots(vote)
    text = pabulib.write_pabulib(pabulib.compose(_meta(vote, result, len(ballots)), projects, _pb_votes(ballots)))
    again = pabulib.read_pabulib(text, vote.slug)
    box = {one.marks: one.voters for one in election.ballots}
    if again.refused or (again.marks, again.budget) != (box, election.budget) or again.costs != dict(election.projects):
        raise NotReadBack(vote.slug)
    return text


def euros(cents: int) -> str:
    """Return an amount as the format holds it.

    >>> euros(1200000), euros(1250)
    ('12000', '12.50')
    """
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _plain(text: str) -> str:
    """Return a name that readers who split lines by hand read like any other: no separator, no quotation mark."""
    return " ".join(text.replace(";", ",").replace('"', "'").split())


def open_data(vote: Vote) -> dict[str, bytes]:
    """Return the files of a published vote by name: Pabulib, ballots and projects as CSV with their schema, each count
    and the frozen charter as JSON.
    """
    result = _published(vote)
    files = {f"{vote.slug}.pb": vote_pb(vote).encode()} if result.tally.voters else {}
    files |= {
        f"{vote.slug}-ballots.csv": _csv("ballots", _names(BALLOTS), _ballot_rows(vote)),
        f"{vote.slug}-projects.csv": _csv("projects", _names(PROJECTS), _project_rows(result)),
        f"{vote.slug}-charter.json": charter(vote).encode(),
        "datapackage.json": data_package(vote),
    }
    for tally in Tally.objects.filter(vote=vote).order_by("rule"):
        files[f"{vote.slug}-count-{tally.rule}.json"] = tally.report.encode()
    return files


def tally_command(vote: Vote) -> list[str]:
    """Return the words of the command that counts the Pabulib file again, under the rule of ``vote``."""
    words = ["reflexes", "tally", f"{vote.slug}.pb", "--rule", vote.rule]
    if vote.rule == Vote.Rule.GREEDY_THRESHOLD:
        return [*words, "--threshold", str(vote.threshold)]
    if vote.rule != Vote.Rule.EQUAL_SHARES:
        return words
    words += ["--utility", vote.utility, "--completion", vote.completion, "--step", euros(vote.step_cents)]
    return [*words, "--then-greedy"] if vote.then_greedy else words


def open_data_zip(vote: Vote) -> bytes:
    """Return the same files in one archive, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in open_data(vote).items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def kept_zip(vote: Vote) -> bytes:
    """Return the archive as it was made for the last reader: what is published does not change, and reads slowly."""
    result = _published(vote)
    decided = ",".join(str(one.override.pk) for one in result.lines if one.override)
    return _made(vote.pk, f"{vote.published_at} {result.digest} {decided}")


@lru_cache(maxsize=8)
def _made(pk: int, _published_as: str) -> bytes:
    return open_data_zip(Vote.objects.select_related("organisation").get(pk=pk))


def pb_of(archive: bytes) -> bytes | None:
    """Return the Pabulib file of an archive; none when no ballot counts, as the format has no file without one."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return next((files.read(name) for name in files.namelist() if name.endswith(".pb")), None)


def _published(vote: Vote) -> Outcome:
    if vote.state != Vote.State.PUBLISHED:
        raise Http404
    return outcome(STRANGER, vote)


def _ballots(vote: Vote) -> list[tuple[tuple[str, ...], str]]:
    """Return the crosses and the channel of each ballot that counts, in the order of keys drawn at closing."""
    crosses: dict[Any, list[str]] = defaultdict(list)
    marks = BallotMark.objects.filter(ballot__vote=vote, ballot__void="").order_by("ballot_id", "choice__code")
    for key, code in marks.values_list("ballot_id", "choice__code"):
        crosses[key].append(code)
    channels = dict(vote.ballots.filter(void="").order_by("key").values_list("key", "channel"))
    return [(tuple(crosses[key]), channel) for key, channel in channels.items()]


def _pb_votes(ballots: list[tuple[tuple[str, ...], str]]) -> list[dict[str, object]]:
    numbers = Counter(channel for _codes, channel in ballots)
    told = min(numbers.values(), default=0) >= limits.SMALLEST_CHANNEL
    return [
        {
            "voter_id": number,
            "vote": ",".join(codes),
            **({"voting_method": "paper" if channel == Channel.PAPER else "internet"} if told else {}),
        }
        for number, (codes, channel) in enumerate(ballots, start=1)
    ]


def _meta(vote: Vote, result: Outcome, ballots: int) -> dict[str, object]:
    rule = RULE_NAMES.get(vote.rule, vote.rule)
    if vote.rule == Vote.Rule.EQUAL_SHARES and vote.completion == Vote.Completion.ADD1:
        rule += "/add1"
    days = [timezone.localtime(moment).strftime("%d.%m.%Y") for moment in (vote.opens_at, vote.closes_at)]
    meta: dict[str, object] = {
        "description": _plain(vote.title),
        "country": "France",
        "unit": _plain(str(vote.organisation)),
        "instance": vote.slug,
        "num_projects": str(len(result.lines)),
        "num_votes": str(ballots),
        "budget": euros(vote.budget_cents),
        "vote_type": "approval",
        "rule": rule,
        "date_begin": days[0],
        "date_end": days[1],
        "min_length": "1",
        "max_length": str(vote.most_choices),
        "currency": "EUR",
        "count_sha256": result.digest,
    }
    if vote.rule == Vote.Rule.GREEDY_THRESHOLD:
        meta["min_project_score_threshold"] = str(vote.threshold)
    return meta


def _names(fields: list[dict[str, Any]]) -> list[str]:
    return [field["name"] for field in fields]


def _project_rows(result: Outcome) -> list[list[str | int]]:
    return [
        [
            one.choice.code,
            one.choice.title,
            euros(one.choice.cents),
            one.account.votes,
            "yes" if one.computed else "no",
            "yes" if one.funded else "no",
            one.override.reason if one.override else "",
            one.override.signed_words if one.override else "",
        ]
        for one in result.lines
    ]


def _ballot_rows(vote: Vote) -> list[list[str | int]]:
    return [[number, " ".join(codes)] for number, (codes, _channel) in enumerate(_ballots(vote), start=1)]


def _csv(name: str, titles: list[str], rows: list[list[str | int]]) -> bytes:
    out = io.BytesIO()
    write_tables(out, {name: (titles, rows)}, "csv")
    return out.getvalue()
