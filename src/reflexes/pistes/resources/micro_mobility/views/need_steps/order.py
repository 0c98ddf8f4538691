"""The five short steps of a need, in order, with what each is called (screens.md 2)."""

from django.utils.translation import gettext_lazy

from reflexes.pistes.resources.micro_mobility.views.need_steps.base import Step
from reflexes.pistes.resources.micro_mobility.views.need_steps.how_many import HowManyForm
from reflexes.pistes.resources.micro_mobility.views.need_steps.what import WhatForm
from reflexes.pistes.resources.micro_mobility.views.need_steps.when import WhenForm
from reflexes.pistes.resources.micro_mobility.views.need_steps.where import WhereForm
from reflexes.pistes.resources.micro_mobility.views.need_steps.who import WhoForm

STEPS: dict[str, type[Step]] = {
    "quoi": WhatForm,
    "ou": WhereForm,
    "quand": WhenForm,
    "combien": HowManyForm,
    "qui": WhoForm,
}
TITLES = {
    "quoi": gettext_lazy("What has to be done?"),
    "ou": gettext_lazy("Where?"),
    "quand": gettext_lazy("When?"),
    "combien": gettext_lazy("How many, and what should they know?"),
    "qui": gettext_lazy("Who welcomes?"),
}
SHORT = {
    "quoi": gettext_lazy("What"),
    "ou": gettext_lazy("Where"),
    "quand": gettext_lazy("When"),
    "combien": gettext_lazy("How many"),
    "qui": gettext_lazy("Who"),
}
# Which step puts right what P09 (1) says is missing.
STEP_OF = {
    "title": "quoi",
    "tasks": "quoi",
    "place": "ou",
    "constraints": "ou",
    "slots": "quand",
    "mentor": "qui",
    "contact": "qui",
    "returns_on": "qui",
    "criteria": "qui",
}
