"""What the piste says of itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core.registry import MenuEntry, Piste
from reflexes.pistes.contact.proactive_desks.guides import GUIDES

SUPERVISOR = frozenset({"supervisor"})
NAVIGATOR = frozenset({"navigator"})
# Pages of the field without an entry of their own.
FIELD = frozenset({f"proactive_desks:{name}" for name in ("facilities", "field_needs", "doctrines")})

piste = Piste(
    slug="proactive_desks",
    label=_("Proactive desks"),
    orientation="contact",
    promise=_("People are called before they ask, and each need they tell is followed to its end."),
    path="guichets",
    mechanisms=("casework", "directory", "evidence", "crisis"),
    guides=GUIDES,
    menu=(
        MenuEntry(pgettext_lazy("menu", "Campaigns"), "proactive_desks:campaigns", SUPERVISOR, "phone", home=True),
        MenuEntry(pgettext_lazy("menu", "Those who call us"), "proactive_desks:desk_register", SUPERVISOR, "inbox"),
        MenuEntry(
            pgettext_lazy("menu", "Board of units"),
            "proactive_desks:units_board",
            frozenset({"supervisor", "director"}),
            "map-pin",
            under=FIELD | {"proactive_desks:units"},
        ),
        MenuEntry(
            pgettext_lazy("menu", "Call"),
            "proactive_desks:desk",
            frozenset({"caller"}),
            "phone",
            home=True,
            under=frozenset({"proactive_desks:call", "proactive_desks:call_after"}),
        ),
        MenuEntry(
            pgettext_lazy("menu", "My unit"),
            "proactive_desks:units",
            frozenset({"outreach"}),
            "map-pin",
            home=True,
            under=FIELD,
        ),
        MenuEntry(
            pgettext_lazy("menu", "What became of them"),
            "proactive_desks:feedback",
            frozenset({"caller", "outreach"}),
            "message-circle",
        ),
        MenuEntry(pgettext_lazy("menu", "Needs"), "proactive_desks:navigator_board", NAVIGATOR, "inbox", home=True),
        MenuEntry(
            pgettext_lazy("menu", "Somebody calls"), "proactive_desks:navigator_inbound", NAVIGATOR, "message-square"
        ),
        MenuEntry(pgettext_lazy("menu", "Services"), "proactive_desks:navigator_services", NAVIGATOR, "users"),
        MenuEntry(pgettext_lazy("menu", "Questions"), "proactive_desks:navigator_questions", NAVIGATOR, "book-open"),
        MenuEntry(
            pgettext_lazy("menu", "Morning sheet"),
            "proactive_desks:morning",
            frozenset({"director"}),
            "clipboard-check",
        ),
    ),
)
