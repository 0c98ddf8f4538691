"""The commands of ``reflexes``: each module exposes a click ``command`` and has its line here.

The line is what ``reflexes --help`` says: listing the commands loads none of them.
"""

from django.utils.translation import gettext_lazy as _

SUMMARIES = {
    "demo": _("Install the demo territory and serve it."),
    "journal": _("Verify the journal: is every line as it was written?"),
    "person": _("Give someone their data, or erase them."),
    "plan": _("Make a plan from two sheets, people and needs, without a server."),
    "sheet": _("Bring a sheet into the site, or take it back."),
    "worker": _("Do the work written for later: messages, long plans."),
}
