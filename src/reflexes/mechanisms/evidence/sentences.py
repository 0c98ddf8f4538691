"""What the journal says of datasets, of who may read them and of what became of them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "evidence.dataset_written": _("A dataset was described."),
    "evidence.opinion_given": _("The data-protection officer gave an opinion on a dataset."),
    "evidence.dataset_opened": _("A dataset was opened, until %(until)s at the latest."),
    "evidence.dataset_prolonged": _("A dataset was prolonged until %(until)s."),
    "evidence.holder_named": _("Somebody was named to read a dataset until %(until)s."),
    "evidence.holder_ended": _("Somebody no longer reads a dataset."),
    "evidence.export_asked": _("A file was asked for, to be destroyed by %(until)s."),
    "evidence.export_refused": _("A file was refused."),
    "evidence.export_taken": _("A file of %(count)s people was taken."),
    "evidence.export_destroyed": _("A file was said to be destroyed."),
    "evidence.dataset_closed": _("A dataset was closed."),
    "evidence.dataset_destroyed": _("A dataset was destroyed, with its key."),
    "evidence.opposed": _("A refusal was kept."),
    "evidence.opposition_lifted": _("A refusal was taken back by the person."),
}
