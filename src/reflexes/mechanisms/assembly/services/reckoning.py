"""Who voted beside what is in the box: by channel on screens, by papers given and papers found."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from reflexes.mechanisms.assembly.models import Vote
from reflexes.mechanisms.assembly.services.ballots import ON_PAPER, ON_SCREEN


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Counts alone, no name. ``voters`` and ``ballots`` are by channel; ``days`` are voters by day."""

    lines: int
    voters: dict[str, int]
    ballots: dict[str, int]
    void: dict[str, int]
    papers: int
    days: dict[date, int]

    @property
    def voted(self) -> int:
        """How many lines of the roll are struck."""
        return sum(self.voters.values())

    @property
    def papers_given(self) -> int:
        """How many lines are struck for a paper or a letter."""
        return sum(self.voters.get(channel, 0) for channel in ON_PAPER)

    @property
    def screens_agree(self) -> bool:
        """Tell whether each channel on screens has as many ballots as voters: always true, or something is broken."""
        return all(self.voters.get(channel, 0) == self.ballots.get(channel, 0) for channel in ON_SCREEN)


def reckon(vote: Vote) -> Reckoning:
    """Return the counts of ``vote`` now: four queries whatever the size."""
    voters: Counter[str] = Counter()
    days: Counter[date] = Counter()
    struck = vote.roll.filter(voted=True).order_by().values_list("channel", "voted_on").annotate(Count("pk"))
    for channel, day, number in struck:
        voters[channel] += number
        days[day] += number
    ballots: Counter[str] = Counter()
    void: Counter[str] = Counter()
    for channel, why, number in vote.ballots.order_by().values_list("channel", "void").annotate(Count("pk")):
        ballots[channel] += number
        void[why] += number if why else 0
    return Reckoning(
        lines=vote.roll.count(),
        voters=dict(voters),
        ballots=dict(ballots),
        void={why: number for why, number in void.items() if why},
        papers=vote.batches.aggregate(papers=Sum("papers"))["papers"] or 0,
        days=dict(sorted(days.items())),
    )
