"""Who acts, in which capacity, for which organisation: the first argument of every service.

Core knows no person and no organisation (the directory does, above): an actor carries their keys and the words that
name them in the journal.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in one capacity for one organisation at a time (design.md, section 2).

    ``person_key`` is the pseudonym written in the journal; ``role`` is a slug of ``directory.roles``; ``unit_id`` is
    the unit of the capacity, when it has one; ``exercise_id`` is set while the person plays in an exercise.
    """

    person_key: UUID | None = None
    person_id: int | None = None
    capacity_id: int | None = None
    organisation_id: int | None = None
    unit_id: int | None = None
    role: str = ""
    exercise_id: int | None = None

    @property
    def is_known(self) -> bool:
        """Tell whether a person stands behind this actor."""
        return self.person_id is not None


STRANGER = Actor()
SYSTEM = Actor(role="system")
