"""What the piste says of itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core.registry import MenuEntry, Piste
from reflexes.pistes.contact.citizen_dialogue.guides import GUIDES

FACILITATOR = frozenset({"facilitator"})

piste = Piste(
    slug="citizen_dialogue",
    label=_("Citizen dialogue"),
    orientation="contact",
    promise=_("A budget and a street are decided with residents, and hold when a meeting room closes."),
    path="dialogue",
    mechanisms=("assembly", "directory", "crisis"),
    guides=GUIDES,
    menu=(
        MenuEntry(
            _("What is waiting"), "citizen_dialogue:keeper_waiting", FACILITATOR, "clock", home=True, shared="waiting"
        ),
        MenuEntry(
            _("Budgets"),
            "citizen_dialogue:keeper_editions",
            FACILITATOR,
            "vote",
            under=frozenset({"citizen_dialogue:keeper_votes"}),
        ),
        MenuEntry(pgettext_lazy("menu", "On trial"), "citizen_dialogue:keeper_schemes", FACILITATOR, "map-pin"),
        MenuEntry(
            pgettext_lazy("menu", "Asked of my service"),
            "citizen_dialogue:service_questions",
            frozenset({"manager"}),
            "clipboard-check",
        ),
        MenuEntry(_("Budgets"), "citizen_dialogue_public:editions", frozenset({"resident", "elected"}), "vote"),
        MenuEntry(
            pgettext_lazy("menu", "To answer"),
            "citizen_dialogue:to_answer",
            frozenset({"elected", "director"}),
            "message-square",
            home=True,
            shared="to_answer",
        ),
        MenuEntry(
            pgettext_lazy("menu", "Words and proposals"),
            "citizen_dialogue:keeper_proposals",
            FACILITATOR,
            "message-circle",
            shared="words",
        ),
    ),
)
