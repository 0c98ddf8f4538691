"""What the journal says of sequences and exercises."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "crisis.sequence_opened": _("Sequence %(number)s was opened; it will be reviewed on %(review_on)s."),
    "crisis.exercise_started": _("An exercise was started."),
    "crisis.exercise_invited": _("Somebody was invited to the exercise."),
    "crisis.exercise_uninvited": _("An invitation to the exercise was taken back."),
    "crisis.exercise_joined": _("Somebody joined the exercise."),
    "crisis.exercise_surprise": _("A card of the exercise was turned over."),
    "crisis.exercise_clock": _("The clock of the exercise was moved on."),
    "crisis.exercise_ended": _("The exercise was ended."),
    "crisis.exercise_debriefed": _("What the exercise showed was written down."),
    "crisis.exercise_decided": _("Something was decided after the exercise."),
    "crisis.exercise_decision_done": _("A decision of the exercise was carried out."),
}
