"""What the journal says of the dialogue with residents."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.pistes.contact.citizen_dialogue.sentences_schemes import SENTENCES as OF_SCHEMES

SENTENCES: dict[str, "str | Promise"] = {
    "citizen_dialogue.edition_prepared": _("An edition of a budget was prepared."),
    "citizen_dialogue.edition_changed": _("The edition was changed."),
    "citizen_dialogue.edition_opened": _("The edition was opened to everybody."),
    "citizen_dialogue.edition_played": _("The edition was copied into the exercise."),
    "citizen_dialogue.edition_ended": _("The edition ended, with what was learned."),
    "citizen_dialogue.rules_published": _("The rules of the edition were published."),
    "citizen_dialogue.step_written": _("A step of the edition was written."),
    "citizen_dialogue.step_prolonged": _("A step lasts longer, until %(until)s."),
    "citizen_dialogue.step_finished": _("What came out of a step was said."),
    "citizen_dialogue.step_switched": _("The backup channel of a step took over."),
    "citizen_dialogue.step_switched_back": _("The main channel of a step came back."),
    "citizen_dialogue.variable_written": _("What changes in this edition was written: %(name)s."),
    "citizen_dialogue.variable_removed": _("A line was taken out of the diary of a draft: %(name)s."),
    "citizen_dialogue.variable_learned": _("What was learned was written: %(name)s."),
    "citizen_dialogue.feasibility_asked": _("%(unit)s was asked about %(count)s proposals, by %(due)s."),
    "citizen_dialogue.feasibility_said": _("%(unit)s said whether the proposal can be done."),
    "citizen_dialogue.goals_marked": _("Somebody read the proposal against the 17 goals."),
    "citizen_dialogue.scores_asked": _("%(count)s people were asked to read proposals against the 17 goals."),
    "citizen_dialogue.vote_prepared": _("The vote of the edition was prepared."),
    **OF_SCHEMES,
}
