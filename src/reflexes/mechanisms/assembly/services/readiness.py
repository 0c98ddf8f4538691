"""What a vote still misses before it is frozen: each check in words, and what to do when it does not hold."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import PaperReading, Vote

CHECKS: dict[str, str | Promise] = {
    "rules_missing": _("The rules are written in plain words."),
    "choices_missing": _("There are at least two projects to choose from."),
    "closes_in_the_past": _("The day it closes is still to come."),
    "too_dear": _("Each project costs less than the whole budget."),
    "most_choices": _("The crosses allowed fit on paper."),
}


def unready(vote: Vote) -> list[Refusal]:
    """Return why ``vote`` cannot be frozen, in the order of the checks; nothing when it can."""
    choices = list(vote.choices.order_by("code"))
    found: list[Refusal] = []
    if not vote.rules.strip():
        found.append(Refusal("rules_missing", _("Write the rules in plain words: people read them before they vote.")))
    if len(choices) < 2:
        words = ngettext_lazy(
            "There is %(count)s project in this vote. A vote needs at least two.",
            "There are %(count)s projects in this vote. A vote needs at least two.",
            len(choices),
        )
        found.append(Refusal("choices_missing", words % {"count": len(choices)}))
    if vote.closes_at <= clock.now():
        words = _("The day this vote closes is past. Choose a later one, then freeze it.")
        found.append(Refusal("closes_in_the_past", words))
    if too_dear := next((one for one in choices if one.cents > vote.budget_cents), None):
        words = _(
            "Project %(code)s costs more than the whole budget: it can never be funded. Lower its cost or remove it."
        )
        found.append(Refusal("too_dear", words % {"code": too_dear.code}))
    longest = sorted((len(one.code) + 1 for one in choices), reverse=True)[: vote.most_choices]
    if sum(longest) - 1 > PaperReading._meta.get_field("crosses").max_length:
        words = _("So many crosses do not fit on paper. Allow fewer, or shorten the codes.")
        found.append(Refusal("most_choices", words))
    return found


def checklist(vote: Vote) -> list[tuple[bool, str | Promise]]:
    """Return each check: whether it holds, and in words what holds or what to do."""
    missing = {one.code: one.message for one in unready(vote)}
    return [(code not in missing, missing.get(code, words)) for code, words in CHECKS.items()]
