"""A result as a person reads it in a terminal: what is funded, what is not and why, then other rules beside it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.mechanisms.assembly.tallying import words
from reflexes.mechanisms.assembly.tallying.pabulib import ONE_POINT

if TYPE_CHECKING:
    from reflexes.engines import voting
    from reflexes.mechanisms.assembly.tallying.services import Report


def report_lines(report: "Report") -> Iterator[str]:
    """Yield the lines of a result."""
    tally, currency = report.tally, report.file.meta.get("currency", "")
    yield _("Rule: %(rule)s.") % {"rule": words.rule_words(tally.rule, currency)}
    yield _summary(tally, currency)
    if stop := words.stop_words(tally, currency):
        yield stop
    yield words.represented_words(tally)
    yield from _projects(report, currency)
    yield from _ties(tally)
    yield from _beside(report, currency)


def _summary(tally: "voting.Tally", currency: str) -> str:
    funded = ngettext("%(count)s project funded", "%(count)s projects funded", len(tally.winners))
    return _("%(funded)s of %(projects)s: %(spent)s spent of %(budget)s, %(left)s left, %(voters)s.") % {
        "funded": funded % {"count": len(tally.winners)},
        "projects": len(tally.accounts),
        "spent": words.money(tally.spent, currency),
        "budget": words.money(tally.budget, currency),
        "left": words.money(tally.left, currency),
        "voters": words.voters(tally.voters),
    }


def _projects(report: "Report", currency: str) -> Iterator[str]:
    names, points = report.file.names(), report.file.vote_type not in ONE_POINT
    place = {project: rank for rank, project in enumerate(report.tally.winners)}
    funded = sorted((one for one in report.tally.accounts if one.funded), key=lambda one: place[one.project])
    others = sorted(
        (one for one in report.tally.accounts if not one.funded), key=lambda one: (-one.points, one.project)
    )
    for title, accounts in ((_("Funded"), funded), (_("Not funded"), others)):
        if accounts:
            yield ""
            yield title
        for account in accounts:
            needs = [words.need_words(need, currency, points=points) for need in account.needs]
            yield _("- %(name)s, %(cost)s, %(votes)s. %(why)s") % {
                "name": _named(account.project, names[account.project]),
                "cost": words.money(account.cost, currency),
                "votes": words.votes(account.votes),
                "why": " ".join([words.why_words(account, currency), *needs]),
            }


def _named(project: str, name: str) -> str:
    return name if name == project else f"{name} [{project}]"


def _ties(tally: "voting.Tally") -> Iterator[str]:
    if tally.ties:
        yield ""
        yield _("Exactly equal")
    for tie in tally.ties:
        yield f"- {words.listed(tie.projects)}. {words.tie_words(tie)}"


def _beside(report: "Report", currency: str) -> Iterator[str]:
    if report.others:
        yield ""
        yield _("The same votes under other rules")
    for other in report.others:
        yield _("- %(rule)s: %(summary)s %(represented)s") % {
            "rule": words.rule_words(other.rule, currency),
            "summary": _summary(other, currency),
            "represented": words.represented_words(other),
        }
