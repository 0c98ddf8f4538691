"""The words of every announcement of the cell: what each person reads when a mission moves (screens.md 4, 6).

``message_for`` writes them without sending, so that the preview of a wave shows the real text; ``tell`` sends them
through the outbox in the transaction of the job that was asked to. Words come in the reader's language.
"""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.accounts.links import LIFE_DAYS, make_link, revoke_links
from reflexes.core.accounts.models import MagicLink
from reflexes.core.notifications.recipients import Channel, way_to
from reflexes.core.notifications.services import Action, notify
from reflexes.core.notifications.wording import choice_line
from reflexes.mechanisms.allocation.models import Assignment, Concern, Objection, Slot, WishWaiver
from reflexes.mechanisms.allocation.services.deadlines import next_above
from reflexes.mechanisms.allocation.services.missions import mentor_missing
from reflexes.mechanisms.allocation.states import DropMotive, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person, Twinning
from reflexes.mechanisms.directory.services import managers_of, people_holding, recipient_of
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.messages import agent, asking, day, learning, objections, service
from reflexes.pistes.resources.micro_mobility.messages.facts import (
    ANSWER,
    RELEASE,
    RETURN,
    WAIVER,
    Choice,
    Words,
    Writer,
    contacts,
    other_half_day,
    reached_at,
)

PATHS = {
    ANSWER: "micro_mobility:answer",
    RELEASE: "micro_mobility:release_by_link",
    RETURN: "micro_mobility:return_by_link",
    WAIVER: "micro_mobility:waiver",
}
# After these the question asked to the managers is withdrawn: their links say so.
CLOSING = frozenset({"withdrawn", "dropped", "excused"})
# A text message with its link stays under this: two ordinary ones put together.
SHORT = 299
CUT = 20
# Nobody of the cell has to be told of these.
BY_CELL = frozenset({DropMotive.CELL, DropMotive.HOLDER, DropMotive.UNANSWERED})


WRITERS: dict[str, dict[str, Writer]] = {
    "agent": agent.WRITERS | learning.AGENT | day.AGENT | asking.AGENT,
    "managers": service.MANAGERS | asking.MANAGERS | learning.MANAGERS | day.OTHERS | {"replaced": service.withdrawn},
    "hosts": service.HOSTS | learning.HOSTS | day.OTHERS,
    "cell": service.CELL | day.OTHERS,
    "mentor": day.MENTOR,
    "contacts": day.OTHERS,
    "above": day.ABOVE,
    "hr": learning.HR,
}


def message_for(assignment: Assignment, event: str, audience: str = "agent") -> Words:
    """Return the exact words that ``event`` sends to the agent (or to ``managers``, ``hosts``, ``cell``, ``hr``).

    The assignment may be unsaved, as in the preview of a wave: give it its slot, person, day, half and a wave with
    ``answer_by``. Nothing is written; links are made when the message is sent.
    """
    reader = assignment.person if audience == "agent" else None
    with translation.override(reader.language if reader else translation.get_language()):
        return WRITERS[audience][event](assignment, reader or assignment.person)


# Who hears of each event of allocation. Every event has a line: an empty one tells nobody.
AUDIENCES: dict[str, tuple[str, ...]] = {
    "proposed": ("agent",),
    "accepted": ("managers",),
    "withdrawn": ("managers",),
    "declined": (),
    "expired": ("agent",),
    "reserved": ("agent",),
    "not_needed": ("agent",),
    "designated": ("agent", "managers"),
    "released": ("hosts",),
    "withheld": ("agent", "cell"),
    "confirmed": ("agent",),
    "turned_down": ("agent",),
    "stand_in": ("cell", "hosts"),
    "dropped": ("agent", "managers", "hosts", "cell"),
    "excused": ("agent",),
    "no_show": ("agent", "cell"),
    "done": ("agent",),
    "returned": ("hosts", "managers"),
    "debriefed": (),
    "replaced": ("agent", "managers"),
    "nobody_found": ("agent",),
    "escalated": ("above",),
    "mentor_away": ("agent",),
    "mentor_changed": ("agent", "mentor"),
    "stopped": ("agent", "managers", "hosts", "contacts", "cell"),
    "started": ("agent", "managers"),
    "goes_as_agreed": ("managers",),
    "other_half_day_closed": ("agent", "managers"),
    "loss_acknowledged": ("managers",),
    "remark_passed": ("hosts",),
    "remark_answered": ("agent",),
    "shared": ("hr",),
}


def loaded(assignment_id: int) -> Assignment | None:
    """Return a mission with everything its messages speak of, in one query."""
    return (
        Assignment.objects.select_related(
            "person__offer__capacity__unit",
            "slot__need__organisation",
            "slot__need__place__commune",
            "slot__need__mentor",
            "slot__need__contact",
            "slot__skill",
            "mentor",
            "host_contact",
            "hr_contact",
            "wave",
            "plan",
            "debrief__host_answer",
        )
        .filter(pk=assignment_id)
        .first()
    )


def tell(assignment: Assignment, event: str, *, key: str, again: bool = False) -> int:
    """Write the messages of ``event``; return how many. ``key`` makes each unique for its reader.

    Things moved since the event: a question already settled is not asked again. ``again`` says it is a reminder.
    """
    if _settled(assignment, event):
        return 0
    if event in CLOSING:
        revoke_links(purpose=RELEASE, subject=subject_of(assignment))
    told = 0
    for audience in AUDIENCES[event]:
        if _concerns(assignment, event, audience):
            told += _tell_audience(assignment, event, audience, key, again=again)
    return told


def _tell_audience(assignment: Assignment, event: str, audience: str, key: str, *, again: bool) -> int:
    """Write to one audience; where nobody is known in a service or at a host, the cell is told instead."""
    readers = readers_of(assignment, audience)
    if not readers and audience in {"managers", "hosts"}:
        audience, readers = "cell", people_holding(roles.COORDINATOR)
    writer = WRITERS[audience].get(event)
    if writer is None:
        return 0
    for reader in readers:
        _send(assignment, reader, writer, event, key=f"{key}:{audience}:{reader.pk}", again=again)
    return len(readers)


def readers_of(assignment: Assignment, audience: str) -> list[Person]:
    """Return the people behind an audience of one mission."""
    capacity = assignment.person.offer.capacity if hasattr(assignment.person, "offer") else None
    match audience:
        case "agent":
            return [assignment.person]
        case "managers":
            return managers_of(capacity.unit_id if capacity else None, besides=assignment.person_id)
        case "hosts":
            need = assignment.slot.need
            return people_holding(roles.HOST, organisation_id=need.organisation_id)
        case "above":
            return next_above(assignment)
        case "mentor":
            return [assignment.mentor] if assignment.mentor and not mentor_missing(assignment) else []
        case "contacts":
            welcomed = {one.pk for one in readers_of(assignment, "hosts")}
            named = {one.pk: one for one in contacts(assignment) if one is not None and one.pk not in welcomed}
            return list(named.values())
        case "hr":
            return people_holding(roles.HR, organisation_id=capacity.organisation_id) if capacity else []
        case _:
            return people_holding(roles.COORDINATOR)


def _settled(assignment: Assignment, event: str) -> bool:
    """Tell whether a question is no longer one when its turn to be asked comes."""
    awaited = {
        "proposed": State.PROPOSED,
        "accepted": State.ACCEPTED,
        "escalated": State.ACCEPTED,
        "released": State.RELEASED,
        "nobody_found": State.STAND_IN,
        # These two wait for a few minutes: a mistap taken back meanwhile tells nobody.
        "no_show": State.NO_SHOW,
        "excused": State.EXCUSED,
    }
    return event in awaited and assignment.state != awaited[event]


def _concerns(assignment: Assignment, event: str, audience: str) -> bool:
    """Tell whether this audience must know: people are told what changes something for them, nothing else."""
    if event == "withdrawn":
        return _asked_managers(assignment)
    if event == "withheld" and audience == "cell":
        return bool(other_half_day(assignment))
    if event == "dropped":
        return _concerned_by_drop(assignment, audience)
    if event == "remark_answered":
        return hasattr(assignment, "debrief") and hasattr(assignment.debrief, "host_answer")
    return True


def _asked_managers(assignment: Assignment) -> bool:
    return MagicLink.objects.filter(purpose=RELEASE, subject=subject_of(assignment)).exists()


def _concerned_by_drop(assignment: Assignment, audience: str) -> bool:
    """The one who stops a mission knows it already; the others are told if they had heard of it."""
    stopped_by = {DropMotive.AGENT: "agent", DropMotive.HOST: "hosts", DropMotive.SERVICE: "managers"}
    if stopped_by.get(DropMotive(assignment.drop_motive), "cell") == audience and audience != "cell":
        return False
    if audience == "cell" and (assignment.drop_motive in BY_CELL or assignment.slot.stopped_at is not None):
        return False  # the cell did it, or reads of the whole half-day in one message
    if audience == "agent":
        objection = getattr(assignment, "objection", None)
        # Whoever objected and is freed reads it in the answer.
        return objection is None or objection.verdict != Objection.Verdict.FREED
    heard = ("allocation.released",) if audience == "hosts" else ("allocation.accepted", "allocation.designated")
    return Entry.objects.about("assignment", str(assignment.pk)).filter(verb__in=heard).exists()


def _send(assignment: Assignment, reader: Person, writer: Writer, event: str, *, key: str, again: bool) -> None:
    with translation.override(reader.language):
        words = writer(assignment, reader)
        if again:
            words = replace(words, subject=_("Reminder: %(subject)s") % {"subject": words.subject})
        link = (
            make_link(
                person_key=reader.key,
                purpose=words.purpose,
                subject=subject_of(assignment),
                path=path_of(words.purpose),
                days=_life(assignment, words.purpose),
                exercise_id=assignment.exercise_id,
            )
            if words.purpose
            else ""
        )
        deliver(words, reader, link, key=key, urgent=_presses(assignment, event), exercise_id=assignment.exercise_id)


def _life(assignment: Assignment, purpose: str) -> int:
    """Return how many days a link lives: the one about the return is still good a week after it."""
    if purpose != RETURN or assignment.returns_on is None:
        return LIFE_DAYS
    return max(LIFE_DAYS, (assignment.returns_on - clock.today()).days + LIFE_DAYS)


def deliver(
    words: Words, reader: Person, link: str, *, key: str, urgent: bool = False, exercise_id: int | None = None
) -> None:
    """Hand words to the outbox in the form of the reader's channel: a text message is short and has one link."""
    recipient = recipient_of(reader)
    actions = tuple(Action(choice.label, address_of(choice, link)) for choice in words.choices)
    body = words.body
    channel = way_to(recipient).channel
    if channel == Channel.TEXT and words.short:
        actions = (Action(_("Answer"), link),) if link else ()
        body = fitted(words.short, choice_line(_("Answer"), link) if link else "")
    elif channel in {Channel.PHONE, Channel.PRINT} and link:
        # A link cannot be tapped on paper or said on the telephone: the answer comes by voice.
        actions = ()
        body = "\n\n".join([body, by_voice()])
    notify(
        recipient, subject=words.subject, body=body, actions=actions, key=key, urgent=urgent, exercise_id=exercise_id
    )


def subject_of(assignment: Assignment) -> str:
    """Return what a link about this mission answers."""
    return f"assignment:{assignment.pk}"


def path_of(purpose: str) -> str:
    """Return the address of the page that answers links of ``purpose``, up to the token."""
    return reverse(PATHS[purpose], args=["-"]).removesuffix("-")


def address_of(choice: Choice, link: str) -> str:
    """Return where a choice leads: the personal link with the answer preselected, or a page of the site."""
    if choice.page:
        return f"{settings.SITE_URL}{choice.page}"
    return f"{link}?{choice.query}" if choice.query else link


def fitted(short: str, tail: str) -> str:
    """Return ``short`` cut so that it and its link stay one text message: what is cut is on the page of the link."""
    room = max(SHORT - len(tail) - 1, CUT)
    return short if len(short) <= room else f"{short[: room - 1].rstrip()}…"


def by_voice() -> str:
    """Say how to answer without a screen (design.md rule 7)."""
    cell = next((person for person in people_holding(roles.COORDINATOR) if person.phone), None)
    if cell is None:
        return _("To answer, call the cell or come by: your answer will be written down for you.")
    return _("To answer, call %(who)s: your answer will be written down for you.") % {"who": reached_at(cell)}


def _presses(assignment: Assignment, event: str) -> bool:
    """Tell whether the news cannot wait for the end of quiet hours: it changes today or tomorrow."""
    changes = {
        "confirmed",
        "dropped",
        "turned_down",
        "withheld",
        "replaced",
        "nobody_found",
        "mentor_away",
        "mentor_changed",
        "stopped",
        "escalated",
    }
    return event in changes and assignment.day <= clock.today() + timedelta(days=1)


def tell_waiver(waiver: WishWaiver, *, key: str, exercise_id: int | None) -> None:
    """Ask the person, and nobody else, whether they would go beyond their limit this once (P09 (2))."""
    reader = waiver.person
    with translation.override(reader.language):
        link = make_link(
            person_key=reader.key,
            purpose=WAIVER,
            subject=f"waiver:{waiver.pk}",
            path=path_of(WAIVER),
            exercise_id=exercise_id,
        )
        words = agent.waiver_asked(waiver, reader, agent.limits_of(waiver))
        deliver(words, reader, link, key=f"{key}:{reader.pk}", exercise_id=exercise_id)


def tell_concern(concern: Concern, event: str, *, key: str) -> None:
    """Tell the cell that something was told in confidence, or the person who told it what becomes of it."""
    readers = people_holding(roles.COORDINATOR) if event == "concern_told" else [concern.person]
    for reader in readers:
        with translation.override(reader.language):
            words = day.CONCERN[event](concern, reader)
            deliver(words, reader, "", key=f"{key}:{reader.pk}", exercise_id=concern.exercise_id)


def tell_objection(objection: Objection, event: str, *, key: str) -> None:
    """Tell the cell that a designated person objects, or that person what was answered."""
    mission = objection.assignment
    for reader in people_holding(roles.COORDINATOR) if event == "objection_made" else [mission.person]:
        with translation.override(reader.language):
            words = objections.OBJECTION[event](objection, reader)
            urgent = mission.day <= clock.today() + timedelta(days=1)
            deliver(words, reader, "", key=f"{key}:{reader.pk}", urgent=urgent, exercise_id=mission.exercise_id)


def tell_whole_stop(slots: list[Slot], motive: str, *, key: str, exercise_id: int | None) -> None:
    """Tell the cell once that everything stopped somewhere, whatever the number of people."""
    for reader in people_holding(roles.COORDINATOR):
        with translation.override(reader.language):
            words = day.whole_stop(slots, motive, reader)
            deliver(words, reader, "", key=f"{key}:{reader.pk}", urgent=True, exercise_id=exercise_id)


def tell_drill_due(pair: Twinning) -> None:
    """Remind the managers of both services that their drill is due; where nobody manages, the cell."""
    readers = {one.pk: one for unit in (pair.home_id, pair.host_id) for one in managers_of(unit)}
    for reader in readers.values() or people_holding(roles.COORDINATOR):
        with translation.override(reader.language):
            key = f"micro_mobility.drill_due:{pair.pk}:{pair.next_drill_on.isoformat()}:{reader.pk}"
            deliver(learning.drill_due(pair, reader), reader, "", key=key)
