"""What the demo territory shows of this piste: a campaign of calls under way, and proximity units at work."""

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.pistes.contact.proactive_desks import demo_campaign, demo_desk, demo_units


def seed() -> None:
    """Add this piste's rows to the demo territory, through its services."""
    demo_campaign.seed()
    demo_desk.seed()
    demo_units.seed()


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    shown = [
        (reverse("proactive_desks:campaigns"), _("a campaign of calls, where it stands and who waits")),
        (reverse("proactive_desks:desk"), _("the call desk: one person at a time")),
        (reverse("proactive_desks:navigator_board"), _("what people need, by what is expected of the navigator")),
        (reverse("proactive_desks:morning"), _("the morning sheet of the field")),
    ]
    _site, road, token = demo_desk.link_of_a_service().partition("/guichets/lien/")
    return (
        [*shown, (road + token, _("a need entrusted to a service, which answers without an account"))]
        if token
        else shown
    )
