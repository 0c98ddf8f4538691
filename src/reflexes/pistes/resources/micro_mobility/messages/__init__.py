"""The words of every announcement of the cell: what each person reads when a mission moves (screens.md 4, 6)."""

from reflexes.pistes.resources.micro_mobility.messages.facts import Choice, Words
from reflexes.pistes.resources.micro_mobility.messages.sending import (
    AUDIENCES,
    loaded,
    message_for,
    tell,
    tell_concern,
    tell_drill_due,
    tell_objection,
    tell_waiver,
    tell_whole_stop,
)

__all__ = [
    "AUDIENCES",
    "Choice",
    "Words",
    "loaded",
    "message_for",
    "tell",
    "tell_concern",
    "tell_drill_due",
    "tell_objection",
    "tell_waiver",
    "tell_whole_stop",
]
