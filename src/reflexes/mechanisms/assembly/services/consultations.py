"""A consultation: one question, a main and a backup channel, from a day to a day (P11 (1))."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Body, Channel, Consultation, Contribution
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.slugs import free_slug
from reflexes.mechanisms.journal.services import record

FIELDS = frozenset(
    [
        "title",
        "question",
        "body",
        "session",
        "opens_on",
        "closes_on",
        "main_channel",
        "main_words",
        "backup_channel",
        "backup_words",
        "moderation",
        "answerer",
        "answer_days",
    ]
)
# What a consultation lacks to open, in the order of the form.
MISSING = {
    "title": _("Give it a title: a few words that people recognise."),
    "question": _("Write the question people answer."),
    "opens_on": _("Say from which day words are taken."),
    "closes_on": _("Say until which day words are taken: after today, and not before it opens."),
    "main_channel": _("Name the main channel, and write where and when people find it."),
    "backup_channel": _("Name the backup channel, another than the main one, and write where and when people find it."),
    "answerer": _("Name the person who owes an answer to what comes out of it."),
}


def missing(consultation: Consultation) -> list[str]:
    """Return the codes of what ``consultation`` lacks to open."""
    first, last = consultation.opens_on, consultation.closes_on
    main, backup = consultation.main_channel, consultation.backup_channel
    lacks = {
        "title": not consultation.title.strip(),
        "question": not consultation.question.strip(),
        "opens_on": first is None,
        "closes_on": last is None or last < clock.today() or (first is not None and last < first),
        "main_channel": main not in Channel.values or not consultation.main_words.strip(),
        "backup_channel": backup not in Channel.values or backup == main or not consultation.backup_words.strip(),
        "answerer": consultation.answerer is None or consultation.answerer.erased_at is not None,
    }
    return [code for code in MISSING if lacks[code]]


def do_open_consultation(*, actor: Actor, piste: str, fields: Mapping[str, Any]) -> Consultation:
    """Open a consultation; a body lends its answerer and its delay. All that lacks is told at once."""
    if not perms.is_keeper(actor):
        raise PermissionDenied
    perms.check_piste(piste)
    values = {name: value for name, value in fields.items() if name in FIELDS}
    body = values.get("body") or getattr(values.get("session"), "body", None)
    if body is not None:
        _check_body(actor, body)
        if values.get("session") is not None:
            perms.check_own_world(actor, values["session"].exercise_id)
        values = {"answerer": body.answerer, "answer_days": body.answer_days, **values, "body": body}
    consultation = Consultation(
        piste=piste, organisation_id=actor.organisation_id, exercise_id=actor.exercise_id, **values
    )
    if lacks := missing(consultation):
        raise Refusal("consultation_incomplete", " ".join(str(MISSING[code]) for code in lacks))
    if consultation.moderation not in Consultation.Moderation.values:
        raise Refusal("moderation_unknown", _("Say whether words are read before they show, or afterwards."))
    if consultation.answer_days < 1:
        raise Refusal("answer_days", _("Say within how many days it is answered: at least one."))
    consultation.slug = free_slug(Consultation, consultation.title, "consultation")
    try:
        with transaction.atomic():
            consultation.save()
            _record(actor, "assembly.consultation_opened", consultation, {"until": str(consultation.closes_on)})
            announce(consultation, "consultation_opened")
    except IntegrityError as error:
        raise Refusal("name_taken", _("Another one has just taken this title. Give yours another one.")) from error
    return consultation


def _check_body(actor: Actor, body: Body) -> None:
    perms.check_keeping(actor, body)
    perms.check_reachable(actor, body)
    if body.state != Body.State.OPEN:
        raise Refusal("body_not_open", _("This body is not at work: open it before asking people."), conflict=True)


def is_open(consultation: Consultation) -> bool:
    """Tell whether words are taken today."""
    return consultation.closed_at is None and consultation.opens_on <= clock.today() <= consultation.closes_on


def check_kept(actor: Actor, consultation: Consultation) -> None:
    """Refuse whoever does not keep it, and another world than its own."""
    perms.check_keeping(actor, consultation)
    perms.check_own_world(actor, consultation.exercise_id)


def do_prolong(*, actor: Actor, consultation: Consultation, closes_on: date, reason: str) -> Consultation:
    """Take words for longer, with a reason that the journal keeps. One that was closed opens again."""
    check_kept(actor, consultation)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why it lasts longer than what was announced."))
    if closes_on <= consultation.closes_on and consultation.closed_at is None:
        raise Refusal("not_longer", _("It already lasts until then. Choose a later day, or close it."))
    if closes_on < clock.today():
        raise Refusal("in_the_past", _("Choose a day to come."))
    with transaction.atomic():
        Consultation.objects.filter(pk=consultation.pk).update(closes_on=closes_on, closed_at=None, closing_words="")
        about = {"until": str(closes_on)}
        _record(actor, "assembly.consultation_prolonged", consultation, about, reason)
        announce(consultation, "consultation_prolonged")
    consultation.refresh_from_db()
    return consultation


def do_close_consultation(*, actor: Actor, consultation: Consultation, words: str) -> Consultation:
    """Close it before its last day, saying why; papers already filled in can still be typed."""
    check_kept(actor, consultation)
    if not words.strip():
        raise Refusal("words_missing", _("Say why it closes before its last day: people counted on it."))
    with transaction.atomic():
        closed = Consultation.objects.filter(pk=consultation.pk, closed_at=None, closes_on__gte=clock.today()).update(
            closed_at=clock.now(), closing_words=words.strip()
        )
        if not closed:
            raise Refusal("closed_already", _("It is closed already. Reload the page."), conflict=True)
        _record(actor, "assembly.consultation_closed", consultation)
        announce(consultation, "consultation_closed")
    consultation.refresh_from_db()
    return consultation


CHANNELS = ("main_channel", "main_words", "backup_channel", "backup_words")


def do_change_channels(*, actor: Actor, consultation: Consultation, fields: Mapping[str, Any]) -> Consultation:
    """Change the two channels or where people find them: a number, a counter, a room. What was said keeps its own."""
    check_kept(actor, consultation)
    with transaction.atomic():
        current = (
            Consultation.objects.select_for_update(of=("self",)).select_related("answerer").get(pk=consultation.pk)
        )
        before = [getattr(current, name) for name in CHANNELS]
        for name in CHANNELS:
            setattr(current, name, fields.get(name, getattr(current, name)))
        if lacks := [code for code in missing(current) if code in CHANNELS]:
            raise Refusal("channels_incomplete", " ".join(str(MISSING[code]) for code in lacks))
        if [getattr(current, name) for name in CHANNELS] != before:
            current.save(update_fields=CHANNELS)
            channels = {"main": current.main_channel, "backup": current.backup_channel}
            _record(actor, "assembly.channels_changed", consultation, channels)
    consultation.refresh_from_db()
    return consultation


def channel_now(consultation: Consultation) -> tuple[str, str]:
    """Return the channel people are sent to today and the words that tell where it is."""
    if consultation.switched_at is None:
        return consultation.main_channel, consultation.main_words
    return consultation.backup_channel, consultation.backup_words


def do_switch_channel(*, actor: Actor, consultation: Consultation, why: str) -> Consultation:
    """Let the backup channel take over, or give way again. Nothing that was said moves: words keep coming by both."""
    check_kept(actor, consultation)
    if not why.strip():
        raise Refusal("why_missing", _("Say why the channel changes: people read it where they used to speak."))
    to_backup = consultation.switched_at is None
    with transaction.atomic():
        switched = Consultation.objects.filter(pk=consultation.pk, switched_at=consultation.switched_at).update(
            switched_at=clock.now() if to_backup else None, why_switched=why.strip()[:200] if to_backup else ""
        )
        if not switched:
            raise Refusal("switched", _("Somebody changed the channel meanwhile. Reload the page."), conflict=True)
        consultation.refresh_from_db()
        record(
            actor=actor,
            verb="assembly.channel_switched" if to_backup else "assembly.channel_back",
            object_kind="consultation",
            object_key=consultation.pk,
            reason=why,
            params={"channel": channel_now(consultation)[0]},
        )
        announce(consultation, "channel_switched" if to_backup else "channel_back")
    return consultation


def reach(consultation: Consultation) -> dict[str, int]:
    """Return how many contributions came by each channel, those nobody used included: one question.

    What was hidden still arrived and counts; what its author took back does not.
    """
    arrived = Contribution.objects.filter(consultation=consultation).exclude(state=Contribution.State.WITHDRAWN)
    counted = arrived.order_by("channel").values_list("channel").annotate(Count("pk"))
    return dict.fromkeys(Channel.values, 0) | dict(counted)


def find_consultations(actor: Actor, *, piste: str) -> QuerySet[Consultation]:
    """Return the consultations of a piste that ``actor`` may see, each with how many contributions show."""
    shown = Q(contributions__state=Contribution.State.SHOWN)
    return (
        perms.visible_consultations(actor)
        .filter(piste=piste)
        .select_related("organisation", "body", "answerer")
        .annotate(shown=Count("contributions", filter=shown))
        .order_by("-opens_on", "pk")
    )


def _record(
    actor: Actor, verb: str, consultation: Consultation, params: dict[str, object] | None = None, reason: str = ""
) -> None:
    record(
        actor=actor,
        verb=verb,
        object_kind="consultation",
        object_key=consultation.pk,
        reason=reason,
        params=params or {},
    )
