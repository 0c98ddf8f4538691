"""States and transitions of needs and assignments, as tables: the whole life of a mission on one page.

``proposal made → the agent accepts (or is on reserve, when every place is taken) or declines → the home manager
releases or refuses → the host confirms → preparation boxes → started → done, no-show or excused → returned →
debriefed``
(mechanisms.md P09, research/allocation.md section 5.3). A stand-in keeps the holder until replaced.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NeedState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    FILLED = "filled", _("filled")
    CLOSED = "closed", _("closed")


class State(models.TextChoices):
    PROPOSED = "proposed", _("waiting for the agent's answer")
    DECLINED = "declined", _("not this time")
    EXPIRED = "expired", _("no answer in time")
    RESERVE = "reserve", _("said yes, on reserve")
    NOT_NEEDED = "not_needed", _("was on reserve, not needed")
    ACCEPTED = "accepted", _("waiting for the home manager")
    WITHHELD = "withheld", _("not released by the home service")
    RELEASED = "released", _("waiting for the host")
    TURNED_DOWN = "turned_down", _("not confirmed by the host")
    CONFIRMED = "confirmed", _("confirmed, being prepared")
    STAND_IN = "stand_in", _("looking for a stand-in")
    STARTED = "started", _("under way")
    DONE = "done", _("done, return to post expected")
    NO_SHOW = "no_show", _("did not come")
    EXCUSED = "excused", _("excused")
    RETURNED = "returned", _("back at their post")
    DEBRIEFED = "debriefed", _("debriefed")
    CANCELLED = "cancelled", _("cancelled")


# From each state, the states a decision may lead to.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.PROPOSED: frozenset({State.ACCEPTED, State.RESERVE, State.DECLINED, State.EXPIRED, State.CANCELLED}),
    # A yes that came once every place was taken: it holds nothing and is the first to be asked again.
    State.RESERVE: frozenset({State.PROPOSED, State.ACCEPTED, State.DECLINED, State.NOT_NEEDED, State.CANCELLED}),
    State.NOT_NEEDED: frozenset(),
    # Until the time to answer has passed, a yes may become a no, and a no a yes: refusing costs nothing.
    State.ACCEPTED: frozenset({State.RELEASED, State.WITHHELD, State.DECLINED, State.EXCUSED, State.CANCELLED}),
    State.RELEASED: frozenset({State.CONFIRMED, State.TURNED_DOWN, State.EXCUSED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.STARTED, State.STAND_IN, State.EXCUSED, State.NO_SHOW, State.CANCELLED}),
    State.STAND_IN: frozenset({State.CONFIRMED, State.STARTED, State.EXCUSED, State.NO_SHOW, State.CANCELLED}),
    State.STARTED: frozenset({State.DONE, State.EXCUSED}),
    State.DONE: frozenset({State.RETURNED}),
    State.NO_SHOW: frozenset(),
    State.EXCUSED: frozenset(),
    State.RETURNED: frozenset({State.DEBRIEFED}),
    State.DEBRIEFED: frozenset(),
    State.DECLINED: frozenset({State.ACCEPTED, State.RESERVE}),
    State.EXPIRED: frozenset(),
    State.WITHHELD: frozenset(),
    State.TURNED_DOWN: frozenset(),
    State.CANCELLED: frozenset(),
}

# The person's half-day and the slot's place are taken in these states: two rows can never share a half-day.
HOLDING = (
    State.ACCEPTED,
    State.RELEASED,
    State.CONFIRMED,
    State.STAND_IN,
    State.STARTED,
    State.DONE,
    State.RETURNED,
    State.DEBRIEFED,
)
# A proposal or a mission that still goes on: at most one for each person and slot.
LIVE = (State.PROPOSED, *HOLDING)
# One row at most for each person and slot: somebody on reserve is asked again on the same row.
ASKED = (State.RESERVE, *LIVE)
# What the home service and the host never hear of: nobody said a yes that holds.
UNHEARD = (State.PROPOSED, State.DECLINED, State.EXPIRED, State.RESERVE, State.NOT_NEEDED)
# Why a home manager keeps someone: a short coded list (P09 (9)).


class WithholdMotive(models.TextChoices):
    MINIMUM = "minimum", _("the service would fall below its minimum")
    DEADLINE = "deadline", _("work due that half-day cannot wait")
    LEAVE = "leave", _("planned leave or training")
    OTHER_DATE = "other_date", _("possible on another date")


class DropMotive(models.TextChoices):
    AGENT = "agent", _("the agent can no longer come")
    HOST = "host", _("the host no longer needs it")
    SERVICE = "service", _("the home service calls the agent back")
    CELL = "cell", _("the cell stops the mission")
    DANGER = "danger", _("it is not safe to go on")
    HOLDER = "holder", _("the person who was to go comes after all")
    UNANSWERED = "unanswered", _("no answer came in time")


class Origin(models.TextChoices):
    """How something reached us: written by the person, or said to somebody who wrote it down (design.md rule 7)."""

    SCREEN = "screen", _("on screen")
    PHONE = "phone", _("by telephone")
    PAPER = "paper", _("on paper")
    COUNTER = "counter", _("face to face")
