"""The morning sheet: one page for whoever directs, on screen, on paper and by mail at 7:45 (screens.md 9; P12 (b)).

The sequence in force, five sentences, then figures with their source and their time. A unit that has not reported is
named: it is never a zero.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.crisis.models import Sequence
from reflexes.mechanisms.crisis.services import sequence_in_force
from reflexes.mechanisms.directory import roles
from reflexes.pistes.contact.proactive_desks.models import (
    CentreQuestion,
    Doctrine,
    Facility,
    FieldNeed,
    UnitDecision,
)
from reflexes.pistes.contact.proactive_desks.perms_units import check_centre
from reflexes.pistes.contact.proactive_desks.services.morning_figures import (
    Figure,
    figures_of_calls,
    told_to_callers,
)
from reflexes.pistes.contact.proactive_desks.services.units import moment_of
from reflexes.pistes.contact.proactive_desks.services.units_reports import Board, board, bounds_of
from reflexes.pistes.contact.proactive_desks.services.units_silences import units_past_end
from reflexes.web.words import age_words

SENT_AT = time(7, 45)
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Said:
    """One of the five sentences: what it is about, and what there is to say."""

    about: str
    words: str


@dataclass(frozen=True, slots=True)
class Morning:
    """The sheet of a morning: what the evening before left."""

    day: date
    about: date
    made_at: datetime
    sequence: Sequence | None
    sentences: list[Said]
    missing: list[str]
    figures: list[Figure] = field(default_factory=list)


def reader_of(organisation_id: int, exercise_id: int | None = None) -> Actor:
    """Return who reads the sheet of an organisation when the worker makes it: its director, in no name."""
    return Actor(role=roles.DIRECTOR, organisation_id=organisation_id, exercise_id=exercise_id)


def compose(actor: Actor, day: date) -> Morning:
    """Return the sheet of the morning of ``day`` for the organisation of ``actor``, in the reader's language."""
    check_centre(actor)
    about = day - timedelta(days=1)
    seen = board(actor, about)
    facts = _Facts(actor, day, about)
    return Morning(
        day=day,
        about=about,
        made_at=clock.now(),
        sequence=sequence_in_force(),
        sentences=[
            Said(_("What waits"), _waits(facts)),
            Said(_("What broke"), _broke(facts, seen)),
            Said(_("What was decided"), _decided(facts)),
            Said(_("What needs you today before noon"), _needs_you(facts)),
            Said(_("What got better"), _better(facts)),
        ],
        missing=[line.unit.name for line in seen.missing],
        figures=[*_figures(facts, seen), *figures_of_calls(actor, about)],
    )


class _Facts:
    """What is read once for the sentences and the figures."""

    def __init__(self, actor: Actor, day: date, about: date) -> None:
        start, end = bounds_of(about)
        self.day, self.start, self.end = day, start, end
        world = {"organisation_id": actor.organisation_id, "exercise_id": actor.exercise_id}
        of_units = {f"unit__{name}": value for name, value in world.items()}
        needs = FieldNeed.objects.filter(**of_units)
        self.waiting = needs.filter(closed_at=None).aggregate(
            total=Count("pk"),
            urgent=Count("pk", filter=Q(urgency=FieldNeed.Urgency.TODAY)),
            oldest=Min("opened_at"),
        )
        closed = needs.filter(closed_at__gte=start, closed_at__lt=end)
        self.met = closed.filter(state=FieldNeed.State.MET).count()
        self.not_met = list(
            closed.filter(state=FieldNeed.State.NOT_MET).select_related("facility").order_by("closed_at", "pk")
        )
        questions = CentreQuestion.objects.filter(**of_units)
        self.questions = list(questions.filter(answered_at=None).select_related("unit").order_by("due_at", "pk"))
        self.answered = questions.filter(answered_at__gte=start, answered_at__lt=end).count()
        self.past_end = list(units_past_end(actor))
        self.told = told_to_callers(actor)
        self.decisions = list(
            UnitDecision.objects.filter(at__gte=start, at__lt=end, **of_units)
            .select_related("unit")
            .order_by("at", "pk")
        )
        self.doctrine = Doctrine.objects.filter(published_at__gte=start, published_at__lt=end, **world).last()
        facilities = Facility.objects.filter(closed_on=None, **world)
        self.supported = facilities.exclude(unit=None).count()
        self.seen = facilities.filter(visits__on=about).distinct().count()


def _waits(facts: _Facts) -> str:
    total = facts.waiting["total"]
    if not total and not facts.questions and not facts.told.open:
        return _("Nothing waits: every need has its end, and every question its answer.")
    said = []
    if total:
        needs = ngettext("%(count)d need waits in a facility", "%(count)d needs wait in facilities", total)
        urgent = facts.waiting["urgent"]
        today = ngettext(", %(count)d of them for today", ", %(count)d of them for today", urgent) if urgent else ""
        oldest = _("the oldest %(age)s") % {"age": age_words(facts.waiting["oldest"])}
        said.append((needs % {"count": total}) + (today % {"count": urgent}) + f", {oldest}.")
    if facts.questions:
        asked = len(facts.questions)
        words = ngettext(
            "%(count)d question of the units has no answer yet.",
            "%(count)d questions of the units have no answer yet.",
            asked,
        )
        said.append(words % {"count": asked})
    if facts.told.oldest is not None:
        told = ngettext(
            "%(count)d need told on the telephone waits, the oldest %(age)s.",
            "%(count)d needs told on the telephone wait, the oldest %(age)s.",
            facts.told.open,
        )
        said.append(told % {"count": facts.told.open, "age": age_words(facts.told.oldest)})
    return " ".join(said)


def _broke(facts: _Facts, seen: Board) -> str:
    said = []
    if facts.not_met:
        first, count = facts.not_met[0], len(facts.not_met)
        words = ngettext("%(count)d need was not met", "%(count)d needs were not met", count) % {"count": count}
        said.append(
            _("%(needs)s: %(place)s. %(why)s")
            % {"needs": words, "place": first.facility.name, "why": _short(first.outcome)}
        )
    if seen.missing:
        names = _listed([line.unit.name for line in seen.missing])
        said.append(
            ngettext("%(names)s has not reported.", "%(names)s have not reported.", len(seen.missing))
            % {"names": names}
        )
    stuck = next((line for line in seen.reported if line.report and line.report.stuck), None)
    if stuck and stuck.report and not facts.not_met:
        said.append(_("%(unit)s says: “%(words)s”") % {"unit": stuck.unit.name, "words": _short(stuck.report.stuck)})
    return " ".join(said) or _("Nothing that we know of.")


def _decided(facts: _Facts) -> str:
    said = [
        _("%(unit)s: %(verdict)s.") % {"unit": one.unit.name, "verdict": one.get_verdict_display()}
        for one in facts.decisions[:2]
    ]
    if facts.doctrine:
        said.append(_("Version %(number)s of the doctrine was published.") % {"number": facts.doctrine.number})
    if facts.answered:
        answered = ngettext(
            "%(count)d question of a unit was answered.", "%(count)d questions of units were answered.", facts.answered
        )
        said.append(answered % {"count": facts.answered})
    return " ".join(said) or _("Nothing was decided.")


def _needs_you(facts: _Facts) -> str:
    noon = moment_of(facts.day, NOON)
    due = [one for one in facts.questions if one.due_at <= noon]
    said = []
    if due:
        words = ngettext(
            "%(count)d answer is owed to a unit before noon, first to %(unit)s: “%(words)s”",
            "%(count)d answers are owed to units before noon, first to %(unit)s: “%(words)s”",
            len(due),
        )
        said.append(words % {"count": len(due), "unit": due[0].unit.name, "words": _short(due[0].words)})
    if facts.told.urgent:
        words = ngettext(
            "%(count)d emergency told on the telephone is still open.",
            "%(count)d emergencies told on the telephone are still open.",
            facts.told.urgent,
        )
        said.append(words % {"count": facts.told.urgent})
    if facts.past_end:
        names = _listed([unit.name for unit in facts.past_end])
        words = ngettext(
            "The last day of %(names)s has passed: say whether it goes on.",
            "The last day of %(names)s has passed: say whether they go on.",
            len(facts.past_end),
        )
        said.append(words % {"names": names})
    return " ".join(said) or _("Nothing before noon.")


def _better(facts: _Facts) -> str:
    if not facts.met and not facts.seen:
        return _("Nothing closed yesterday.")
    if not facts.met:
        seen = ngettext(
            "%(count)d facility was visited or called.", "%(count)d facilities were visited or called.", facts.seen
        )
        return seen % {"count": facts.seen}
    met = ngettext("%(count)d need was met", "%(count)d needs were met", facts.met) % {"count": facts.met}
    seen = ngettext(
        "%(count)d facility was visited or called", "%(count)d facilities were visited or called", facts.seen
    ) % {"count": facts.seen}
    return _("%(met)s, %(seen)s.") % {"met": met, "seen": seen}


def _figures(facts: _Facts, seen: Board) -> list[Figure]:
    if not seen.lines and not facts.supported:
        return []
    reports = _("reports of units, %(sent)d of %(due)d") % {"sent": len(seen.reported), "due": len(seen.lines)}
    known, totals = bool(seen.reported), seen.totals
    return [
        Figure(_("Units that reported"), len(seen.reported), _("board of units")),
        Figure(_("Visits and calls"), totals.visits if known else None, reports),
        Figure(_("Needs noted"), totals.needs_noted if known else None, reports),
        Figure(_("Needs met"), totals.needs_met if known else None, reports),
        Figure(_("Arrangements made on the spot"), totals.arrangements if known else None, reports),
        Figure(_("Needs that wait now"), facts.waiting["total"], _("list of needs")),
        Figure(_("Questions without answer"), len(facts.questions), _("questions to the centre")),
        Figure(_("Facilities supported"), facts.supported, _("list of facilities")),
    ]


def _short(words: str, length: int = 140) -> str:
    line = " ".join(words.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _listed(names: list[str]) -> str:
    """Return names as one says them: all of them up to four, then how many more."""
    if len(names) > 4:
        return ", ".join(names[:4]) + " " + _("and %(count)d more") % {"count": len(names) - 4}
    return ", ".join(names)
