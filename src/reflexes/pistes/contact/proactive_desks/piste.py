"""What the piste says of itself."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core.acting import Actor
from reflexes.core.registry import MenuEntry, Piste, Waits
from reflexes.pistes.contact.proactive_desks.guides import GUIDES

SUPERVISOR = frozenset({"supervisor"})
NAVIGATOR = frozenset({"navigator"})
# Pages of the field without an entry of their own.
FIELD = frozenset({f"proactive_desks:{name}" for name in ("facilities", "field_needs", "doctrines")})


def _waits(actor: Actor) -> tuple[str | Promise, list[Waits]]:
    """Return what waits in the field, for the home of those who steer units; tables are known once apps are loaded."""
    from reflexes.pistes.contact.proactive_desks.perms_units import is_centre
    from reflexes.pistes.contact.proactive_desks.views.units_report import waits_of

    return _("In the field, units and those they support wait"), waits_of(actor) if is_centre(actor) else []


piste = Piste(
    slug="proactive_desks",
    label=_("Proactive desks"),
    orientation="contact",
    promise=_("People are called before they ask, and each need they tell is followed to its end."),
    path="guichets",
    mechanisms=("casework", "directory", "evidence", "crisis"),
    guides=GUIDES,
    waits=_waits,
    menu=(
        MenuEntry(pgettext_lazy("menu", "Campaigns"), "proactive_desks:campaigns", SUPERVISOR, "phone", home=True),
        MenuEntry(pgettext_lazy("menu", "Those who call us"), "proactive_desks:desk_register", SUPERVISOR, "inbox"),
        MenuEntry(
            pgettext_lazy("menu", "Board of units"),
            "proactive_desks:units_board",
            frozenset({"supervisor", "director"}),
            "map-pin",
            under=FIELD | {"proactive_desks:units", "proactive_desks:units_waiting"},
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
        MenuEntry(
            pgettext_lazy("menu", "Enter a list"),
            "proactive_desks:paper_enter",
            frozenset({"caller"}),
            "clipboard-check",
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
