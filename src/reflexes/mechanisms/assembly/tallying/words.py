"""A result in sentences: why a project was funded or not, who paid, what would have been enough.

No table is read here, not even at import: ``reflexes tally`` says these without a site.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

if TYPE_CHECKING:
    from reflexes.engines import voting

# Figures of a reason that are amounts of money; the others are counts or points.
MONEY = {"left", "missing", "cost", "spare"}
RULES = {
    "equal-shares": gettext_lazy("equal shares"),
    "greedy": gettext_lazy("most votes first, skipping what no longer fits"),
    "greedy-no-skip": gettext_lazy("most votes first, stopping at the first that no longer fits"),
    "greedy-threshold": gettext_lazy("most votes first, above a threshold"),
    "greedy-exclusive": gettext_lazy("most votes first, one only of projects that exclude one another"),
}
UTILITIES = {
    "cost": gettext_lazy("a project is worth its cost"),
    "cardinality": gettext_lazy("every project is worth the same"),
    "points": gettext_lazy("a project is worth the points it was given"),
}
TIES = {
    "id": gettext_lazy("%(first)s comes first by its identifier, in alphabetical order."),
    "cost": gettext_lazy("%(first)s comes first as the cheaper, then by its identifier."),
    "votes": gettext_lazy("%(first)s comes first as chosen by more people, then by its identifier."),
}
WHY = {
    "ranked": gettext_lazy("Funded in place %(place)s."),
    "completed": gettext_lazy("Funded in place %(place)s, with what equal shares had left."),
    "free": gettext_lazy("Funded: it costs nothing."),
    "no_votes": gettext_lazy("Not funded: nobody chose it."),
    "supporters_short": gettext_lazy(
        "Not funded: those who chose it had %(left)s left of their shares, %(missing)s less than it costs."
    ),
    "short_twice": gettext_lazy(
        "Not funded: those who chose it had %(left)s left of their shares, %(missing)s less than it costs; then "
        "%(spare)s of the budget was left at its turn."
    ),
    "over_budget": gettext_lazy("Not funded: %(left)s was left at its turn, %(missing)s less than it costs."),
    "behind": gettext_lazy("Not funded: the rule stops at %(by)s, which comes before it and does not fit."),
    "under_threshold": gettext_lazy("Not funded: it is %(short)s short of the %(threshold)s required."),
    "excluded": gettext_lazy("Not funded: %(by)s was funded, and only one of the two may be."),
}
BOUGHT = ngettext_lazy(
    "Funded in place %(place)s: %(payers)s person who chose it paid %(most)s.",
    "Funded in place %(place)s: %(payers)s people who chose it paid, at most %(most)s each.",
    "payers",
)
EMPTIED = ngettext_lazy(
    "%(emptied)s of them gave all they had left.", "%(emptied)s of them gave all they had left.", "emptied"
)
NEEDS = {
    "cost_at_most": gettext_lazy("At a cost of %(cost)s or less it would have been funded."),
    "more_voters": ngettext_lazy(
        "If %(voters)s other voter, of those with most money left, had chosen it, it would have been funded.",
        "If %(voters)s other voters, those with most money left, had chosen it, it would have been funded.",
        "voters",
    ),
    "payable_cost": gettext_lazy("At the shares reached, it would have been paid for at a cost of %(cost)s or less."),
    "payable_voters": ngettext_lazy(
        "At those shares, %(voters)s other voter, of those with most money left, would have made up the rest.",
        "At those shares, %(voters)s other voters, those with most money left, would have made up the rest.",
        "voters",
    ),
    "votes_at_least": gettext_lazy("With %(points)s votes it would have been funded."),
    "points_at_least": gettext_lazy("With %(points)s points it would have been funded."),
}
STOPS = {
    "overspend": ngettext_lazy(
        "Shares were raised %(steps)s time by %(step)s; one more would have cost more than the budget.",
        "Shares were raised %(steps)s times by %(step)s; once more would have cost more than the budget.",
        "steps",
    ),
    "all_funded": ngettext_lazy(
        "Shares were raised %(steps)s time by %(step)s: every project somebody chose is funded.",
        "Shares were raised %(steps)s times by %(step)s: every project somebody chose is funded.",
        "steps",
    ),
}


def listed(names: Iterable[str]) -> str:
    """Return names side by side; "none" in words when there is none."""
    return ", ".join(names) or _("nothing")


def money(amount: float | Fraction, currency: str) -> str:
    """Return an amount as people read it, with its cents only when it has some."""
    cents = round(float(amount) * 100)
    number = number_format(cents / 100, decimal_pos=2 if cents % 100 else 0, use_l10n=True, force_grouping=True)
    return f"{number} {currency}".strip()


def number(value: float | Fraction) -> str:
    """Return a count, or a number of points, as people read it."""
    exact = Fraction(value)
    places = 0 if exact.denominator == 1 else 2
    return number_format(round(float(exact), places), decimal_pos=places, use_l10n=True, force_grouping=True)


def votes(count: int) -> str:
    """Return how many people chose a project."""
    return ngettext("%(count)s vote", "%(count)s votes", count) % {"count": number(count)}


def voters(count: int) -> str:
    """Return how many people voted."""
    return ngettext("%(count)s voter", "%(count)s voters", count) % {"count": number(count)}


def share(part: int, whole: int) -> str:
    """Return a share in percent, with one decimal."""
    return number_format(round(100 * part / whole, 1) if whole else 0, decimal_pos=1, use_l10n=True)


def tie_words(tie: "voting.Tie") -> str:
    """Return which rule decided between exact equals."""
    return str(TIES[tie.by] % {"first": tie.first})


def why_words(account: "voting.Account", currency: str) -> str:
    """Return why a project was funded or not."""
    said = {name: _figure(name, value, currency) for name, value in account.why.params.items()}
    if account.why.code == "bought" and account.paid is not None:
        paid = account.paid
        said |= {"payers": paid.payers, "most": money(paid.most, currency)}
        bought = str(BOUGHT % said)
        return f"{bought} {EMPTIED % {'emptied': paid.emptied}}" if paid.emptied else bought
    return str(WHY[account.why.code] % said)


def need_words(need: "voting.Reason", currency: str, *, points: bool = False) -> str:
    """Return what would have been enough. ``points``: people gave points, not only approvals."""
    if "voters" in need.params:
        return str(NEEDS[need.code] % dict(need.params))
    code = "votes_at_least" if need.code == "points_at_least" and not points else need.code
    return str(NEEDS[code] % {name: _figure(name, value, currency) for name, value in need.params.items()})


def _figure(name: str, value: Any, currency: str) -> object:
    if isinstance(value, str) or name in {"place", "voters", "payers"}:
        return value
    return money(value, currency) if name in MONEY else number(value)


def rule_words(rule: "voting.Rule", currency: str) -> str:
    """Return a rule in brief."""
    said = [str(RULES[rule.name])]
    if rule.name == "equal-shares":
        said.append(str(UTILITIES[rule.utility]))
        if rule.completion == "add1":
            said.append(_("shares raised by %(step)s at a time") % {"step": money(Fraction(rule.step), currency)})
        if rule.then_greedy:
            said.append(_("what is left goes to most votes first"))
    return ", ".join(said)


def stop_words(tally: "voting.Tally", currency: str) -> str:
    """Return how the completion went; empty when there was none."""
    if tally.stop not in STOPS:
        return ""
    words: Mapping[str, object] = {"steps": tally.steps, "step": money(Fraction(tally.rule.step), currency)}
    return str(STOPS[tally.stop] % words)


def represented_words(tally: "voting.Tally") -> str:
    """Return how many voters have at least one funded project among those they chose."""
    said = {"share": share(tally.represented, tally.voters), "count": tally.represented, "voters": tally.voters}
    return (
        ngettext(
            "%(count)s voter of %(voters)s (%(share)s %%) has at least one funded project among those they chose.",
            "%(count)s voters of %(voters)s (%(share)s %%) have at least one funded project among those they chose.",
            tally.represented,
        )
        % said
    )
