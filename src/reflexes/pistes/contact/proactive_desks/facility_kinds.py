"""Kinds of facilities that units support, and kinds of needs: slugs kept on rows, labels in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, "str | Promise"] = {
    "care-home": _("care home"),
    "independent-home": _("residence for older people"),
    "disability-home": _("home for disabled people"),
    "children-home": _("home for children"),
    "shelter": _("shelter"),
    "workers-home": _("workers' residence"),
    "family-shelter": _("hotel for families"),
    "nursery": _("nursery"),
    "school": _("school"),
    "other": _("other place"),
}

NEEDS: dict[str, "str | Promise"] = {
    "rooms": _("rooms to isolate people"),
    "kit": _("protective kit"),
    "beds": _("beds to move"),
    "staff": _("hands"),
    "tests": _("tests"),
    "food": _("food"),
    "other": _("something else"),
}

# Other words under which sheets name a kind; they are compared without accents or capitals.
KIND_WORDS = {
    "ehpad": "care-home",
    "maison de retraite": "care-home",
    "foyer logement": "independent-home",
    "residence autonomie": "independent-home",
    "foyer de vie": "disability-home",
    "mecs": "children-home",
    "foyer de l'enfance": "children-home",
    "hebergement": "shelter",
    "chrs": "shelter",
    "hotel": "family-shelter",
    "hotel social": "family-shelter",
    "foyer de travailleurs": "workers-home",
    "creche": "nursery",
    "ecole": "school",
    "autre": "other",
}
