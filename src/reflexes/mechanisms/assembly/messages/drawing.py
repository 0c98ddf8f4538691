"""Who is told of each event about a draw. Whoever is drawn reads ``seat_asked``; officers read the rest."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from reflexes.mechanisms.assembly.messages.sending import Also, Event
from reflexes.mechanisms.assembly.messages.writing import Words, keepers_of, letter
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.services import draws_plan
from reflexes.mechanisms.directory.models import Person
from reflexes.web.words import full_date


def _keepers(draw: Draw, _also: Also) -> list[Person]:
    return keepers_of(draw)


def _page_of(draw: Draw) -> str:
    return settings.SITE_URL + reverse(f"{draw.piste}:keeper_draw", args=[draw.slug])


def draw_committed(draw: Draw, reader: Person, _also: Also) -> Words:
    """Say that the record is published and when chance speaks."""
    said = {"draw": draw.title, "day": full_date(draw.drawn_from)}
    return Words(
        subject=_("Published: %(draw)s") % said,
        body=letter(
            reader,
            _("The record of “%(draw)s” is published. Chance speaks on %(day)s: the page of the day leads you.") % said,
            _("Send its seal to whoever wants to check the draw: %(digest)s") % {"digest": draw.digest},
        ),
        page=_page_of(draw),
    )


def tickets_refused(draw: Draw, reader: Person, _also: Also) -> Words:
    """Say why nothing was published, and what to change."""
    said = {"draw": draw.title}
    return Words(
        subject=_("Not published: %(draw)s") % said,
        body=letter(
            reader,
            _("The tickets of “%(draw)s” could not be made. Nothing was published.") % said,
            "\n".join(draws_plan.advice(draw)),
        ),
        page=_page_of(draw),
    )


def pool_erased(draw: Draw, reader: Person, _also: Also) -> Words:
    """Say that the pool is destroyed, and where its certificate is."""
    said = {"draw": draw.title}
    return Words(
        subject=_("Pool erased: %(draw)s") % said,
        body=letter(
            reader,
            _(
                "The names, contacts and answers of the pool of “%(draw)s” are destroyed. The record stays, and "
                "names nobody."
            )
            % said,
            _("The certificate of destruction can be printed from the page of the draw."),
        ),
        page=_page_of(draw),
    )


# An empty line tells nobody: those drawn are asked to sit, and everybody reads the draw and its replacements.
DRAWS: dict[str, Event] = {
    "draw_committed": Event(Draw, ((_keepers, draw_committed),)),
    "tickets_refused": Event(Draw, ((_keepers, tickets_refused),)),
    "draw_drawn": Event(Draw),
    "drawn_replaced": Event(Draw),
    "pool_erased": Event(Draw, ((_keepers, pool_erased),)),
}
