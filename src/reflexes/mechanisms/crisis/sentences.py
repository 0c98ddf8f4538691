"""What the journal says of sequences and exercises."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "crisis.sequence_opened": _("Sequence %(number)s was opened; it will be reviewed on %(review_on)s."),
    "crisis.exercise_started": _("An exercise was started."),
    "crisis.exercise_ended": _("The exercise was ended."),
}
