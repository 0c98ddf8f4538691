"""Who is chosen among whom, by trait, skews flagged (P09 (5)): of a plan, or of the wave about to leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import perms, reasons
from reflexes.mechanisms.allocation.services import plans, readings, waves
from reflexes.pistes.resources.micro_mobility.reasons import load_names
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.web.answers import refused
from reflexes.web.pages import page, paginate

if TYPE_CHECKING:
    from reflexes.engines import matching

# How many groups of one trait are read at once: home services are hundreds in a big territory.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One group of people, named, and how many of it are chosen."""

    label: str
    row: "matching.SpreadRow"


@dataclass(frozen=True, slots=True)
class Group:
    """What is counted of one trait: ``lines`` are shown, of ``total``."""

    trait: str
    title: str
    lines: Page[Line] | list[Line]
    total: int

    @property
    def hidden(self) -> int:
        """Groups that the page does not show."""
        return self.total - len(self.lines)


@require_GET
def plan_spread(request: HttpRequest, number: int) -> HttpResponse:
    """Show who is chosen among whom; ``?trait=`` shows one trait whole, page by page."""
    plan = perms.access_plan(request.actor, number)
    of_wave, alone = request.GET.get("wave") == "1", request.GET.get("trait", "")
    context: dict[str, Any] = {"plan": plan, "of_wave": of_wave, "alone": alone if alone in reasons.TRAITS else ""}
    try:
        found = None if of_wave else plans.facts(plan)
        rows = found.spread if found else waves.preview(plan, advised=0).spread
    except Refusal as refusal:
        return refused(request, "micro_mobility/cell/plan_waiting.html", {**context, "going": True}, refusal)
    names = load_names()
    if context["alone"]:
        context["groups"] = [_whole(request, group) for group in _groups(rows, names) if group.trait == alone]
    else:
        context["groups"] = [_first(group) for group in _groups(rows, names)]
        context["together"] = together(found.overlaps, names) if found else []
    return page(request, "micro_mobility/cell/plan_spread.html", context)


def _groups(spread: "Iterable[matching.SpreadRow]", names: reasons.Names) -> list[Group]:
    """Return the spread trait by trait, in words; those who did not say come last."""
    found: dict[str, list[Line]] = {trait: [] for trait in reasons.TRAITS}
    ranks = {band: rank for rank, band in enumerate(reasons.AGE_BANDS)}
    for row in sorted(spread, key=lambda one: (not one.value, ranks.get(one.value, 0))):
        found.setdefault(row.trait, []).append(Line(reasons.trait_words(row.trait, row.value, names)[1], row))
    titles = {trait: str(reasons.TRAITS.get(trait, trait)) for trait in found}
    return [Group(trait, titles[trait], lines, len(lines)) for trait, lines in found.items() if lines]


def _first(group: Group) -> Group:
    """Return the groups to look at and those of whom most are chosen, when there are too many to read."""
    if group.total <= SHOWN:
        return group
    telling = sorted(group.lines, key=lambda one: (not one.row.skewed, -one.row.selected, one.row.value))
    return Group(group.trait, group.title, telling[:SHOWN], group.total)


def _whole(request: HttpRequest, group: Group) -> Group:
    """Return a page of the groups of one trait, those to look at first, then by name."""
    named = sorted(group.lines, key=lambda one: (not one.row.value, not one.row.skewed, normalised(one.label)))
    return Group(group.trait, group.title, paginate(request, named, PER_PAGE), group.total)


def together(overlaps: Iterable[readings.Overlap], names: reasons.Names) -> list[str]:
    """Say which groups chosen more than their share are the same people: a criterion on one reads as one on the other.

    The source's case: young agents, chosen on physical criteria, were mostly on contract, and it was misread.
    """
    told = []
    for one in overlaps:
        trait, value = reasons.trait_words(*one.group, names)
        other_trait, other_value = reasons.trait_words(*one.other, names)
        told.append(
            _(
                "Of the %(count)s people chosen with “%(trait)s, %(value)s”, %(both)s are also “%(other_trait)s, "
                "%(other_value)s”. A criterion about one may be read as a choice of the other: say in the published "
                "criteria which one counts, and why."
            )
            % {
                "count": one.chosen,
                "trait": trait,
                "value": value,
                "both": one.both,
                "other_trait": other_trait,
                "other_value": other_value,
            }
        )
    return told
