"""The words of every announcement of the committees: what each person reads when something moves."""

from reflexes.pistes.influence.liaison_committees.messages.telling import TOLD

__all__ = ["TOLD"]
