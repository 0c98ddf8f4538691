"""What the piste adds to the engine's reasons: the published way of choosing, and how its tables call things.

The sentences themselves are in ``mechanisms/allocation/reasons.py``, shared with the command line.
"""

from django.utils.translation import gettext_lazy

from reflexes.core import registry
from reflexes.mechanisms.allocation.reasons import Names
from reflexes.mechanisms.directory.models import Capacity, Organisation, Person, Skill, Unit

# The published way of choosing (P09 (4)): shown before any plan is asked for.
CRITERIA = (
    gettext_lazy("A limit said by a person is never crossed: half-days, distance, kinds of mission, weekends."),
    gettext_lazy("The skill, the certificates and the minimum age come from the need, in the words published."),
    gettext_lazy("Vital needs come first; no need is left empty to please a lesser one."),
    gettext_lazy("Then the nearest people and those whose preferences are kept."),
    gettext_lazy("Then those who gave least over the past month."),
    gettext_lazy("Exact ties are drawn by lot, with a number published with the plan."),
    gettext_lazy("Status, category, sex and age never count; who was chosen among whom is counted afterwards."),
)


def usual_criteria() -> str:
    """Return the way of choosing that is published unless the host writes another (P09 (4))."""
    return "\n".join(str(line) for line in CRITERIA)


def kind_label(slug: str) -> str:
    """Return the words of a mission kind."""
    return str(registry.kinds().get(slug, slug))


def load_names() -> Names:
    """Return the words behind the slugs and keys of the engine: three queries whatever the number of reasons."""
    return Names(
        skills={skill.slug: str(skill) for skill in Skill.objects.order_by("pk")},
        organisations={str(pk): name for pk, name in Organisation.objects.values_list("pk", "name")},
        kinds=registry.kinds(),
        traits={
            "status": dict(Capacity.Status.choices),
            "sex": dict(Person.Sex.choices),
            "unit": {str(pk): name for pk, name in Unit.objects.values_list("pk", "name")},
        },
    )
