"""Who tends the outbox.

Role slugs are the directory's, which core does not know: a coordinator answers for what the cell sends, an
administrator for the machine that sends it. Nobody else may read other people's messages.
"""

from reflexes.core.acting import Actor

TENDERS = frozenset({"coordinator", "administrator"})


def can_tend_outbox(actor: Actor) -> bool:
    """Tell whether ``actor`` may see the outbox and decide on what is stuck."""
    return actor.role in TENDERS
