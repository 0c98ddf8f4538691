"""How many people to ask for a few places, when some will say no.

Each person asked says yes with a known chance, independently: the number of yes follows the Poisson-binomial law
(the binomial one when the chances are equal), computed exactly by adding one person at a time. The chance is the one
of a kind of mission, never of a person: nobody is scored.

Source: research/allocation.md 4.6 and 5 (over-ask where few people can come, show the count of those left); Poisson,
Recherches sur la probabilité des jugements, 1837; the recurrence is Howard's, JRSS B 34, 1972.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asking:
    """Asking ``ask`` people for ``places``: what to expect.

    ``low`` to ``high`` is the shortest range of yes that is likelier than not; ``filled`` the chance that every place
    is taken; ``beyond`` the mean number of people who say yes in vain (they are thanked and kept on reserve).
    """

    places: int
    ask: int
    mean: float
    low: int
    high: int
    filled: float
    beyond: float


def shrunk_rate(yes: int, answers: int, prior_yes: float, prior_answers: float) -> float:
    """Return the share of yes, pulled towards a stated prior while answers are few.

    >>> shrunk_rate(0, 0, 6, 10), shrunk_rate(9, 10, 6, 10)
    (0.6, 0.75)
    """
    return (yes + prior_yes) / (answers + prior_answers)


def yes_chances(rates: Sequence[float]) -> list[float]:
    """Return the chance of 0, 1, 2… yes when each person says yes at their kind of mission's rate.

    >>> yes_chances([0.5, 0.5])
    [0.25, 0.5, 0.25]
    """
    chances = [1.0]
    for rate in rates:
        chances = [
            (chances[k] if k < len(chances) else 0.0) * (1.0 - rate) + (chances[k - 1] if k else 0.0) * rate
            for k in range(len(chances) + 1)
        ]
    return chances


def expect(places: int, rates: Sequence[float]) -> Asking:
    """Return what to expect when these people are asked for ``places``."""
    chances = yes_chances(rates)
    low, high = _likely(chances)
    return Asking(
        places,
        len(rates),
        sum(k * chance for k, chance in enumerate(chances)),
        low,
        high,
        min(1.0, sum(chances[places:])),
        sum((k - places) * chance for k, chance in enumerate(chances) if k > places),
    )


def _likely(chances: Sequence[float]) -> tuple[int, int]:
    """Return the shortest range that holds more than half of the chances, grown around the likeliest number."""
    low = high = max(range(len(chances)), key=lambda k: chances[k])
    held = chances[low]
    while held <= 0.5:
        under = chances[low - 1] if low else -1.0
        over = chances[high + 1] if high + 1 < len(chances) else -1.0
        if over >= under:
            high += 1
            held += over
        else:
            low -= 1
            held += under
    return low, high


def how_many(places: int, rate: float, *, asked: int, others: int, target: float, most: int) -> Asking:
    """Return how many to ask so that every place is taken with at least the chance ``target``.

    ``asked`` people are asked anyway; ``others`` more could be; never more than ``most`` in all, unless they already
    are. When the target cannot be reached, as many as allowed.

    >>> how_many(3, 0.6, asked=3, others=10, target=0.8, most=6).ask
    6
    """
    limit = max(asked, min(asked + others, most))
    for ask in range(asked, limit + 1):
        found = expect(places, [rate] * ask)
        if found.filled >= target:
            return found
    return expect(places, [rate] * limit)
