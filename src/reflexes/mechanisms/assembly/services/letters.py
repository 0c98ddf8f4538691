"""The codes just made, as what is printed: slips to cut, or a sheet for whoever prints and posts the letters.

Nothing is kept: the bytes leave with the answer, and the codes with them.
"""

import io
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reflexes.core import printing
from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.assembly.models import Vote
from reflexes.mechanisms.assembly.services.codes import shown
from reflexes.mechanisms.assembly.services.roll import Letter

MOST_SLIPS = 2_000  # some five seconds of printing; printers of more work from a sheet anyway


def letters_sheet(letters: Sequence[Letter], kind: str = "csv") -> bytes:
    """Return a sheet for the printer (CSV, XLSX or ODS): number, name, code in groups."""
    out = io.BytesIO()
    rows = [[one.number, one.name, shown(one.code)] for one in letters]
    write_tables(out, {"letters": ([_("number"), _("name"), _("code")], rows)}, kind)
    return out.getvalue()


def letters_pdf(vote: Vote, letters: Sequence[Letter], *, address: str) -> bytes:
    """Return slips to cut, eight a page, in large type; ``address`` is where the code is typed."""
    until = timezone.localtime(vote.closes_at)
    return printing.pdf(
        "assembly/codes",
        {
            "title": vote.title,
            "how": _("Your code to vote, once, until %(day)s:") % {"day": date_format(until, "DATETIME_FORMAT")},
            "where": _("Type it at %(address)s") % {"address": address},
            "phone": _("or say it on %(phone)s") % {"phone": settings.CELL_PHONE} if settings.CELL_PHONE else "",
            "desk": _("or bring this slip to a voting desk."),
            "secret": _(
                "What you choose is written beside no name and no code. Keep this code for yourself until you vote."
            ),
            "slips": [{"code": shown(one.code), "name": one.name, "number": one.number} for one in letters],
        },
        language=get_language() or "fr",
    )
