"""P09, professional micro-mobility: what the piste says of itself."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import MenuEntry, Piste, Question
from reflexes.pistes.resources.micro_mobility.guides import GUIDES

CELL = frozenset({"coordinator"})
HOST = frozenset({"host"})
GIVER = frozenset({"agent", "volunteer"})
MANAGER = frozenset({"manager"})
ADMINISTRATOR = frozenset({"administrator"})
HR = frozenset({"hr"})


def _figures(exercise_id: int) -> list[tuple[str | Promise, str]]:
    """Return what an exercise gave; its tables are only known once every app is loaded."""
    from reflexes.pistes.resources.micro_mobility.exercise_figures import figures

    return figures(exercise_id)


def _questions(asked: Iterable[Question]) -> dict[Question, str | Promise]:
    """Return what became of questions, for the mailbox of an exercise."""
    from reflexes.pistes.resources.micro_mobility.exercise_questions import question_states

    return question_states(asked)


piste = Piste(
    slug="micro_mobility",
    label=_("Professional micro-mobility"),
    orientation="resources",
    promise=_("Lend a hand elsewhere for a few half-days, and come back well."),
    path="micro-mobilite",
    mechanisms=("allocation", "directory", "crisis"),
    exercise_figures=_figures,
    question_states=_questions,
    guides=GUIDES,
    kinds={
        "food_aid": _("Food aid"),
        "calls": _("Friendly calls"),
        "care_home": _("Help in a care home"),
        "waste": _("Waste collection"),
        "vaccination": _("Vaccination centre"),
        "school": _("Schools and meals"),
        "reception": _("Reception and information"),
        "training": _("Learning together"),
    },
    kind_words={
        "aide-alimentaire": "food_aid",
        "appels": "calls",
        "ehpad-repas": "care_home",
        "collecte": "waste",
        "vaccination": "vaccination",
        "ecoles": "school",
        "accueil": "reception",
    },
    # Traffic and loads; care of the body. Ours, more careful than the law (docs/adr/0014).
    adult_kinds=frozenset({"waste", "care_home"}),
    menu=(
        MenuEntry(_("What is waiting"), "micro_mobility:silences", CELL, "clock", home=True),
        MenuEntry(_("Needs"), "micro_mobility:need_board", CELL, "list"),
        MenuEntry(_("Plans"), "micro_mobility:plan_list", CELL, "route"),
        MenuEntry(_("People"), "micro_mobility:pool", CELL, "users"),
        MenuEntry(_("The cell"), "micro_mobility:tools", CELL, "sliders-horizontal"),
        MenuEntry(_("My needs"), "micro_mobility:host_home", HOST, "list", home=True),
        MenuEntry(_("Arrivals"), "micro_mobility:arrivals", HOST, "users"),
        MenuEntry(_("My space"), "micro_mobility:my_space", GIVER, "house", home=True),
        MenuEntry(_("My missions"), "micro_mobility:my_missions", GIVER, "calendar"),
        MenuEntry(_("A fresh eye"), "micro_mobility:fresh_eye", HOST, "lightbulb"),
        MenuEntry(_("My service"), "micro_mobility:service", MANAGER, "users", home=True),
        MenuEntry(_("Twinned services"), "micro_mobility:twins", MANAGER, "arrow-left-right"),
        MenuEntry(_("Who keeps the cell"), "micro_mobility:cell_team", ADMINISTRATOR, "users"),
        MenuEntry(_("People who leave"), "micro_mobility:departures", ADMINISTRATOR, "log-out"),
        MenuEntry(_("Half-days given"), "micro_mobility:allowances", HR | ADMINISTRATOR, "calendar-days"),
        MenuEntry(_("Shared returns"), "micro_mobility:shared_returns", HR, "message-circle", home=True),
    ),
)
