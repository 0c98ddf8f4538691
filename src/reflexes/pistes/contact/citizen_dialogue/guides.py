"""What each role is told on its first visit and on its help page: why each page is there, in plain words."""

from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import Guide, Step

FACILITATOR = Guide(
    words=_("You keep the dialogue with residents: it holds when a room closes, and nothing renews itself silently."),
    steps=(
        Step(
            "citizen_dialogue:keeper_editions",
            _("Budgets"),
            _("Each edition is a line of seven steps. Its page says what to do now, and what it changes."),
        ),
        Step(
            "citizen_dialogue:keeper_waiting",
            _("What is waiting"),
            _("Services past their day, steps without a result, works that are late: each with its age."),
        ),
        Step(
            "citizen_dialogue:keeper_schemes",
            _("Schemes on trial"),
            _("What is tried for a while has a day of decision, and signs chosen before any figure is shown."),
        ),
    ),
    questions=(
        (
            _("The room closes tomorrow: what becomes of what was said?"),
            _("Nothing moves. Switch the step to its backup channel with a reason; come back the same way."),
        ),
        (
            _("Nothing changes this year: may I open the same edition again?"),
            _("Yes, once you write why nothing changes. What you cannot do is renew it without a word."),
        ),
        (
            _("Who may mark the 17 goals?"),
            _("People, each with a sentence: the committee and residents by a link, anybody on paper at a desk."),
        ),
    ),
)

GUIDES = {"facilitator": FACILITATOR}
