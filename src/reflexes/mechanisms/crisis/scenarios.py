"""Ready-made exercises: a name, what one wants to learn, when it plays, what happens meanwhile.

Invented situations; each line is ours. A scenario only fills the form: everything can be changed before it opens.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
THURSDAY = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    """One situation to play. ``begins`` are the first gestures, ``surprises`` the cards turned over meanwhile."""

    slug: str
    name: Text
    purpose: Text
    begins: tuple[Text, ...]
    surprises: tuple[tuple[Text, Text], ...]


SCENARIOS = (
    Scenario(
        "creche",
        _("The nursery is closed on Thursday"),
        _("Do we find three people for Thursday morning in less than half an hour, without anyone being forced?"),
        (
            _("A host states the need: three people on Thursday morning at the nursery next door, with a mentor."),
            _("The cell runs a plan, reads it, then sends one wave."),
            _("Agents answer from the mailbox of the exercise; a manager releases them; the host confirms."),
        ),
        (
            (_("The mentor is ill"), _("The person who was to welcome everybody has called in sick this morning.")),
            (
                _("A manager does not pick up"),
                _("The telephone of one of the managers rings out. Their agent said yes and is waiting."),
            ),
            (_("One more group"), _("Twelve more children come: two more people are needed in the afternoon.")),
        ),
    ),
    Scenario(
        "canicule",
        _("Heat, and the waste to collect"),
        _("Do the people trained in the twinned service come first, and does everybody stop at eleven?"),
        (
            _("A host states the need: four people every morning of the week, training before the first round."),
            _("The cell checks who was trained in the twinned service, then runs a plan."),
            _("The host prepares the safety rules and ticks the boxes with each newcomer."),
        ),
        (
            (_("Someone feels unwell"), _("A newcomer has to stop in the middle of the morning and be taken home.")),
            (_("The alert goes up"), _("Nobody may work outside after ten: the rounds are shortened today.")),
            (_("A volunteer says no to weekends"), _("One of the people asked reminds the cell of their limit.")),
        ),
    ),
    Scenario(
        "inondation",
        _("Flood: a reception centre opens tonight"),
        _("Can we hold a reception centre for three days, and does everybody go back to their post on the date said?"),
        (
            _("A host states the need: five people for each half-day at the gymnasium, reception and meals."),
            _("The cell asks a little wider than the places, and calls those who have no e-mail."),
            _("On the last day, the cell and the managers prepare each return."),
        ),
        (
            (_("The bridge is closed"), _("People who live across the river cannot come: who stands in for them?")),
            (
                _("The network is down"),
                _("For half an hour, work with the printed sheets, then write down what was done."),
            ),
            (_("The centre closes a day early"), _("Missions of the last day must stop: tell everybody today.")),
        ),
    ),
)
BY_SLUG = {scenario.slug: scenario for scenario in SCENARIOS}


def next_thursday(today: date) -> date:
    """Return the Thursday of next week: a moment that people can picture and that nobody is planned for yet.

    >>> next_thursday(date(2026, 11, 22)), next_thursday(date(2026, 11, 26))
    (datetime.date(2026, 11, 26), datetime.date(2026, 12, 3))
    """
    monday = today + timedelta(days=7 - today.weekday())
    return monday + timedelta(days=THURSDAY)
