"""The magic links of words: what each asks, which page of the row's piste answers it, how long it lives."""

from django.urls import reverse

from reflexes.core.accounts.links import make_link
from reflexes.core.accounts.models import MagicLink
from reflexes.mechanisms.directory.models import Person

SAID, TO_ANSWER, REVIEW = "assembly-said", "assembly-answer", "assembly-review"
PATHS = {SAID: "%s_public:what_i_said", TO_ANSWER: "%s:answer_by_link", REVIEW: "%s:review_by_link"}
# Words may be taken back as long as people remember them; an answer is asked for weeks ahead.
LIVES = {SAID: 365, TO_ANSWER: 120, REVIEW: 60}


def link_for(piste: str, person: Person, purpose: str, pk: int, *, exercise_id: int | None) -> str:
    """Return the address that lets ``person`` answer about one row; call it in the transaction of its cause."""
    return link_to(PATHS[purpose] % piste, person, purpose, pk, days=LIVES[purpose], exercise_id=exercise_id)


def link_to(name: str, person: Person, purpose: str, pk: int, *, days: int, exercise_id: int | None) -> str:
    """Return the same for the page called ``name``, which takes the token: for the links that are a piste's own."""
    return make_link(
        person_key=person.key,
        purpose=purpose,
        subject=f"{purpose}:{pk}",
        path=reverse(name, args=["-"]).removesuffix("-"),
        days=days,
        exercise_id=exercise_id,
    )


def row_of(link: MagicLink) -> int:
    """Return the number of the row a link asks about; 0 when its subject names none.

    >>> row_of(MagicLink(subject="assembly-said:12")), row_of(MagicLink(subject="assembly-said:"))
    (12, 0)
    """
    key = link.subject.rpartition(":")[2]
    return int(key) if key.isdigit() else 0
