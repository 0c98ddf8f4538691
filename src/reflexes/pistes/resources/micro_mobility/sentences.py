"""What the journal says of the public page."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "micro_mobility.published": _("The public page of open needs was switched on."),
    "micro_mobility.unpublished": _("The public page of open needs was switched off."),
}
