"""What the demo territory shows of this piste: the datasets that campaigns make, and nothing of its own."""

from django.urls import reverse
from django.utils.translation import gettext as _


def seed() -> None:
    """Add nothing: a dataset exists because something uses it."""


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    return [
        (reverse("data_trust_public:register"), _("what is held of people, for what and until when")),
        (reverse("data_trust_public:own_ask"), _("what is known of me, by my telephone")),
    ]
