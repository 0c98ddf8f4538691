"""What the journal says of cases and referrals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "casework.case_opened": _("Somebody told what they need."),
    "casework.need_added": _("Another need of the same person was written."),
    "casework.cases_merged": _("Two cases were brought together as one person's."),
    "casework.cases_unmerged": _("Two cases were taken apart again."),
    "casework.case_closed": _("The case was closed: each of its needs was told back."),
    "casework.need_qualified": _("A need was qualified."),
    "casework.need_sent": _("A need was sent to a service."),
    "casework.need_received": _("The service read what it was asked."),
    "casework.need_accepted": _("The service accepted."),
    "casework.need_refused": _("The service refused: the need went back to the navigator."),
    "casework.need_expired": _("The service did not answer in time: the need went back to the navigator."),
    "casework.need_done": _("What was asked is done."),
    "casework.need_not_done": _("What was asked was not done: the need went back to the navigator."),
    "casework.need_closed": _("A need was closed, or entrusted again."),
    "casework.service_reminded": _("A service that does not answer was reminded."),
    "casework.service_written": _("A service was written in the directory."),
    "casework.directory_imported": _("Services were imported: %(services)s in use, %(aside)s put aside."),
    "casework.question_answered": _("A question asked often was answered."),
    "casework.question_retired": _("A question asked often was withdrawn."),
}
