"""The commands of ``reflexes``: each module exposes a click ``command`` and has its line here.

The line is what ``reflexes --help`` says: listing the commands loads none of them.
"""

from django.utils.translation import gettext_lazy as _

SUMMARIES = {
    "demo": _("Install the demo territory and serve it."),
    "draw": _("Draw a panel from a pool and quotas, in public and without a server."),
    "journal": _("Verify the journal: is every line as it was written?"),
    "person": _("Give someone their data, or erase them."),
    "plan": _("Make a plan from two sheets, people and needs, without a server."),
    "sheet": _("Bring a sheet into the site, or take it back."),
    "tally": _("Count the votes of a Pabulib file, with the reasons, without a server."),
    "verify-draw": _("Verify the public record of a draw."),
    "worker": _("Do the work written for later: messages, long plans."),
}
