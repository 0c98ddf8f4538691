"""The 17 sustainable development goals, in the official wording of the United Nations (resolution 70/1)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: its number, its short name and the sentence that says it whole."""

    number: int
    name: "str | Promise"
    words: "str | Promise"


GOALS = (
    Goal(1, _("No poverty"), _("End poverty in all its forms everywhere.")),
    Goal(
        2,
        _("Zero hunger"),
        _("End hunger, achieve food security and improved nutrition and promote sustainable agriculture."),
    ),
    Goal(3, _("Good health and well-being"), _("Ensure healthy lives and promote well-being for all at all ages.")),
    Goal(
        4,
        _("Quality education"),
        _("Ensure inclusive and equitable quality education and promote lifelong learning opportunities for all."),
    ),
    Goal(5, _("Gender equality"), _("Achieve gender equality and empower all women and girls.")),
    Goal(
        6,
        _("Clean water and sanitation"),
        _("Ensure availability and sustainable management of water and sanitation for all."),
    ),
    Goal(
        7,
        _("Affordable and clean energy"),
        _("Ensure access to affordable, reliable, sustainable and modern energy for all."),
    ),
    Goal(
        8,
        _("Decent work and economic growth"),
        _(
            "Promote sustained, inclusive and sustainable economic growth, full and productive employment and decent "
            "work for all."
        ),
    ),
    Goal(
        9,
        _("Industry, innovation and infrastructure"),
        _("Build resilient infrastructure, promote inclusive and sustainable industrialization and foster innovation."),
    ),
    Goal(10, _("Reduced inequalities"), _("Reduce inequality within and among countries.")),
    Goal(
        11,
        _("Sustainable cities and communities"),
        _("Make cities and human settlements inclusive, safe, resilient and sustainable."),
    ),
    Goal(
        12,
        _("Responsible consumption and production"),
        _("Ensure sustainable consumption and production patterns."),
    ),
    Goal(13, _("Climate action"), _("Take urgent action to combat climate change and its impacts.")),
    Goal(
        14,
        _("Life below water"),
        _("Conserve and sustainably use the oceans, seas and marine resources for sustainable development."),
    ),
    Goal(
        15,
        _("Life on land"),
        _(
            "Protect, restore and promote sustainable use of terrestrial ecosystems, sustainably manage forests, "
            "combat desertification, and halt and reverse land degradation and halt biodiversity loss."
        ),
    ),
    Goal(
        16,
        _("Peace, justice and strong institutions"),
        _(
            "Promote peaceful and inclusive societies for sustainable development, provide access to justice for all "
            "and build effective, accountable and inclusive institutions at all levels."
        ),
    ),
    Goal(
        17,
        _("Partnerships for the goals"),
        _("Strengthen the means of implementation and revitalize the Global Partnership for Sustainable Development."),
    ),
)
BY_NUMBER = {goal.number: goal for goal in GOALS}
