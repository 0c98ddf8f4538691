"""The report of a day in five minutes, and the board where a missing one shows as missing, never as zero (P12 (10))."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.models import (
    CentreQuestion,
    DailyReport,
    FieldNeed,
    Negotiation,
    ProximityUnit,
    ReportHours,
    UnitMember,
    Visit,
)
from reflexes.pistes.contact.proactive_desks.perms_units import CHIEFS, check_centre, check_writing, visible_units
from reflexes.pistes.contact.proactive_desks.services.units import hours_of, moment_of
from reflexes.pistes.contact.proactive_desks.services.units_agreements import ask_centre
from reflexes.pistes.contact.proactive_desks.services.units_doctrine import doctrine_in_force
from reflexes.pistes.contact.proactive_desks.services.units_visits_figures import Homes, homes

# A report written on paper is typed within the week.
LATEST_DAYS = 7
LONGEST = 2000
MOST = 9999


@dataclass(frozen=True, slots=True)
class Figures:
    """The four figures of a day."""

    visits: int = 0
    needs_noted: int = 0
    needs_met: int = 0
    arrangements: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Figures)))


NAMES = tuple(one.name for one in fields(Figures))


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form of a report holds; a figure that nobody typed is None and follows what is counted."""

    figures: Mapping[str, int | None] = field(default_factory=dict)
    went_well: str = ""
    stuck: str = ""
    wanted: str = ""


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of ``day`` and the first of the next, on the clock of the site's time zone."""
    midnight = datetime.min.time()
    return moment_of(day, midnight), moment_of(day + timedelta(days=1), midnight)


def counted(units: Iterable[int], day: date) -> dict[int, Figures]:
    """Return what was written during ``day`` by each unit, in four questions whatever their number."""
    wanted, (start, end) = list(units), bounds_of(day)
    found: dict[int, dict[str, int]] = {pk: {} for pk in wanted}
    asked = {
        "visits": Visit.objects.filter(on=day),
        "needs_noted": FieldNeed.objects.filter(opened_at__gte=start, opened_at__lt=end),
        "needs_met": FieldNeed.objects.filter(state=FieldNeed.State.MET, closed_at__gte=start, closed_at__lt=end),
        "arrangements": Negotiation.objects.filter(on=day),
    }
    for name, rows in asked.items():
        totals = rows.filter(unit_id__in=wanted).order_by("unit_id").values_list("unit_id").annotate(total=Count("pk"))
        for unit_id, total in totals:
            found[unit_id][name] = total
    return {pk: Figures(**values) for pk, values in found.items()}


def report_of(unit: ProximityUnit, day: date) -> DailyReport | None:
    """Return the report of a unit for a day, sent or being typed."""
    return DailyReport.objects.filter(unit=unit, day=day).select_related("by").first()


def figures_of(report: DailyReport | None, found: Figures) -> Figures:
    """Return the figures of a report: those typed, else those counted."""
    if report is None:
        return found
    return Figures(**{name: getattr(found if getattr(report, name) is None else report, name) for name in NAMES})


def can_correct(report: DailyReport, hours: ReportHours) -> bool:
    """Tell whether a report may still be put right: until the board of its day closes."""
    return clock.now() < moment_of(report.day, hours.closes_at)


def check_reporting(actor: Actor, unit: ProximityUnit, day: date) -> None:
    """Refuse a day of which this unit owes no report, a day to come, and one too far back."""
    check_writing(actor, unit)
    if day > clock.today():
        raise Refusal("day_to_come", _("This day is to come: it is reported once it is lived."))
    if (clock.today() - day).days > LATEST_DAYS:
        raise Refusal("day_old", _("A report is typed within the week. This day is too far back."))
    if not unit.reports_on(day):
        raise Refusal("not_at_work", _("This unit was not at work on that day: no report is expected."))


def do_save_report(*, actor: Actor, unit: ProximityUnit, day: date, typed: Typed, version: int) -> DailyReport:
    """Save a report while it is typed; nobody reads it at the centre before it is sent.

    Raises Refusal (a conflict) when somebody else saved it since ``version``, or once it was sent.
    """
    check_reporting(actor, unit, day)
    with transaction.atomic():
        report = _held(actor, unit, day, version, own=False)
        if report.sent_at is not None:
            raise Refusal("sent_already", _("This report was sent. Send it again to correct it."), conflict=True)
        _fill(report, typed, counted([unit.pk], day)[unit.pk], fixed=False)
        _store(actor, report)
    return report


def do_send_report(
    *,
    actor: Actor,
    unit: ProximityUnit,
    day: date,
    typed: Typed,
    version: int,
    channel: str = DailyReport.Channel.WEB,
) -> DailyReport:
    """Send the report of a day, or put it right until the board closes. A late one is taken, and says its hour.

    What the unit wants of the centre becomes a question with an answer owed.
    """
    check_reporting(actor, unit, day)
    if channel not in DailyReport.Channel.values:
        raise Refusal("channel", _("Say how this report reached you."))
    with transaction.atomic():
        report = _held(actor, unit, day, version, own=True)
        again = report.sent_at is not None
        if again and not can_correct(report, hours_of(unit.organisation_id)):
            raise Refusal(
                "board_closed", _("The board of that day is closed: the report stays as it was read."), conflict=True
            )
        _fill(report, typed, counted([unit.pk], day)[unit.pk], fixed=True)
        _count_homes(report)
        report.channel = channel
        if again:
            report.corrected_at = clock.now()
        else:
            report.sent_at = clock.now()
        _store(actor, report)
        _ask(actor, report)
        verb = "proactive_desks.report_corrected" if again else "proactive_desks.report_sent"
        record(
            actor=actor,
            verb=verb,
            object_kind="daily_report",
            object_key=report.pk,
            params={"unit": unit.pk, "day": str(day), "channel": channel},
        )
    return report


def _held(actor: Actor, unit: ProximityUnit, day: date, version: int, *, own: bool) -> DailyReport:
    """Return the report locked, or a new one; refuse when somebody else saved it meanwhile.

    With ``own``, what the same person saved last is theirs to send: their page may save while they press the button.
    """
    report = DailyReport.objects.select_for_update().filter(unit=unit, day=day).first()
    if report is None:
        return DailyReport(unit=unit, day=day, version=0)
    if report.version != version and not (own and report.by_id == actor.person_id):
        raise _elsewhere()
    return report


def _elsewhere() -> Refusal:
    return Refusal(
        "typed_elsewhere",
        _("Somebody of the unit is typing this report too. Copy your words, open it again, and go on from theirs."),
        conflict=True,
    )


def _fill(report: DailyReport, typed: Typed, found: Figures, *, fixed: bool) -> None:
    for name in NAMES:
        said, known = typed.figures.get(name), getattr(found, name)
        if said is not None and not 0 <= said <= MOST:
            raise Refusal("figure", _("A figure is written from zero to 9999. Read it again."))
        figure = known if said is None else said
        setattr(report, name, figure if fixed or figure != known else None)
    for name in ("went_well", "stuck", "wanted"):
        setattr(report, name, getattr(typed, name).strip()[:LONGEST])


def homes_of(units: Iterable[int], day: date) -> list[Homes]:
    """Return the visits that calls asked of some units, by unit and place, as ``day`` saw them."""
    return homes(units, day, *bounds_of(day))


def _count_homes(report: DailyReport) -> None:
    found = homes_of([report.unit_id], report.day)
    report.homes_asked, report.homes_made = sum(one.asked for one in found), sum(one.made for one in found)
    report.homes_waiting = sum(one.waiting for one in found)


def _store(actor: Actor, report: DailyReport) -> None:
    report.saved_at, report.by_id = clock.now(), actor.person_id
    report.version += 1
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:
        raise _elsewhere() from error


def _ask(actor: Actor, report: DailyReport) -> None:
    """Make what the unit wants a question to the centre, and keep it true while nobody answered."""
    question = CentreQuestion.objects.select_for_update().filter(report=report).first()
    if question is None:
        if report.wanted:
            ask_centre(actor, report.unit, report.wanted, report=report)
    elif question.answered_at is None and not report.wanted:
        question.delete()
    elif question.answered_at is None and question.words != report.wanted:
        question.words = report.wanted
        question.save(update_fields=["words"])


@dataclass(frozen=True, slots=True)
class Line:
    """One unit on the board. ``figures`` is None while it has not reported: nothing known is no zero."""

    unit: ProximityUnit
    report: DailyReport | None
    typing: bool
    figures: Figures | None
    chiefs: list[UnitMember]
    waiting: int
    urgent: int
    oldest: datetime | None
    questions: list[CentreQuestion]
    unread: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Every unit at work on a day, by name: read side by side, never ranked."""

    day: date
    due: datetime
    closes: datetime
    lines: list[Line]

    @property
    def missing(self) -> list[Line]:
        """Return the units that have not reported."""
        return [line for line in self.lines if line.report is None]

    @property
    def reported(self) -> list[Line]:
        """Return the units that have."""
        return [line for line in self.lines if line.report is not None]

    @property
    def totals(self) -> Figures:
        """Return the sum of what was reported: a missing unit adds nothing, and its name says so."""
        return sum((line.figures for line in self.lines if line.figures is not None), Figures())


def board(actor: Actor, day: date) -> Board:
    """Return the board of a day, in as many questions whatever the number of units and facilities."""
    check_centre(actor)
    hours = hours_of(actor.organisation_id)
    chiefs = UnitMember.objects.filter(place__in=CHIEFS, left_on=None).select_related("person").order_by("-place", "pk")
    asked = CentreQuestion.objects.filter(answered_at=None).order_by("due_at", "pk")
    units = list(
        visible_units(actor)
        .filter(Q(ended_on=None) | Q(ended_on__gte=day), starts_on__lte=day)
        .select_related("doctrine")
        .prefetch_related(Prefetch("members", chiefs, "chiefs"), Prefetch("questions", asked, "asked"))
        .order_by("search", "pk")
    )
    reports = {
        one.unit_id: one
        for one in DailyReport.objects.filter(unit__in=[unit.pk for unit in units], day=day).select_related("by")
    }
    needs = {row["unit_id"]: row for row in _waiting(units)}
    last = doctrine_in_force(actor.organisation_id, actor.exercise_id)
    lines = [_line(unit, reports.get(unit.pk), needs.get(unit.pk, {}), last.pk if last else None) for unit in units]
    return Board(day, moment_of(day, hours.reports_by), moment_of(day, hours.closes_at), lines)


def _waiting(units: list[ProximityUnit]) -> Iterable[dict[str, object]]:
    waiting = FieldNeed.objects.filter(unit__in=[unit.pk for unit in units], closed_at=None)
    return (
        waiting.order_by("unit_id")
        .values("unit_id")
        .annotate(
            total=Count("pk"),
            urgent=Count("pk", filter=Q(urgency=FieldNeed.Urgency.TODAY)),
            oldest=Min("opened_at"),
        )
    )


def _line(unit: ProximityUnit, report: DailyReport | None, needs: Mapping[str, object], last: int | None) -> Line:
    sent = report if report is not None and report.sent_at is not None else None
    oldest = needs.get("oldest")
    return Line(
        unit=unit,
        report=sent,
        typing=report is not None and sent is None,
        figures=figures_of(sent, Figures()) if sent else None,
        chiefs=unit.chiefs,  # type: ignore[attr-defined]
        waiting=int(str(needs.get("total", 0))),
        urgent=int(str(needs.get("urgent", 0))),
        oldest=oldest if isinstance(oldest, datetime) else None,
        questions=unit.asked,  # type: ignore[attr-defined]
        unread=last is not None and unit.doctrine_id != last,
    )
