"""What the journal says of votes: what was prepared, made, closed, counted, decided; never who voted, nor when."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "assembly.vote_prepared": _("A vote was prepared."),
    "assembly.vote_changed": _("The draft of the vote was changed."),
    "assembly.choice_written": _("Project %(code)s was written."),
    "assembly.proposals_put_to_vote": _("Proposals were put to the vote (%(count)s)."),
    "assembly.choice_removed": _("Project %(code)s was taken out of the draft."),
    "assembly.vote_frozen": _("The rules, the choices and the budget were frozen (SHA-256 %(digest)s)."),
    "assembly.codes_made": _("Codes were made for letters (%(count)s)."),
    "assembly.codes_dropped": _("Every code was made worthless (%(count)s)."),
    "assembly.code_replaced": _("A lost letter was replaced by another code."),
    "assembly.list_imported": _("A list of %(count)s lines was added to the roll."),
    "assembly.vote_links_sent": _("A personal link was sent to whoever had not voted (%(count)s)."),
    "assembly.people_enrolled": _("People of the directory were put on the roll (%(count)s)."),
    "assembly.roll_printed": _("The roll was printed, to be struck by hand."),
    "assembly.added_at_desk": _("Somebody was added to the roll at a desk, on proof."),
    "assembly.paper_given": _("A line of the roll was struck at a desk (%(channel)s)."),
    "assembly.paper_taken_back": _("The strike of a line of the roll was taken back."),
    "assembly.batch_opened": _("Bundle %(code)s was opened: %(papers)s sheets counted."),
    "assembly.papers_recounted": _("The sheets of bundle %(code)s were counted again: %(before)s, now %(papers)s."),
    "assembly.reading_changed": _("Sheet %(sheet)s of bundle %(code)s was typed again by its only reader."),
    "assembly.sheet_read_again": _("The readings of sheet %(sheet)s of bundle %(code)s were set aside."),
    "assembly.vote_closed": _("The vote was closed: %(count)s voters, %(ballots)s ballots in the box so far."),
    "assembly.vote_counted": _("The ballots were counted under the rule %(rule)s (SHA-256 %(digest)s)."),
    "assembly.count_departed_from": _("A signed decision departs from the count on project %(code)s."),
    "assembly.vote_published": _("The result became public (SHA-256 %(digest)s)."),
}
