"""The tables of this piste: rounds of a participatory budget, and things tried for a while (ADR 24)."""

from reflexes.pistes.contact.citizen_dialogue.models.booklets import Booklet
from reflexes.pistes.contact.citizen_dialogue.models.editions import (
    Edition,
    Feasibility,
    GoalCard,
    GoalScore,
    Step,
    Switch,
    Variable,
)
from reflexes.pistes.contact.citizen_dialogue.models.schemes import (
    Evaluator,
    FieldCount,
    FieldNote,
    Indicator,
    IndicatorVoice,
    Measure,
    Outcome,
    Scheme,
)

__all__ = [
    "Booklet",
    "Edition",
    "Evaluator",
    "Feasibility",
    "FieldCount",
    "FieldNote",
    "GoalCard",
    "GoalScore",
    "Indicator",
    "IndicatorVoice",
    "Measure",
    "Outcome",
    "Scheme",
    "Step",
    "Switch",
    "Variable",
]
