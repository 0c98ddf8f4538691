"""What the journal says of people and their accounts."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "directory.account_attached": _("The person opened their account."),
    "directory.birth_date_set": _("The date of birth was written down."),
    "directory.certificate_confirmed": _("A certificate was seen and confirmed."),
    "directory.certificate_returned": _("A certificate could not be confirmed; the person was told why."),
    "directory.certificate_sent": _("A certificate was sent to be confirmed."),
    "directory.certificate_withdrawn": _("A certificate was taken back."),
    "directory.person_written": _("Somebody who came by voice or on paper was written in the directory."),
    "directory.colleague_added": _("Somebody who welcomes people was written down."),
    "directory.contact_set": _("The person chose how to be reached."),
    "directory.email_changed": _("The person changed the e-mail they are written to."),
    "directory.person_invited": _("The person was invited to open an account."),
    "directory.place_added": _("A site was added."),
    "directory.place_changed": _("A site was put right."),
    "directory.skill_said": _("The person said what they can do."),
    "directory.skill_withdrawn": _("The person withdrew a skill."),
    "directory.drill_recorded": _("A drill of twinned services was written down: %(count)s people came."),
    "directory.flying_changed": _("The days for another authority were changed."),
    "directory.flying_written": _("Days for another authority were written down from the job sheet."),
    "directory.training_removed": _("Somebody was taken out of a trained pool."),
    "directory.twinned": _("Two services were twinned."),
    "directory.twinning_changed": _("The agreement of twinned services was changed."),
    "directory.twinning_ended": _("The twinning of two services ended."),
    "directory.data_asked": _("The person asked something about what is known of them."),
    "directory.data_answered": _("What the person asked about their data was answered."),
}
