"""What became of the questions of an exercise's mailbox: the answer in a few words, nothing while one is waited for."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import Question
from reflexes.mechanisms.allocation.models import Assignment, WishWaiver
from reflexes.mechanisms.allocation.states import State
from reflexes.pistes.resources.micro_mobility.messages.facts import ANSWER, RELEASE, RETURN, WAIVER

Text = str | Promise
# For each question, the states of the mission in which it is still open, then what other states say of the answer.
OPEN: dict[str, tuple[State, ...]] = {
    ANSWER: (State.PROPOSED,),
    RELEASE: (State.ACCEPTED,),
    RETURN: (State.DONE, State.RETURNED),
}
NO_LONGER: Text = _("no longer asked")
SAID: dict[str, dict[str, Text]] = {
    ANSWER: {
        State.DECLINED: _("answered: not this time"),
        State.EXPIRED: _("no answer in time"),
        State.RESERVE: _("answered: yes, on reserve"),
        State.CANCELLED: NO_LONGER,
    },
    RELEASE: {
        State.WITHHELD: _("answered: the service keeps them"),
        **dict.fromkeys((State.PROPOSED, State.DECLINED, State.CANCELLED, State.EXCUSED), NO_LONGER),
    },
    RETURN: dict.fromkeys((State.CANCELLED, State.EXCUSED, State.NO_SHOW), NO_LONGER),
}
OTHERWISE: dict[str, Text] = {
    ANSWER: _("answered: yes"),
    RELEASE: _("answered: they may go"),
    RETURN: _("answered: back and heard"),
}


def question_states(asked: Iterable[Question]) -> dict[Question, Text]:
    """Return what is said of each question of this piste: its answer, or ``""`` while it waits. Two queries."""
    subjects = {
        (kind, int(key))
        for _purpose, subject in asked
        for kind, _colon, key in [subject.partition(":")]
        if key.isdigit()
    }
    missions = Assignment.objects.filter(pk__in=[key for kind, key in subjects if kind == "assignment"])
    waivers = WishWaiver.objects.filter(pk__in=[key for kind, key in subjects if kind == "waiver"])
    found: dict[Question, Text] = {}
    known = {f"assignment:{one.pk}": one for one in missions}
    limits = {f"waiver:{one.pk}": one for one in waivers}
    for purpose, subject in asked:
        if purpose in OPEN and subject in known:
            found[purpose, subject] = _of_mission(purpose, known[subject])
        elif purpose == WAIVER and subject in limits:
            found[purpose, subject] = _of_waiver(limits[subject])
    return found


def _of_mission(purpose: str, mission: Assignment) -> Text:
    if purpose == ANSWER and mission.mode == Assignment.Mode.DESIGNATED:
        return _("designated: nothing is asked")
    if mission.state in OPEN[purpose]:
        return ""
    return SAID[purpose].get(mission.state, OTHERWISE[purpose])


def _of_waiver(waiver: WishWaiver) -> Text:
    if waiver.given_at:
        return _("answered: yes, this once")
    return _("answered: they keep their limit") if waiver.refused_at else ""
