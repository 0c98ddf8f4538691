"""What the piste says of itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core.registry import MenuEntry, Piste
from reflexes.pistes.influence.liaison_committees.guides import GUIDES

FACILITATOR = frozenset({"facilitator"})
# A director may owe an answer too: whoever is named answers.
ANSWERERS = frozenset({"elected", "director"})
RESIDENT = frozenset({"resident"})

piste = Piste(
    slug="liaison_committees",
    label=_("Citizen liaison committees"),
    orientation="influence",
    promise=_("Residents are heard while decisions are taken, and somebody named answers them."),
    path="comites",
    mechanisms=("assembly", "directory", "crisis"),
    guides=GUIDES,
    menu=(
        MenuEntry(
            _("What is waiting"),
            "liaison_committees:keeper_silences",
            FACILITATOR,
            "clock",
            home=True,
            shared="waiting",
        ),
        MenuEntry(
            _("Committees"),
            "liaison_committees:keeper_bodies",
            FACILITATOR,
            "users",
            under=frozenset({"liaison_committees:keeper_votes"}),
        ),
        MenuEntry(
            pgettext_lazy("menu", "Words and proposals"),
            "liaison_committees:keeper_proposals",
            FACILITATOR,
            "message-circle",
            shared="words",
        ),
        MenuEntry(
            pgettext_lazy("menu", "To answer"),
            "liaison_committees:to_answer",
            ANSWERERS,
            "message-square",
            home=True,
            shared="to_answer",
        ),
        MenuEntry(_("Committees"), "liaison_committees_public:bodies", ANSWERERS, "users"),
        MenuEntry(_("Committees"), "liaison_committees_public:bodies", RESIDENT, "users", home=True),
    ),
)
