"""Who came to vote, as numbers by channel and by day: all that is told of a vote while it is open, never a result."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from reflexes.mechanisms.assembly.models import Channel, Vote
from reflexes.mechanisms.assembly.services.ballots import ON_PAPER


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many lines the roll has, how many voted, by which channel and on which day."""

    on_roll: int
    voted: int
    by_channel: list[tuple[Channel, int]]
    by_day: list[tuple[date, int]]

    @property
    def papers_given(self) -> int:
        """How many papers were handed over or came by post: as many should come out of the boxes."""
        return sum(count for channel, count in self.by_channel if channel in ON_PAPER)


def turnout(vote: Vote) -> Turnout:
    """Count the roll of ``vote`` with one query."""
    rows = vote.roll.order_by().values_list("voted", "channel", "voted_on").annotate(count=Count("pk"))
    lines = voters = 0
    channels: Counter[str] = Counter()
    days: Counter[date] = Counter()
    for voted, channel, day, count in rows:
        lines += count
        if voted:
            voters += count
            channels[channel] += count
            days[day] += count
    used = [(Channel(value), channels[value]) for value in Channel.values if channels[value]]
    return Turnout(lines, voters, used, sorted(days.items()))
