"""The magic links of the dialogue: a service says what can be done, a person marks the goals, and those of words."""

from reflexes.mechanisms.assembly import links
from reflexes.mechanisms.directory.models import Person

SLUG = "citizen_dialogue"
SAY, MARK = "dialogue-feasibility", "dialogue-goals"
PATHS = {SAY: "citizen_dialogue:say_by_link", MARK: "citizen_dialogue:goals_by_link"}
# A service answers within weeks; the committee reads all through the study.
DAYS = 120


def link_for(person: Person, purpose: str, pk: int, *, exercise_id: int | None) -> str:
    """Return the address that lets ``person`` answer about one row; call it in the transaction of its cause."""
    if purpose in PATHS:
        return links.link_to(PATHS[purpose], person, purpose, pk, days=DAYS, exercise_id=exercise_id)
    return links.link_for(SLUG, person, purpose, pk, exercise_id=exercise_id)
