"""What a draw prints: the code of each person, to find their own line, and the certificate of a pool destroyed."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reflexes.core import printing
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services.codes import shown
from reflexes.mechanisms.assembly.services.pool_erasure import Certificate
from reflexes.mechanisms.assembly.services.pool_picture import find_members
from reflexes.web.words import full_date


def in_groups(digest: str) -> str:
    """Return a hash in groups of eight, as it is read aloud.

    >>> in_groups("0123456789abcdef")
    '01234567 89abcdef'
    """
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def codes_pdf(actor: Actor, draw: Draw, *, address: str) -> bytes:
    """Return a slip for each person of the pool, eight a page; ``address`` is where one reads one's own line."""
    check_keeping_draw(actor, draw)
    slips = [
        {"code": shown(one.pseudonym), "name": one.words().strip(), "number": ""}
        for one in find_members(draw).prefetch_related(None)
    ]
    if not slips:
        raise Refusal("nobody", _("Nobody is in the pool: there is no code to print. Add people first."), conflict=True)
    return printing.pdf(
        "assembly/codes",
        {
            "title": draw.title,
            "how": _("Public draw on %(day)s. With this code you read your own line:")
            % {"day": full_date(draw.drawn_from)},
            "where": _("at %(address)s") % {"address": address},
            "phone": _("or by telephone: %(phone)s") % {"phone": settings.CELL_PHONE} if settings.CELL_PHONE else "",
            "desk": _("or at the town hall, with this paper."),
            "secret": _("The published list holds codes and no name: keep yours."),
            "slips": slips,
        },
        language=get_language() or "fr",
    )


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the certificate of destruction of a pool, on one sheet."""
    draw = certificate.draw
    rows = [
        (_("The draw"), draw.title),
        (_("Held by"), str(draw.organisation)),
        (_("Destroyed on"), full_date(certificate.at)),
        (_("People whose data were destroyed"), str(certificate.people)),
        (_("What was destroyed"), _("Names, e-mail addresses, telephones, addresses and answers.")),
        (
            _("How"),
            _("By hand, before the announced day.") if certificate.by_hand else _("By itself, on the announced day."),
        ),
        (_("Announced day"), full_date(draw.erase_on)),
        (_("Line of the journal"), str(certificate.entry)),
        (
            _("What stays"),
            _("The published record: codes, quotas and counts. It names nobody, and is verified as before."),
        ),
    ]
    if draw.digest:
        rows.append((_("Seal of the record (SHA-256)"), in_groups(draw.digest)))
    return printing.pdf(
        "assembly/destroyed",
        {"title": _("Certificate of destruction"), "rows": rows},
        language=get_language() or "fr",
    )
