"""A plan as a person reads it in a terminal: sentences, then what is missing, then who was not used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.mechanisms.allocation import reasons
from reflexes.mechanisms.allocation.reasons import Names
from reflexes.web import words

if TYPE_CHECKING:
    from reflexes.engines import matching
    from reflexes.mechanisms.allocation.sheets.joining import Place, Sheets
    from reflexes.mechanisms.allocation.sheets.services import Explanation, Left, Report

MOST_BOTTLENECKS = 8


def names_of(sheets: "Sheets") -> Names:
    """Return what the sheets call things: one set of labels for skills, hosts and kinds."""
    return Names(skills=sheets.labels, organisations=sheets.labels, kinds=sheets.labels)


def begun(sentence: str) -> str:
    """Return a sentence with a capital first, the rest untouched.

    >>> begun("élan de Julie")
    'Élan de Julie'
    """
    return sentence[:1].upper() + sentence[1:]


def report_lines(report: "Report") -> Iterator[str]:
    """Yield the lines of a plan."""
    names = names_of(report.sheets)
    yield from _summary(report)
    yield from _plan(report)
    yield from _section(_("Needs with places left"), _unfilled(report))
    yield from _section(_("What is missing most"), _bottlenecks(report, names))
    yield from _section(_("Not kept from the earlier plan"), [left_words(report, left, names) for left in report.left])
    yield from _section(_("Who is in the plan, out of who came forward"), _spread(report, names))


def _summary(report: "Report") -> Iterator[str]:
    plan = report.plan
    if report.stopped:
        yield _("Stopped before the end: here is the best plan found so far.")
    for priority, (filled, asked) in sorted(plan.filled_by_priority.items(), reverse=True):
        line = _("%(priority)s needs: places filled, %(filled)s of %(asked)s.")
        about = {"priority": reasons.PRIORITIES.get(priority, priority), "filled": filled, "asked": asked}
        yield begun(line % about)
    people = len({person for person, _place in plan.assignments})
    missions = ngettext("%(count)s half-day", "%(count)s half-days", plan.filled) % {"count": plan.filled}
    yield _("%(missions)s, people used: %(people)s of %(pool)s, %(km)s in all, soft wishes missed: %(soft)s.") % {
        "missions": missions,
        "people": people,
        "pool": len(report.sheets.people),
        "km": words.km_words(plan.km),
        "soft": plan.soft_missed,
    }
    yield proof_words(report)
    yield _("Seed of the lots: %(seed)s. The same sheets and the same seed give the same plan.") % {"seed": plan.seed}


def proof_words(report: "Report") -> str:
    """Return whether the plan is proven the best, or how far it may be."""
    plan = report.plan
    if plan.optimal:
        return _("Proven: no plan fills more, and none that fills as much costs fewer kilometres and wishes.")
    if plan.gap is None:
        return _("Not proven: a simple rule made this plan (highest priority, scarcest, nearest).")
    where = _("of the places") if plan.gap_at == "places" else _("of the kilometres and wishes")
    return _("Not proven to the end: a better plan would gain at most %(gap)s %% %(where)s.") % {
        "gap": reasons.number_words(100 * plan.gap, 2),
        "where": where,
    }


def _plan(report: "Report") -> Iterator[str]:
    coming: dict[str, list[str]] = {}
    for pair in report.plan.assignments:
        person = report.sheets.people[pair[0]]
        coming.setdefault(pair[1], []).append(f"{person.name} ({_way(report.km[pair])})")
    places = sorted(report.sheets.places.values(), key=lambda place: (place.half_day, -place.need.priority, place.id))
    day = ""
    for place in places:
        if place.id not in coming:
            continue
        if place.half_day != day:
            day = place.half_day
            yield ""
            yield begun(reasons.half_day_words(day))
        yield _("- %(need)s, %(filled)s of %(asked)s: %(people)s.") % {
            "need": need_words(place),
            "filled": len(coming[place.id]),
            "asked": place.need.headcount,
            "people": ", ".join(sorted(coming[place.id])),
        }


def _way(km: float | None) -> str:
    return _("distance not known") if km is None else words.km_words(km)


def need_words(place: "Place") -> str:
    """Return a need as people call it, with its identifier and its host when the title does not say it."""
    row = place.need
    host = f", {row.host}" if row.host and row.host not in row.title else ""
    return f"{row.title}{host} [{place.id}]"


def _unfilled(report: "Report") -> list[str]:
    lines = []
    for one in report.plan.unfilled:
        place = report.sheets.places[one.demand]
        lines.append(
            _("%(need)s, %(when)s, %(priority)s: %(missing)s missing of %(asked)s. %(why)s %(counts)s")
            % {
                "need": need_words(place),
                "when": reasons.half_day_words(place.half_day),
                "priority": reasons.PRIORITIES[place.need.priority],
                "missing": one.missing,
                "asked": place.need.headcount,
                "why": reasons.why_empty(one.why),
                "counts": " ".join(reasons.funnel(one.counts)),
            }
        )
    return lines


def _bottlenecks(report: "Report", names: Names) -> list[str]:
    told = [reasons.bottleneck(one, names) for one in report.bottlenecks[:MOST_BOTTLENECKS]]
    more = len(report.bottlenecks) - len(told)
    return [*told, _("and %(count)s more, all in --json.") % {"count": more}] if more else told


def left_words(report: "Report", left: "Left", names: Names) -> str:
    """Return why one line of the earlier plan is not in this one."""
    person, place = report.sheets.people[left.pair[0]], report.sheets.places[left.pair[1]]
    if left.reasons:
        why = " ".join(reasons.sentences(left.reasons, names))
    elif left.price is not None:
        why = " ".join(reasons.price(left.price, report.plan.seed))
    else:
        why = _("Keeping it would cost more elsewhere.")
    return _("%(person)s on %(need)s, %(when)s. %(why)s") % {
        "person": person.name,
        "need": need_words(place),
        "when": reasons.half_day_words(place.half_day),
        "why": why,
    }


def _spread(report: "Report", names: Names) -> list[str]:
    """Return the spread by status, category, age and sex; of the services, only those with a skew."""
    traits, ages = list(reasons.TRAITS), list(reasons.AGE_BANDS)

    def order(row: "matching.SpreadRow") -> tuple[int, int, str]:
        band = ages.index(row.value) if row.value in ages else 0
        return traits.index(row.trait) if row.trait in traits else len(traits), band, row.value

    rows = [row for row in report.spread if row.trait != "unit" or row.skewed]
    return [reasons.spread(row, names) for row in sorted(rows, key=order)]


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"- {line}" for line in lines)


def explanation_lines(explanation: "Explanation", sheets: "Sheets") -> Iterator[str]:
    """Yield why a person is or is not on a need."""
    names, place = names_of(sheets), explanation.place
    about = {
        "person": explanation.person.name,
        "need": need_words(place),
        "when": reasons.half_day_words(place.half_day),
    }
    if explanation.chosen:
        yield _("%(person)s is in the plan for %(need)s, %(when)s.") % about
    elif explanation.reasons:
        yield _("%(person)s cannot come to %(need)s, %(when)s:") % about
        yield from (f"- {line}" for line in reasons.sentences(explanation.reasons, names))
    elif explanation.price is not None:
        yield _("%(person)s could come to %(need)s, %(when)s, and was not chosen:") % about
        yield from (f"- {line}" for line in reasons.price(explanation.price, explanation.seed))
