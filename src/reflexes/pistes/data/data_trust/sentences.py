"""What the journal says of lists."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "data_trust.entry_added": _("Somebody was written on a list."),
    "data_trust.entry_removed": _("Somebody was taken off a list."),
}
