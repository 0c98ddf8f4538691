"""Which projects a budget pays for, from what people wrote on their ballots: equal shares and the greedy rules.

Pure functions over frozen data: no framework, no input or output, no clock, no luck. See docs/algorithms/voting.md.
"""

from reflexes.engines.voting.generate import generate
from reflexes.engines.voting.model import (
    COMPLETIONS,
    EQUAL_SHARES,
    RULES,
    THRESHOLD,
    TIES,
    UTILITIES,
    Account,
    Amount,
    Ballot,
    Departure,
    Election,
    Marks,
    Paid,
    Project,
    Reason,
    Rule,
    Step,
    Tally,
    Tie,
    VotingError,
    approve,
    grouped,
)
from reflexes.engines.voting.tallying import compare, depart, tally
from reflexes.engines.voting.verify import Violation, check

__all__ = [
    "COMPLETIONS",
    "EQUAL_SHARES",
    "RULES",
    "THRESHOLD",
    "TIES",
    "UTILITIES",
    "Account",
    "Amount",
    "Ballot",
    "Departure",
    "Election",
    "Marks",
    "Paid",
    "Project",
    "Reason",
    "Rule",
    "Step",
    "Tally",
    "Tie",
    "Violation",
    "VotingError",
    "approve",
    "check",
    "compare",
    "depart",
    "generate",
    "grouped",
    "tally",
]
