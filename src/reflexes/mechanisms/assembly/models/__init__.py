"""Bodies, sessions, words and answers, draws, votes: one file for each group of tables (ADR 23)."""

from reflexes.mechanisms.assembly.models.bodies import Body, College, Seat, Topic
from reflexes.mechanisms.assembly.models.contributions import (
    Answer,
    Channel,
    Commitment,
    Consultation,
    Contribution,
    Milestone,
    Proposal,
    Reaction,
    Review,
)
from reflexes.mechanisms.assembly.models.draws import Draw, DrawQuota, PoolAnswer, PoolMember, Replacement
from reflexes.mechanisms.assembly.models.sessions import AgendaItem, Attendance, Expense, Session
from reflexes.mechanisms.assembly.models.tries import WrongCodes
from reflexes.mechanisms.assembly.models.votes import (
    Ballot,
    BallotMark,
    Choice,
    Override,
    PaperBatch,
    PaperReading,
    RollEntry,
    Tally,
    Vote,
)

__all__ = [
    "AgendaItem",
    "Answer",
    "Attendance",
    "Ballot",
    "BallotMark",
    "Body",
    "Channel",
    "Choice",
    "College",
    "Commitment",
    "Consultation",
    "Contribution",
    "Draw",
    "DrawQuota",
    "Expense",
    "Milestone",
    "Override",
    "PaperBatch",
    "PaperReading",
    "PoolAnswer",
    "PoolMember",
    "Proposal",
    "Reaction",
    "Replacement",
    "Review",
    "RollEntry",
    "Seat",
    "Session",
    "Tally",
    "Topic",
    "Vote",
    "WrongCodes",
]
