"""Sentences of the journal said by the call desk of this piste."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "proactive_desks.script_begun": _("A version of the script was begun (number %(number)s)."),
    "proactive_desks.script_written": _("The script was written (version %(number)s)."),
    "proactive_desks.script_published": _("The script was published (version %(number)s): it never changes again."),
    "proactive_desks.forewarned": _("People were told by text message who would call them (%(count)s)."),
}
