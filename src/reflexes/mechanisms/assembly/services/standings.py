"""Where votes stand, from a draft to a public result, and what is waiting in each: five questions for any number."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Count, Q, Sum

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Ballot, Choice, PaperBatch, RollEntry, Tally, Vote


class Step(Enum):
    """What comes next in a vote."""

    WRITE = "write"
    FREEZE = "freeze"
    INVITE = "invite"
    OPENS = "opens"
    OPEN = "open"
    CLOSE = "close"
    TYPE = "type"
    COUNT = "count"
    PUBLISH = "publish"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one vote stands, with the numbers that say it."""

    vote: Vote
    step: Step
    choices: int
    on_roll: int
    voted: int
    papers: int
    typed: int

    @property
    def to_type(self) -> int:
        """How many sheets counted in the boxes are no ballot yet."""
        return max(self.papers - self.typed, 0)


def standings(votes: Sequence[Vote]) -> list[Standing]:
    """Return where each of ``votes`` stands, in their order."""
    numbers: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = [
        Choice.objects.filter(vote__in=votes).order_by().values("vote_id").annotate(choices=Count("pk")),
        RollEntry.objects.filter(vote__in=votes)
        .order_by()
        .values("vote_id")
        .annotate(on_roll=Count("pk"), voted=Count("pk", filter=Q(voted=True))),
        PaperBatch.objects.filter(vote__in=votes).order_by().values("vote_id").annotate(papers=Sum("papers")),
        Ballot.objects.filter(vote__in=votes, batch__isnull=False)
        .order_by()
        .values("vote_id")
        .annotate(typed=Count("pk")),
        Tally.objects.filter(vote__in=votes, official=True).order_by().values("vote_id").annotate(counted=Count("pk")),
    ]
    for found in rows:
        for one in found:
            numbers[one.pop("vote_id")].update(one)
    return [_standing(vote, numbers[vote.pk]) for vote in votes]


def _standing(vote: Vote, found: dict[str, int]) -> Standing:
    names = ("choices", "on_roll", "voted", "papers", "typed")
    return Standing(vote, _step(vote, found), *(found[name] for name in names))


def _step(vote: Vote, found: dict[str, int]) -> Step:
    if vote.state == Vote.State.DRAFT:
        return Step.FREEZE if found["choices"] > 1 and vote.rules.strip() else Step.WRITE
    if vote.state == Vote.State.FROZEN:
        if clock.now() >= vote.closes_at:
            return Step.CLOSE
        if not found["on_roll"]:
            return Step.INVITE
        return Step.OPEN if clock.now() >= vote.opens_at else Step.OPENS
    if vote.state == Vote.State.CLOSED:
        if found["papers"] > found["typed"]:
            return Step.TYPE
        return Step.PUBLISH if found["counted"] else Step.COUNT
    return Step.PUBLIC
