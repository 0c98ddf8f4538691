"""Who could help where: exact plans for half-days, with their reasons.

Pure functions over frozen data: no framework, no input or output, no calendar clock (a solver's time limit
uses the monotonic one), no global randomness. See docs/algorithms/matching.md.
"""

from reflexes.engines.matching.asking import Asking, expect, how_many, shrunk_rate
from reflexes.engines.matching.bottlenecks import Bottleneck, bottlenecks
from reflexes.engines.matching.explain import first_obstacles, ledger, ledger_counts, ledgers
from reflexes.engines.matching.generate import generate
from reflexes.engines.matching.model import (
    UNITS,
    Demand,
    Person,
    Plan,
    Prices,
    Problem,
    ProblemError,
    Reason,
    Step,
    Unfilled,
    UnitMinimum,
    Wish,
)
from reflexes.engines.matching.planning import greedy, plan
from reflexes.engines.matching.pricing import Price, Pricer, price_of
from reflexes.engines.matching.replanning import Move, Replan, replan
from reflexes.engines.matching.rules import protections
from reflexes.engines.matching.shortlists import View, views
from reflexes.engines.matching.snapshot import (
    distance_km,
    eligible_by_demand,
    eligible_people,
    from_dict,
    plan_from_pairs,
    soft_missed,
    stretching_people,
    to_dict,
)
from reflexes.engines.matching.spread import SpreadRow, spread
from reflexes.engines.matching.verify import Violation, check
from reflexes.engines.matching.wishes import KINDS as WISH_KINDS

__all__ = [
    "UNITS",
    "WISH_KINDS",
    "Asking",
    "Bottleneck",
    "Demand",
    "Move",
    "Person",
    "Plan",
    "Price",
    "Pricer",
    "Prices",
    "Problem",
    "ProblemError",
    "Reason",
    "Replan",
    "SpreadRow",
    "Step",
    "Unfilled",
    "UnitMinimum",
    "View",
    "Violation",
    "Wish",
    "bottlenecks",
    "check",
    "distance_km",
    "eligible_by_demand",
    "eligible_people",
    "expect",
    "first_obstacles",
    "from_dict",
    "generate",
    "greedy",
    "how_many",
    "ledger",
    "ledger_counts",
    "ledgers",
    "plan",
    "plan_from_pairs",
    "price_of",
    "protections",
    "replan",
    "shrunk_rate",
    "soft_missed",
    "spread",
    "stretching_people",
    "to_dict",
    "views",
]
