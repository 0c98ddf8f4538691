"""What waits about proximity units, each with its age: reports, visits, needs, questions, last days (rule 2)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.pistes.contact.proactive_desks.models import (
    CentreQuestion,
    DailyReport,
    EntrustedVisit,
    FieldNeed,
    ProximityUnit,
)
from reflexes.pistes.contact.proactive_desks.perms_units import visible_questions, visible_units
from reflexes.pistes.contact.proactive_desks.services.units import hours_of, moment_of
from reflexes.pistes.contact.proactive_desks.services.units_needs import find_needs
from reflexes.pistes.contact.proactive_desks.services.units_visits import late_visits

LOOKED_BACK = 7


@dataclass(frozen=True, slots=True)
class Silence:
    """So many things of one kind wait, the oldest since then."""

    code: str
    count: int
    since: date | datetime


def questions_waiting(actor: Actor) -> QuerySet[CentreQuestion]:
    """Return the questions that the centre owes an answer, the one due first first."""
    return visible_questions(actor).filter(answered_at=None).order_by("due_at", "pk")


def units_past_end(actor: Actor) -> QuerySet[ProximityUnit]:
    """Return the units whose last day passed without anybody saying what becomes of them."""
    return visible_units(actor).filter(ended_on=None, ends_on__lt=clock.today()).order_by("ends_on", "pk")


def needs_without_news(actor: Actor) -> QuerySet[FieldNeed]:
    """Return the needs of which nobody said anything for too long."""
    return find_needs(actor, state="silent").order_by("news_at", "pk")


def missing_reports(actor: Actor) -> list[tuple[date, ProximityUnit]]:
    """Return which unit did not report which day of the last week, the oldest first; today once its hour passed."""
    today = clock.today()
    first = today - timedelta(days=LOOKED_BACK)
    units = list(visible_units(actor).order_by("search", "pk"))
    sent = set(
        DailyReport.objects.filter(unit__in=[unit.pk for unit in units], day__gte=first)
        .exclude(sent_at=None)
        .order_by("pk")
        .values_list("unit_id", "day")
    )
    due_today = clock.now() >= moment_of(today, hours_of(actor.organisation_id).reports_by)
    days = [first + timedelta(days=number) for number in range(LOOKED_BACK + due_today)]
    return [(day, unit) for day in days for unit in units if unit.reports_on(day) and (unit.pk, day) not in sent]


def _first(
    rows: QuerySet[FieldNeed] | QuerySet[CentreQuestion] | QuerySet[EntrustedVisit] | QuerySet[ProximityUnit],
    since: str,
) -> tuple[int, date | datetime] | None:
    oldest = rows.order_by(since, "pk").values_list(since, flat=True).first()
    return (rows.count(), oldest) if oldest is not None else None


def _reports(actor: Actor) -> tuple[int, date | datetime] | None:
    missing = missing_reports(actor)
    return (len(missing), missing[0][0]) if missing else None


READERS: dict[str, Callable[[Actor], tuple[int, date | datetime] | None]] = {
    "reports_missing": _reports,
    "questions_waiting": lambda actor: _first(questions_waiting(actor), "asked_at"),
    "needs_without_news": lambda actor: _first(needs_without_news(actor), "news_at"),
    "visits_late": lambda actor: _first(late_visits(visible_units(actor)), "due_on"),
    "units_past_end": lambda actor: _first(units_past_end(actor), "ends_on"),
}


def silences(actor: Actor) -> list[Silence]:
    """Return what waits for somebody about the units that ``actor`` sees."""
    found = [(code, read(actor)) for code, read in READERS.items()]
    return [Silence(code, *said) for code, said in found if said is not None]
