"""Why a caller is given nobody: always a reason, and when there will be somebody (research/outreach.md §7)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.web.words import full_date

WORDS: dict[str, "str | Promise"] = {
    "not_open": _("This campaign has not begun. Whoever is in charge of the calls opens it."),
    "paused": _("The calls are paused. Whoever is in charge of them will say when they start again."),
    "ended": _("This campaign has ended: there is nobody left to call."),
    "outside_hours": _("It is not a time to call people. Calls start again %(when)s."),
    "resting": _("You are having a break. Say that you are back when you wish to go on."),
    "read_first": _(
        "You have made your first five calls. Somebody reads one with you, then you go on: all callers begin so."
    ),
    "cooldown": _("Take a breath: the next person comes in a few seconds."),
    "elsewhere": _("You already have somebody to call in another campaign. Finish that call first."),
    "level": _("Only calls for more experienced callers are left for now. Thank you for looking."),
    "nothing_due": _("Nobody is to be called before %(when)s."),
    "held": _("Everybody left is with another caller at the moment. Look again in a few minutes."),
    "done": _("Everybody has been called: there is nobody left for the telephone."),
}


@dataclass(frozen=True, slots=True)
class Empty:
    """Nobody to call: ``why`` is a code of ``WORDS``, ``when`` the next moment that changes it, if known."""

    why: str
    when: datetime | None = None

    def __str__(self) -> str:
        said = str(WORDS[self.why])
        return said % {"when": full_date(self.when)} if self.when else said
