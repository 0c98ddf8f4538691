"""The public register of uses: what is held, for what, on which basis, until when, who reads (P04 (7), GDPR 30)."""

from django.db.models import Q, QuerySet

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.text import normalised
from reflexes.mechanisms.evidence.models import Dataset

State = Dataset.State


def public_datasets(actor: Actor) -> QuerySet[Dataset]:
    """Return every dataset that holds or held rows, in the world one acts in: those being prepared hold nothing."""
    datasets = Dataset.objects.filter(exercise_id=actor.exercise_id).exclude(state=State.DRAFT)
    return datasets.select_related("controller", "destruction").prefetch_related(
        "opinions", "prolongations", "destruction__remains"
    )


def find(actor: Actor, *, text: str = "", state: str = "") -> QuerySet[Dataset]:
    """Return the lines of the register that hold these words; ``held`` or ``destroyed``, all otherwise."""
    found = public_datasets(actor)
    for word in normalised(text).split():
        found = found.filter(Q(search__contains=word) | Q(controller__search__contains=word))
    if state == "destroyed":
        found = found.filter(state=State.DESTROYED)
    elif state == "held":
        found = found.exclude(state=State.DESTROYED)
    return found.order_by("-opened_at", "pk")


def is_over(dataset: Dataset) -> bool:
    """Tell whether nobody reads a dataset any more, though its rows are still there."""
    return dataset.state == State.CLOSED or (
        dataset.state == State.OPEN and dataset.ends_on is not None and dataset.ends_on < clock.today()
    )
