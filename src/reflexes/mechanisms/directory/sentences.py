"""What the journal says of people and their accounts."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "directory.account_attached": _("The person opened their account."),
    "directory.colleague_added": _("Somebody who welcomes people was written down."),
    "directory.contact_set": _("The person chose how to be reached."),
    "directory.email_changed": _("The person changed the e-mail they are written to."),
    "directory.person_invited": _("The person was invited to open an account."),
    "directory.place_added": _("A site was added."),
    "directory.skill_said": _("The person said what they can do."),
    "directory.skill_withdrawn": _("The person withdrew a skill."),
}
