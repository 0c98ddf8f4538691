"""What the demo territory shows of this piste: a campaign of calls under way, and proximity units at work."""

from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.pistes.contact.proactive_desks import demo_campaign, demo_crowd, demo_desk, demo_units, demo_visits

# As many as units supported in 2020, nearly (mechanisms.md P12 (b)).
FACILITIES = 300


def seed() -> None:
    """Add this piste's rows to the demo territory, through its services."""
    demo_campaign.seed()
    demo_desk.seed()
    demo_units.seed(FACILITIES)
    demo_visits.seed()


def crowd(people: int) -> None:
    """Make the campaign as large as a real one: asked for by the command, never by tests of something else."""
    demo_crowd.seed(people)


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
