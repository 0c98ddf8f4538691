"""Citizen evaluators: invited by a link, they note what they see and count at a place and an hour (P11 (9))."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Channel, Contribution
from reflexes.mechanisms.assembly.services.contributions import nobody
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue.messages_schemes import invited
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, FieldCount, FieldNote, Indicator, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import check_writing
from reflexes.pistes.contact.citizen_dialogue.services.indicators import check_closed, check_evaluator
from reflexes.pistes.contact.citizen_dialogue.services.schemes import chosen

LONGEST_NOTE = 2000
LONGEST_MINUTES = 24 * 60
HIGHEST_COUNT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody saw: ``counts`` is indicator key → how many, ``client_key`` made once by whoever sends."""

    client_key: UUID
    at: datetime
    where: str
    minutes: int | None = None
    counts: Mapping[int, int] = field(default_factory=dict)
    saw: str = ""
    feeling: str = ""


def do_invite(*, actor: Actor, scheme: Scheme, person: Person, as_words: str) -> Evaluator:
    """Ask somebody to observe the place; they receive a link that lasts as long as the trial. Again, it is resent."""
    check_writing(actor, scheme)
    if scheme.ended_on is not None:
        raise Refusal("ended", _("It has ended: there is nothing left to observe."), conflict=True)
    if not as_words.strip():
        raise Refusal("as_words", _("Say from where they look: a cyclist, a shopkeeper, somebody in a wheelchair."))
    with transaction.atomic():
        evaluator, _made = Evaluator.objects.update_or_create(
            scheme=scheme,
            person=person,
            defaults={"as_words": as_words.strip()[:80], "left_at": None, "invited_at": clock.now()},
        )
        record(
            actor=actor,
            verb="citizen_dialogue.evaluator_invited",
            object_kind="scheme",
            object_key=scheme.pk,
            params={"evaluator": evaluator.pk},
        )
        invited(evaluator)
    return evaluator


def do_leave(*, actor: Actor, evaluator: Evaluator) -> None:
    """Stop observing: the person by their link, or the officer whom they asked. Their notes stay."""
    own = actor.is_known and actor.person_id == evaluator.person_id
    if not own:
        check_writing(actor, evaluator.scheme)
    with transaction.atomic():
        if not Evaluator.objects.filter(pk=evaluator.pk, left_at=None).update(left_at=clock.now()):
            raise Refusal("left", _("It is noted already: nothing is expected any more."), conflict=True)
        record(
            actor=nobody(actor) if own else actor,
            verb="citizen_dialogue.evaluator_left",
            object_kind="scheme",
            object_key=evaluator.scheme_id,
            params={"evaluator": evaluator.pk},
        )


def do_note(*, actor: Actor, evaluator: Evaluator, seen: Seen, typed_from: str = "") -> FieldNote:
    """Write what an evaluator saw, by their link, or typed by the officer from paper, telephone, room or letter."""
    scheme = evaluator.scheme
    if typed_from:
        check_writing(actor, scheme)
        if typed_from not in Channel.values or typed_from == Channel.WEB:
            raise Refusal("channel", _("Say how it reached you: by telephone, on paper, in the room or by letter."))
    else:
        check_evaluator(actor, evaluator, scheme)
    if known := FieldNote.objects.filter(client_key=seen.client_key).first():
        return _same(known, evaluator)
    _check_seen(scheme, seen)
    counted = _counted(scheme, seen)
    try:
        with transaction.atomic():
            check_closed(scheme)
            note = FieldNote.objects.create(
                scheme=scheme,
                evaluator=evaluator,
                client_key=seen.client_key,
                at=seen.at,
                where=seen.where.strip(),
                minutes=seen.minutes if counted else None,
                saw=seen.saw.strip(),
                feeling=seen.feeling,
                channel=typed_from or Channel.WEB,
                entered_by_id=actor.person_id if typed_from else None,
            )
            FieldCount.objects.bulk_create(
                FieldCount(note=note, indicator=indicator, value=value) for indicator, value in counted
            )
            record(
                actor=actor if typed_from else nobody(actor),
                verb="citizen_dialogue.field_noted",
                object_kind="scheme",
                object_key=scheme.pk,
                params={"note": note.pk, "channel": note.channel},
            )
    except IntegrityError:
        # Sent twice at the same second: the other one is written, and it is the same note.
        known = FieldNote.objects.filter(client_key=seen.client_key).first()
        if known is None:
            raise
        return _same(known, evaluator)
    return note


def _same(known: FieldNote, evaluator: Evaluator) -> FieldNote:
    if known.evaluator_id != evaluator.pk:
        raise Refusal("sent_already", _("This was sent already. Open the form again."), conflict=True)
    return known


def _check_seen(scheme: Scheme, seen: Seen) -> None:
    if not seen.where.strip():
        raise Refusal("where", _("Say where you stand: a corner, a number, a shop."))
    if seen.at > clock.now():
        raise Refusal("later", _("This hour is to come. Correct the day or the hour."))
    if timezone.localtime(seen.at).date() < scheme.opened_on:
        raise Refusal("before", _("It had not opened yet on that day. Correct the day."))
    if seen.feeling and seen.feeling not in FieldNote.Feeling.values:
        raise Refusal("feeling", _("Choose one of the three answers, or none."))
    if len(seen.saw.strip()) > LONGEST_NOTE:
        raise Refusal("too_long", _("This is very long. Keep what matters, or write two notes."))
    if not seen.saw.strip() and not seen.counts and not seen.feeling:
        raise Refusal("nothing", _("Write what you saw, count something, or say how it felt: one of them is enough."))


def _counted(scheme: Scheme, seen: Seen) -> list[tuple[Indicator, int]]:
    counts = dict(seen.counts)
    known = {one.pk: one for one in chosen(scheme).filter(in_the_street=True)}
    if set(counts) - set(known):
        raise Refusal("not_counted", _("This is not counted in the street. Open the form again."), conflict=True)
    if any(not 0 <= value <= HIGHEST_COUNT for value in counts.values()):
        raise Refusal("count", _("A count is a whole number, from zero up. Correct it."))
    if counts and not (seen.minutes and 1 <= seen.minutes <= LONGEST_MINUTES):
        raise Refusal("minutes", _("Say during how many minutes you counted: ten are enough."))
    return [(known[pk], value) for pk, value in counts.items()]


def do_take_back(*, actor: Actor, note: FieldNote) -> None:
    """Take a note back: its words and counts are erased; that somebody had noted stays."""
    own = actor.is_known and actor.person_id == note.evaluator.person_id
    if not own:
        check_writing(actor, note.scheme)
    with transaction.atomic():
        gone = FieldNote.objects.filter(pk=note.pk, taken_back_at=None).update(
            taken_back_at=clock.now(), saw="", feeling="", minutes=None
        )
        if not gone:
            raise Refusal("taken_back", _("This note was taken back already."), conflict=True)
        note.counts.all().delete()
        record(
            actor=nobody(actor) if own else actor,
            verb="citizen_dialogue.note_taken_back",
            object_kind="scheme",
            object_key=note.scheme_id,
            params={"note": note.pk},
        )


def do_hide_note(*, actor: Actor, note: FieldNote, why: str) -> None:
    """Hide a note for a reason of the public list, the same as for any words; empty, it shows again."""
    check_writing(actor, note.scheme)
    if why and why not in Contribution.Why.values:
        raise Refusal("why", _("Choose one reason of the list: it is the same for everybody."))
    with transaction.atomic():
        FieldNote.objects.filter(pk=note.pk).update(why_hidden=why)
        record(
            actor=actor,
            verb="citizen_dialogue.note_hidden" if why else "citizen_dialogue.note_shown",
            object_kind="scheme",
            object_key=note.scheme_id,
            params={"note": note.pk, "why": why},
        )


def notes(scheme: Scheme, *, hidden: bool = False) -> QuerySet[FieldNote]:
    """Return the notes that everybody reads, latest first, with their counts; with ``hidden``, those hidden too."""
    if scheme.choice_closed_at is None:
        return FieldNote.objects.none()
    shown = FieldNote.objects.filter(scheme=scheme, taken_back_at=None)
    counts = Prefetch("counts", FieldCount.objects.select_related("indicator").order_by("indicator", "pk"))
    return (shown if hidden else shown.filter(why_hidden="")).select_related("evaluator").prefetch_related(counts)


def counts_of(scheme: Scheme) -> QuerySet[FieldCount]:
    """Return what was counted in the notes that everybody reads, indicator by indicator, oldest first."""
    if scheme.choice_closed_at is None:
        return FieldCount.objects.none()
    shown = FieldCount.objects.filter(note__scheme=scheme, note__taken_back_at=None, note__why_hidden="")
    return shown.select_related("note", "indicator").order_by("indicator", "note__at", "pk")
