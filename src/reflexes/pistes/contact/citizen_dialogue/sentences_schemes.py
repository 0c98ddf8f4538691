"""What the journal says of what is tried and of booklets."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "citizen_dialogue.scheme_opened": _("Something is tried, to be judged on %(review)s."),
    "citizen_dialogue.scheme_changed": _("What is tried was described better."),
    "citizen_dialogue.indicator_proposed": _("An indicator was proposed."),
    "citizen_dialogue.indicator_chosen": _("An indicator was chosen with those who use the place."),
    "citizen_dialogue.indicator_set_aside": _("An indicator was set aside, with why."),
    "citizen_dialogue.choice_closed": _("The choice of indicators was closed: %(chosen)s chosen, %(aside)s set aside."),
    "citizen_dialogue.measured": _("Figures were written (%(count)s)."),
    "citizen_dialogue.figure_struck": _("A wrong figure was struck, with why."),
    "citizen_dialogue.evaluator_invited": _("Somebody was invited to observe."),
    "citizen_dialogue.evaluator_left": _("Somebody stopped observing."),
    "citizen_dialogue.field_noted": _("An observation was noted."),
    "citizen_dialogue.note_taken_back": _("An observation was taken back."),
    "citizen_dialogue.note_hidden": _("An observation was hidden, for a reason of the public list."),
    "citizen_dialogue.note_shown": _("An observation shows again."),
    "citizen_dialogue.scheme_decided": _("It was decided what becomes of what is tried."),
    "citizen_dialogue.booklet_published": _("A booklet was published (printing %(number)s)."),
}
