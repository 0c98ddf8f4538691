"""The words of every announcement of the cell: what each person reads when a mission moves (screens.md 4, 6)."""

from reflexes.pistes.resources.micro_mobility.messages.facts import Choice, Words
from reflexes.pistes.resources.micro_mobility.messages.sending import AUDIENCES, loaded, message_for, tell, tell_waiver

__all__ = ["AUDIENCES", "Choice", "Words", "loaded", "message_for", "tell", "tell_waiver"]
