"""What the journal says of proximity units."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "proactive_desks.hours_set": _("Reports of units are due at %(by)s, and the board closes at %(closes)s."),
    "proactive_desks.unit_opened": _("A proximity unit was opened, until %(until)s."),
    "proactive_desks.unit_changed": _("The territory of a unit was put right."),
    "proactive_desks.unit_joined": _("Somebody joined a unit, or another lead was named."),
    "proactive_desks.unit_left": _("Somebody left a unit."),
    "proactive_desks.unit_decided": _("It was decided what becomes of a unit."),
    "proactive_desks.doctrine_written": _("Version %(number)s of the doctrine was written."),
    "proactive_desks.doctrine_published": _("Version %(number)s of the doctrine was published."),
    "proactive_desks.doctrine_read": _("A unit said that it read version %(number)s of the doctrine."),
    "proactive_desks.facility_added": _("A facility was added."),
    "proactive_desks.facility_changed": _("A facility was put right."),
    "proactive_desks.facility_closed": _("A facility was set aside."),
    "proactive_desks.facility_visited": _("A unit visited or called a facility."),
    "proactive_desks.facilities_imported": _("A sheet of %(count)s facilities was brought in."),
    "proactive_desks.need_noted": _("A need of a facility was noted."),
    "proactive_desks.need_taken": _("Somebody took a need of a facility in hand."),
    "proactive_desks.need_told": _("News of a need of a facility was given."),
    "proactive_desks.need_closed": _("A need of a facility was closed, met or not."),
    "proactive_desks.arrangement_noted": _("An arrangement made on the spot was noted."),
    "proactive_desks.centre_asked": _("A unit asked the centre something."),
    "proactive_desks.centre_answered": _("The centre answered a unit."),
    "proactive_desks.report_sent": _("The report of %(day)s was sent by a unit."),
    "proactive_desks.report_corrected": _("The report of %(day)s was corrected by a unit."),
    "proactive_desks.visit_entrusted": _("A visit to somebody was entrusted to a unit, until %(until)s."),
    "proactive_desks.visit_taken_back": _("A visit entrusted to a unit was taken back."),
    "proactive_desks.visit_tried": _("A unit made a visit and nobody was there."),
    "proactive_desks.visit_told": _("A unit said what came of a visit."),
    "proactive_desks.unit_reminded": _("A unit was reminded of what is awaited from it."),
}
