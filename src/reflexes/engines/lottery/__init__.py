"""Who sits: fair lotteries over panels, their proof, and a public draw that anyone can recompute.

Pure functions over frozen data: no framework, no input or output, no clock, no global randomness. See
docs/algorithms/lottery.md.
"""

from reflexes.engines.lottery.draw import Answered, Departure, first_heard
from reflexes.engines.lottery.legacy import Naive, naive
from reflexes.engines.lottery.letters import District, Posting, draw_letters, share_letters
from reflexes.engines.lottery.model import (
    CLOSE,
    TICKETS,
    Bound,
    Change,
    Impossible,
    Person,
    Problem,
    ProblemError,
    Quota,
    Selection,
    Step,
    Stopped,
)
from reflexes.engines.lottery.record import drawn, own_line, panel_now, publish, sealed, with_departures
from reflexes.engines.lottery.selecting import select
from reflexes.engines.lottery.verify_draw import Finding, holds, verify

__all__ = [
    "CLOSE",
    "TICKETS",
    "Answered",
    "Bound",
    "Change",
    "Departure",
    "District",
    "Finding",
    "Impossible",
    "Naive",
    "Person",
    "Posting",
    "Problem",
    "ProblemError",
    "Quota",
    "Selection",
    "Step",
    "Stopped",
    "draw_letters",
    "drawn",
    "first_heard",
    "holds",
    "naive",
    "own_line",
    "panel_now",
    "publish",
    "sealed",
    "select",
    "share_letters",
    "verify",
    "with_departures",
]
