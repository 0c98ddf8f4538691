"""What the command line says of a draw."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.config.draws.services import Impossible, Prepared, ProblemError
from reflexes.core.sheets.problems import Problem
from reflexes.mechanisms.assembly.drawing.sheets import Sheets


def percent(value: float) -> str:
    """Return a chance as people read it.

    >>> percent(0.0699)
    '6.990 %'
    """
    return f"{value:.3%}".replace("%", " %")


def plan_lines(prepared: Prepared) -> Iterator[str]:
    """Say who may be drawn, with which chances, and what is proven."""
    selection = prepared.selection
    counts = {"size": selection.groups.size, "people": len(prepared.person_of), "profiles": selection.groups.count}
    yield _("%(size)s seats, %(people)s people, %(profiles)s profiles.") % counts
    yield _("Smallest chance with the %(tickets)s numbered tickets: %(chance)s.") % {
        "tickets": len(selection.tickets),
        "chance": percent(float(selection.ticket_minimum)),
    }
    yield _("Smallest chance of the best lottery there is: %(best)s. Nobody could promise more than: %(bound)s.") % {
        "best": percent(selection.optimum),
        "bound": percent(selection.ceiling),
    }
    if not selection.proven:
        yield _("This is not proven to be the best: the gap is %(gap)s.") % {
            "gap": percent(selection.ceiling - selection.optimum)
        }
    out = sum(int(selection.groups.people[group]) for group in selection.left_out)
    if out:
        yield ngettext(
            "%(count)s person can sit on no panel under these quotas: look at them before you publish.",
            "%(count)s people can sit on no panel under these quotas: look at them before you publish.",
            out,
        ) % {"count": out}
    if prepared.naive is not None:
        yield ngettext(
            "With the usual naive draw, about %(count)s person would have had practically no chance.",
            "With the usual naive draw, about %(count)s people would have had practically no chance.",
            prepared.naive.practically_none,
        ) % {"count": prepared.naive.practically_none}


def draw_lines(record: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    """Say the ticket and who sits, by the names given (else by pseudonym)."""
    draw, plan = record["draw"], record["plan"]
    if draw["rehearsal"]:
        yield _("This is a rehearsal: without --seed-source anyone can foresee the result. Draw in public with one.")
    yield _("Ticket %(number)s of %(tickets)s.") % {"number": draw["ticket"], "tickets": len(plan["tickets"])}
    for line in record["departures"]:
        yield _("%(left)s leaves (%(reason)s): %(came)s.") % {
            "left": names.get(line["left"], line["left"]),
            "reason": line["reason"],
            "came": came_words(line, names),
        }
    yield _("Who sits:")


def came_words(line: dict[str, Any], names: dict[str, str]) -> str:
    """Return who comes instead, and how they were found."""
    words = {"came": names.get(line["came"], line["came"]), "rank": line["rank"]}
    if line["manner"] == "same_profile":
        return _("%(came)s comes, next of the same profile (rank %(rank)s)") % words
    if line["manner"] == "quotas":
        return _("%(came)s comes, nobody of the same profile is left and the quotas hold (rank %(rank)s)") % words
    if line["manner"] == "closest":
        return _("%(came)s comes, the closest to the quotas, which no longer hold (rank %(rank)s)") % words
    if line["manner"] == "nobody":
        return _("nobody is left, the seat stays empty")
    return _("they were on the reserve list, nothing changes")


def refusal_problems(refusal: Impossible, sheets: Sheets) -> list[Problem]:
    """Return the smallest change that makes a panel possible, quota by quota, at its place in the sheet."""
    if not refusal.changes:
        words = _(
            "the pool holds %(available)s people, one for each household, for %(size)s seats. Draw fewer people, or "
            "wait for more answers."
        )
        params = {"available": refusal.available, "size": refusal.size}
        return [Problem("too_small", words, sheets.quotas_file, params=params)]
    found = []
    row_of = {(sheets.features.index(_same(sheets, row.feature)), row.value): row.row for row in sheets.quotas}
    for change in refusal.changes:
        quota = change.quota
        row = row_of[sheets.features.index(quota.feature), quota.value]
        words = {"feature": quota.feature, "value": quota.value, "pool": change.pool, "size": refusal.size}
        if change.low != quota.low:
            text = _(
                "no panel of %(size)s keeps every quota. The smallest change: lower the minimum of “%(value)s” "
                "(%(feature)s) from %(before)s to %(after)s; %(pool)s people of the pool gave this answer."
            )
            params = {**words, "before": quota.low, "after": change.low}
            found.append(Problem("lower", text, sheets.quotas_file, row, sheets.titles["min"], params))
        if change.high != quota.high:
            text = _(
                "no panel of %(size)s keeps every quota. The smallest change: raise the maximum of “%(value)s” "
                "(%(feature)s) from %(before)s to %(after)s; %(pool)s people of the pool gave this answer."
            )
            params = {**words, "before": quota.high, "after": change.high}
            found.append(Problem("raise", text, sheets.quotas_file, row, sheets.titles["max"], params))
    return found


def _same(sheets: Sheets, feature: str) -> str:
    from reflexes.core.text import normalised

    return next(one for one in sheets.features if normalised(one) == normalised(feature))


def error_words(error: ProblemError) -> str:
    """Return what a refusal of the engine means for whoever typed the command."""
    words = {
        "sources": _(
            "%(expected)s sources of chance were announced, %(found)s given: give one --seed-source for each."
        ),
        "not_announced": _("“%(source)s” was not announced. The record announces: %(announced)s."),
        "no_value": _("“%(source)s” has no value. Write it name:value, for example dice:4-7-1."),
        "already_drawn": _("this record is already drawn. A record is drawn once; departures go with --leaving."),
        "not_drawn": _("this record is not drawn yet: give --seed-source."),
        "no_pool": _("this record comes without its list of people: take the one that was published before the draw."),
        "changed_plan": _("this record was changed after its publication: its hash no longer holds."),
        "departure": _("“%(person)s” is not in the list, or has already left."),
    }
    if error.code not in words:
        return _("the calculation could not be finished (%(code)s). Send the sheets with your report.") % {
            "code": error.code
        }
    return words[error.code] % error.params
