"""The magic links of the committees' own: a seat, a call; those of words are the mechanism's."""

from reflexes.mechanisms.assembly import links
from reflexes.mechanisms.assembly.links import REVIEW, SAID, TO_ANSWER
from reflexes.mechanisms.directory.models import Person

__all__ = ["CALL", "REVIEW", "SAID", "SEAT", "TO_ANSWER", "link_for"]

SLUG = "liaison_committees"
SEAT, CALL = "committee-seat", "committee-call"
PATHS = {SEAT: "liaison_committees:seat_by_link", CALL: "liaison_committees:call_by_link"}
LIVES = {SEAT: 30, CALL: 60}


def link_for(person: Person, purpose: str, pk: int, *, exercise_id: int | None) -> str:
    """Return the address that lets ``person`` answer about one row; call it in the transaction of its cause."""
    if purpose not in PATHS:
        return links.link_for(SLUG, person, purpose, pk, exercise_id=exercise_id)
    return links.link_to(PATHS[purpose], person, purpose, pk, days=LIVES[purpose], exercise_id=exercise_id)
