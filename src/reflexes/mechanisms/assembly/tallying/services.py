"""From a Pabulib file to a result with its reasons. The only file here that calls the engine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from reflexes.core.sheets.problems import Level
from reflexes.engines import voting
from reflexes.mechanisms.assembly.tallying.pabulib import ONE_POINT, PabulibFile, amount_of
from reflexes.mechanisms.assembly.tallying.problems import problem

# What META says of its rule, as we call it, with its completion.
NAMED_RULES = {
    "equalshares": (voting.EQUAL_SHARES, "none"),
    "equalshares/add1": (voting.EQUAL_SHARES, "add1"),
    "equal shares": (voting.EQUAL_SHARES, "none"),
    "equal-shares": (voting.EQUAL_SHARES, "none"),
}
RULES, UTILITIES, COMPLETIONS, TIES = voting.RULES, voting.UTILITIES, voting.COMPLETIONS, voting.TIES


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked on the command line; what is ``None`` is read in the file, or is the usual one."""

    rule: str | None = None
    utility: str | None = None
    completion: str | None = None
    step: Fraction = Fraction(1)
    then_greedy: bool = False
    threshold: Fraction | None = None
    ties: str = "id"


@dataclass(frozen=True, slots=True)
class Report:
    """A result with what people need to judge it. ``others`` are other rules on the same votes; ``departure`` is there
    when the file names winners that the rule does not give.
    """

    file: PabulibFile
    tally: voting.Tally
    others: tuple[voting.Tally, ...]
    departure: voting.Departure | None


def rule_of(file: PabulibFile, wishes: Wishes) -> voting.Rule | None:
    """Return the rule to count with; ``None``, and a problem in the file, when nobody said enough."""
    said = file.meta.get("rule", "").lower()
    named = NAMED_RULES.get(said, (said, "none"))
    name = wishes.rule or named[0]
    if name not in voting.RULES:
        known, row = ", ".join(voting.RULES), file.meta_row("rule")
        file.problems.append(problem("no_rule", file.name, row=row, column="value", found=said, known=known))
        return None
    threshold = wishes.threshold
    if threshold is None:
        threshold = amount_of(file.meta.get("min_project_score_threshold", ""))
    if name == voting.THRESHOLD and threshold is None:
        file.problems.append(problem("no_threshold", file.name))
        return None
    return voting.Rule(
        name=name,
        utility=wishes.utility or ("cost" if file.vote_type in ONE_POINT else "points"),
        completion=wishes.completion or ("none" if wishes.rule else named[1]),
        step=wishes.step,
        then_greedy=wishes.then_greedy,
        threshold=threshold or 0,
        ties=wishes.ties,
    )


def count(file: PabulibFile, rule: voting.Rule, progress: Callable[[voting.Step], None]) -> Report | None:
    """Return the result of the votes of ``file``; ``None``, and a problem in the file, when they cannot be counted."""
    election = election_of(file)
    try:
        rules = [rule, *(one for one in beside(rule) if one != rule)]
        tally, *others = voting.compare(election, rules, progress=progress)
    except voting.VotingError as error:
        file.problems.append(problem(error.code, file.name, **error.params))
        return None
    departure = None
    if file.selected is not None and set(file.selected) != set(tally.winners):
        departure = voting.depart(election, tally, file.selected)
    report = Report(file, tally, tuple(others), departure)
    _warn(report)
    return report


def beside(rule: voting.Rule) -> tuple[voting.Rule, ...]:
    """Return the rules always shown beside: the one most cities use, and plain equal shares."""
    votes = voting.Rule("greedy", utility=rule.utility, ties=rule.ties)
    return votes, replace(votes, name=voting.EQUAL_SHARES)


def election_of(file: PabulibFile) -> voting.Election:
    """Return what the engine counts."""
    part = file.parts["PROJECTS"]
    groups: dict[str, set[str]] = {}
    for project, group in zip(part.column("project_id"), part.column("exclusive"), strict=True):
        if group:
            groups.setdefault(group, set()).add(project)
    return voting.Election(
        file.budget,
        tuple(voting.Project(project, cost) for project, cost in file.costs.items()),
        tuple(voting.Ballot(marks, voters) for marks, voters in file.marks.items()),
        tuple(frozenset(group) for group in groups.values() if len(group) > 1),
    )


def _warn(report: Report) -> None:
    """Add to the file what whoever publishes must know: other winners, equals that the published rule parted."""
    from reflexes.mechanisms.assembly.tallying import words

    file, warning = report.file, Level.WARNING
    if report.departure is not None:
        added, removed = words.listed(report.departure.added), words.listed(report.departure.removed)
        file.problems.append(
            problem("other_winners", file.name, column="selected", level=warning, added=added, removed=removed)
        )
    for tie in report.tally.ties:
        if tie.split:
            said = words.listed(tie.projects)
            rule = words.tie_words(tie)
            file.problems.append(problem("tie", file.name, level=warning, projects=said, rule=rule))
