"""What the journal says of campaigns of calls, of the call desk and of proximity units."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.pistes.contact.proactive_desks.sentences_desk import SENTENCES as OF_THE_DESK
from reflexes.pistes.contact.proactive_desks.sentences_units import SENTENCES as OF_UNITS

SENTENCES: dict[str, "str | Promise"] = {
    "proactive_desks.campaign_prepared": _("A campaign of calls was prepared."),
    "proactive_desks.campaign_changed": _("What a campaign of calls says was changed."),
    "proactive_desks.campaign_opened": _("The calls of a campaign began."),
    "proactive_desks.campaign_paused": _("The calls of a campaign were paused."),
    "proactive_desks.campaign_ended": _("A campaign of calls ended."),
    "proactive_desks.hours_widened": _("Calls were allowed outside the usual hours until %(until)s."),
    "proactive_desks.hours_narrowed": _("Calls are made at the usual hours again."),
    "proactive_desks.batch_taken": _("%(count)s people to call were written from a sheet."),
    "proactive_desks.batch_undone": _("A sheet was undone: %(count)s people to call were deleted."),
    "proactive_desks.caller_invited": _("Somebody was invited to call, at level %(level)s."),
    "proactive_desks.caller_rested": _("A caller was asked to have a break."),
    "proactive_desks.caller_left": _("Somebody no longer calls in a campaign."),
    "proactive_desks.buddy_named": _("A buddy was named for a caller."),
    "proactive_desks.level_set": _("A caller gets calls of level %(level)s."),
    "proactive_desks.list_lent": _("%(count)s people were lent to a caller on paper, for a day."),
    "proactive_desks.task_taken": _("Somebody takes over a person who does not answer."),
    "proactive_desks.task_done": _("What came of a person who does not answer was said."),
    "proactive_desks.recurring_set": _("Somebody is called again every %(days)s days, until %(until)s."),
    "proactive_desks.recurring_stopped": _("Somebody is no longer called again every few days."),
    **OF_THE_DESK,
    **OF_UNITS,
}
