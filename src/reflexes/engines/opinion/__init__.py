"""Where people agree: a map of votes on short statements, and which statement to show next.

Pure functions over frozen data: no framework, no input or output, no clock, a seed for every draw. See
docs/algorithms/opinion.md.
"""

from reflexes.engines.opinion.mapping import agreement_map
from reflexes.engines.opinion.model import (
    AGREE,
    DISAGREE,
    FLOOR,
    PASS,
    AgreementMap,
    Cast,
    Group,
    OpinionError,
    Reason,
    Shares,
    StatementView,
    Typical,
)
from reflexes.engines.opinion.routing import Exposure, Route, route, uncertainty

__all__ = [
    "AGREE",
    "DISAGREE",
    "FLOOR",
    "PASS",
    "AgreementMap",
    "Cast",
    "Exposure",
    "Group",
    "OpinionError",
    "Reason",
    "Route",
    "Shares",
    "StatementView",
    "Typical",
    "agreement_map",
    "route",
    "uncertainty",
]
