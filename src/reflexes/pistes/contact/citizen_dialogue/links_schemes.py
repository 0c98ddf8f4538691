"""The link of a citizen evaluator: one address for every note, as long as the trial lasts."""

from datetime import timedelta

from reflexes.core import clock
from reflexes.core.accounts.models import MagicLink
from reflexes.mechanisms.assembly.links import link_to, row_of
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator

FIELD = "street-evaluator"
# Notes on paper are typed, and adaptations follow, after the day of the first review.
AFTER_REVIEW = timedelta(days=60)


def link_of(evaluator: Evaluator) -> str:
    """Return the address by which somebody notes what they see; call it in the transaction of its cause."""
    assert evaluator.person is not None
    left = evaluator.scheme.review_on + AFTER_REVIEW - clock.today()
    return link_to(
        "citizen_dialogue:field_by_link",
        evaluator.person,
        FIELD,
        evaluator.pk,
        days=max(AFTER_REVIEW, left).days,
        exercise_id=evaluator.scheme.exercise_id,
    )


def evaluator_of(link: MagicLink) -> Evaluator | None:
    """Return who a link lets observe; nothing when its subject names nobody."""
    found = Evaluator.objects.select_related("scheme__organisation", "scheme__place__commune", "scheme__commune")
    return found.filter(pk=row_of(link)).first()
