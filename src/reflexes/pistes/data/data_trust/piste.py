"""What the piste says of itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core.registry import Guide, MenuEntry, Piste, Step

WATCHERS = frozenset({"dpo", "supervisor"})
DPO = Guide(
    words=_("You watch over what is known of people: nothing opens without your opinion, and everything has an end."),
    steps=(
        Step(
            "data_trust:datasets",
            _("What is held"),
            _("What waits for you stands first: an opinion, an end that has passed, something to destroy."),
        ),
        Step(
            "data_trust:counter",
            _("Somebody asks what is known of them"),
            _("On the telephone or at a counter: you find it for them, print it, and write down what they refuse."),
        ),
        Step(
            "data_trust_public:register",
            _("What everybody reads"),
            _("The public register: which lists of people are held, for what, until when, and what was destroyed."),
        ),
    ),
)

piste = Piste(
    slug="data_trust",
    label=_("Trusted data"),
    orientation="data",
    promise=_("Everybody reads which personal data are held, for what, until when, and who looked."),
    path="donnees",
    mechanisms=("evidence", "directory"),
    guides={"dpo": DPO},
    menu=(
        MenuEntry(pgettext_lazy("menu", "What is held"), "data_trust:datasets", frozenset({"dpo"}), "lock", home=True),
        MenuEntry(
            pgettext_lazy("menu", "What is held"),
            "data_trust:datasets",
            frozenset({"supervisor", "administrator"}),
            "lock",
        ),
        MenuEntry(pgettext_lazy("menu", "What is known"), "data_trust:counter", WATCHERS, "eye"),
    ),
)
