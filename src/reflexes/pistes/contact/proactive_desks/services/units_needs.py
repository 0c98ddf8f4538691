"""Needs of facilities: noted in the head's words, taken in hand by a post, met (how) or not (why). None leaves open."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.crisis.models import Sequence
from reflexes.mechanisms.crisis.services import sequence_in_force
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.facility_kinds import NEEDS
from reflexes.pistes.contact.proactive_desks.models import Facility, FieldNeed, NeedNews
from reflexes.pistes.contact.proactive_desks.perms_units import can_write, check_world, check_writing, visible_needs
from reflexes.pistes.contact.proactive_desks.services.units_facilities import unit_of

State = FieldNeed.State
WAITING = (State.OPEN, State.IN_HAND)
CLOSED = (State.MET, State.NOT_MET)
# After how long a need of which nobody said anything shows among what waits: shorter while the sequence is a crisis.
WITHOUT_NEWS = {Sequence.Level.CRISIS: timedelta(days=1)}
WITHOUT_NEWS_IN_QUIET = timedelta(days=3)


def silence_after() -> timedelta:
    """Return how long a need may stay without news, in the sequence in force."""
    sequence = sequence_in_force()
    level = Sequence.Level(sequence.level) if sequence else Sequence.Level.QUIET
    return WITHOUT_NEWS.get(level, WITHOUT_NEWS_IN_QUIET)


def do_note_need(
    *, actor: Actor, facility: Facility, kind: str, words: str, urgency: str, client_key: UUID
) -> FieldNeed:
    """Write what a facility lacks, as its head says it; the same ``client_key`` sent twice is one need."""
    unit = unit_of(actor, facility)
    if facility.closed_on is not None:
        raise Refusal("facility_closed", _("This facility was set aside: nothing is noted there any more."))
    if kind not in NEEDS:
        raise Refusal("kind", _("Choose what is lacking in the list."))
    if not words.strip():
        raise Refusal("words_missing", _("Write what is lacking, as the head of the place says it."))
    now = clock.now()
    with transaction.atomic():
        need, made = FieldNeed.objects.get_or_create(
            client_key=client_key,
            defaults={
                "facility": facility,
                "unit": unit,
                "kind": kind,
                "words": words.strip(),
                "urgency": urgency,
                "opened_at": now,
                "news_at": now,
                "opened_by_id": actor.person_id,
                "exercise_id": facility.exercise_id,
            },
        )
        if made:
            _record(actor, "need_noted", need, {"kind": kind, "urgency": urgency})
    return need


def can_move(actor: Actor, need: FieldNeed) -> bool:
    """Whoever writes for the unit in charge says what becomes of a need."""
    return can_write(actor, need.unit)


def do_take_in_hand(*, actor: Actor, need: FieldNeed, by: str) -> FieldNeed:
    """Say who deals with it: a post and its organisation. Somebody else may take over."""
    if not by.strip():
        raise Refusal("by_missing", _("Say who deals with it: a post and its organisation, never a name."))
    words = now_said("In hand: %(who)s.") % {"who": by.strip()}
    return _move(actor, need, "need_taken", words, state=State.IN_HAND, in_hand_by=by.strip()[:160])


def do_give_news(*, actor: Actor, need: FieldNeed, words: str) -> FieldNeed:
    """Write where it stands; its age goes on."""
    if not words.strip():
        raise Refusal("words_missing", _("Say where it stands, even when nothing moved: why."))
    return _move(actor, need, "need_told", words.strip())


def do_close_need(*, actor: Actor, need: FieldNeed, met: bool, outcome: str) -> FieldNeed:
    """Close it: met, and how; or not met, and why."""
    if not outcome.strip():
        missing = _("Say how it was met.") if met else _("Say why it was not met: the centre reads it tomorrow.")
        raise Refusal("outcome_missing", missing)
    return _move(
        actor,
        need,
        "need_closed",
        outcome.strip(),
        state=State.MET if met else State.NOT_MET,
        outcome=outcome.strip(),
        closed_at=clock.now(),
        closed_by_id=actor.person_id,
    )


def _move(actor: Actor, need: FieldNeed, verb: str, words: str, **values: object) -> FieldNeed:
    check_writing(actor, need.unit)
    check_world(actor, need.exercise_id)
    now = clock.now()
    with transaction.atomic():
        moved = FieldNeed.objects.filter(pk=need.pk, state__in=WAITING).update(news_at=now, **values)
        if not moved:
            raise Refusal("need_closed", _("Somebody has closed it already. Open it again to read how."), conflict=True)
        NeedNews.objects.create(need=need, words=words, by_id=actor.person_id, at=now)
        _record(actor, verb, need, {"state": str(values.get("state", need.state))})
    need.refresh_from_db()
    return need


def find_needs(actor: Actor, *, text: str = "", kind: str = "", state: str = "", unit: str = "") -> QuerySet[FieldNeed]:
    """Return needs, the most urgent then the oldest first; those that wait, unless ``state`` says otherwise."""
    found = visible_needs(actor)
    for word in normalised(text).split():
        found = found.filter(facility__search__contains=word)
    if kind:
        found = found.filter(kind=kind)
    if unit.isdecimal():
        found = found.filter(unit_id=int(unit))
    if state == "closed":
        return found.filter(state__in=CLOSED).order_by("-closed_at", "pk")
    if state == "silent":
        found = found.filter(news_at__lt=clock.now() - silence_after())
    return found.filter(state__in=WAITING).order_by("urgency", "opened_at", "pk")


def _record(actor: Actor, verb: str, need: FieldNeed, params: dict[str, object]) -> None:
    record(
        actor=actor,
        verb=f"proactive_desks.{verb}",
        object_kind="field_need",
        object_key=need.pk,
        params=params,
    )
