"""What is silent in the field, thing by thing, and a reminder to its lead and deputy from the same line (rule 2)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import messages_visits
from reflexes.pistes.contact.proactive_desks.models import EntrustedVisit, FieldNeed, ProximityUnit
from reflexes.pistes.contact.proactive_desks.perms_units import check_managing, check_world, visible_units
from reflexes.pistes.contact.proactive_desks.services.units_reports import bounds_of
from reflexes.pistes.contact.proactive_desks.services.units_silences import missing_reports, needs_without_news
from reflexes.pistes.contact.proactive_desks.services.units_visits import late_visits

SHOWN = 100
# What a unit may be reminded of: subject and sentence, in the language of whoever reads them.
REMINDERS = {
    "report": (
        _("Your report is awaited"),
        _("The centre has not received a report of your unit. Five minutes are enough: figures are counted already."),
    ),
    "visits": (
        _("A visit without news"),
        _("The day of a visit entrusted to your unit has passed. Say what came of it, or that nobody could go."),
    ),
    "needs": (
        _("A need without news"),
        _("Nothing was said for days of a need of a facility that you support. Say where it stands, even so."),
    ),
}


@dataclass(frozen=True, slots=True)
class Silent:
    """What one unit says nothing of: so many things of one kind, the oldest since then; ``reminded`` today already."""

    what: str
    unit: ProximityUnit
    count: int
    since: date
    reminded: bool
    places: tuple[str, ...] = ()
    visits: tuple[EntrustedVisit, ...] = ()


def silent_units(actor: Actor) -> list[Silent]:
    """Return what units say nothing of, the oldest first: a fixed number of questions, whatever their number."""
    reminded = _reminded()
    found: dict[tuple[str, int], list[tuple[date, ProximityUnit, str, EntrustedVisit | None]]] = {}
    for day, unit in missing_reports(actor):
        found.setdefault(("report", unit.pk), []).append((day, unit, "", None))
    for visit in late_visits(visible_units(actor))[:SHOWN]:
        place = str(visit.task.callee.commune or "")
        found.setdefault(("visits", visit.unit_id), []).append((visit.due_on, visit.unit, place, visit))
    needs = needs_without_news(actor).select_related("unit", "facility")
    for need in needs[:SHOWN]:
        found.setdefault(("needs", need.unit_id), []).append(_of_need(need))
    lines = [
        Silent(
            what=what,
            unit=rows[0][1],
            count=len(rows),
            since=min(row[0] for row in rows),
            reminded=(what, pk) in reminded,
            places=tuple(dict.fromkeys(row[2] for row in rows if row[2])),
            visits=tuple(row[3] for row in rows if row[3] is not None),
        )
        for (what, pk), rows in found.items()
    ]
    return sorted(lines, key=lambda one: (one.since, one.unit.search, one.what))


def _of_need(need: FieldNeed) -> tuple[date, ProximityUnit, str, None]:
    return (timezone.localtime(need.news_at).date(), need.unit, need.facility.name, None)


def _reminded() -> set[tuple[str, int]]:
    """Return what was reminded today, to which unit."""
    start, _end = bounds_of(clock.today())
    keys = Message.objects.filter(key__startswith=f"{messages_visits.REMINDER}:", created_at__gte=start)
    asked = (key.split(":") for key in keys.order_by("pk").values_list("key", flat=True))
    return {(what, int(pk)) for _name, pk, what, day, *_rest in asked if day == str(clock.today())}


def do_remind(*, actor: Actor, unit: ProximityUnit, what: str) -> None:
    """Remind the lead and the deputy of a unit, once a day for each thing, while it is still silent."""
    check_managing(actor)
    check_world(actor, unit.exercise_id)
    if not any(one.what == what and one.unit.pk == unit.pk for one in silent_units(actor)):
        raise Refusal("not_silent", _("The unit has answered meanwhile: nothing is left to remind."), conflict=True)
    with transaction.atomic():
        messages_visits.remind_unit(unit, what, REMINDERS[what])
        record(
            actor=actor,
            verb="proactive_desks.unit_reminded",
            object_kind="proximity_unit",
            object_key=unit.pk,
            params={"what": what},
        )
