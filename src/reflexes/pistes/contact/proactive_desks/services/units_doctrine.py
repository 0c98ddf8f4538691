"""The doctrine: what the centre sets, what units decide alone. A published version never changes (P12 (b))."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.models import Doctrine, DoctrinePoint, DoctrineReading, ProximityUnit
from reflexes.pistes.contact.proactive_desks.perms_units import check_leading, check_managing, check_world

Kind = DoctrinePoint.Kind
MOST_POINTS = 30


@dataclass(frozen=True, slots=True)
class Changes:
    """What one version says that the one before did not, and the reverse; ``before`` is None for the first."""

    before: Doctrine | None
    added: list[DoctrinePoint]
    removed: list[DoctrinePoint]
    priority_changed: bool

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed or self.priority_changed)


def doctrine_in_force(organisation_id: int | None, exercise_id: int | None) -> Doctrine | None:
    """Return the last version that was published."""
    published = Doctrine.objects.filter(organisation_id=organisation_id, exercise_id=exercise_id)
    return published.exclude(published_at=None).order_by("-number").first()


def draft_of(actor: Actor) -> Doctrine | None:
    """Return the version being written, if any."""
    return _drafts(actor).first()


def _drafts(actor: Actor) -> QuerySet[Doctrine]:
    return Doctrine.objects.filter(
        organisation_id=actor.organisation_id, exercise_id=actor.exercise_id, published_at=None
    ).order_by("pk")


def lines(text: str) -> list[str]:
    """Return one sentence a line, once each.

    >>> lines("One.\\n\\n  Two. \\nOne.")
    ['One.', 'Two.']
    """
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


def do_write_doctrine(*, actor: Actor, priority: str, fixed: str, margins: str) -> Doctrine:
    """Write the next version, or go on writing it: one sentence a line. Nobody works under it before it is published.

    Raises Refusal when the priority, every fixed point or every margin is missing: a frame without margins is an order.
    """
    check_managing(actor)
    sentences = {Kind.FIXED: lines(fixed), Kind.MARGIN: lines(margins)}
    if not priority.strip():
        raise Refusal("no_priority", _("Say what comes first now."))
    if not sentences[Kind.FIXED]:
        raise Refusal("no_fixed", _("Write at least one fixed point: what is not negotiated."))
    if not sentences[Kind.MARGIN]:
        raise Refusal("no_margin", _("Write at least one margin: what units decide alone."))
    if any(len(one) > 300 for found in sentences.values() for one in found):
        raise Refusal("point_long", _("A point is one sentence, of 300 signs at most. Cut the longest one."))
    if any(len(found) > MOST_POINTS for found in sentences.values()):
        raise Refusal("points_many", _("Thirty points at most on each side: nobody holds more in mind."))
    try:
        with transaction.atomic():
            # Locked: a version published meanwhile is no draft any more, and stays as it is.
            doctrine = _drafts(actor).select_for_update().first() or _next(actor)
            doctrine.priority = priority.strip()
            doctrine.written_by_id, doctrine.written_at = actor.person_id, clock.now()
            doctrine.save()
            doctrine.points.all().delete()
            DoctrinePoint.objects.bulk_create(
                DoctrinePoint(doctrine=doctrine, kind=kind, position=position, words=words)
                for kind, found in sentences.items()
                for position, words in enumerate(found, 1)
            )
            _record(actor, "doctrine_written", doctrine)
    except IntegrityError as error:
        raise Refusal(
            "drafted_twice", _("Somebody has just begun the next version. Open it and go on there."), conflict=True
        ) from error
    return doctrine


def _next(actor: Actor) -> Doctrine:
    known = Doctrine.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    last = known.aggregate(last=Max("number"))["last"] or 0
    return Doctrine(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id, number=last + 1)


def do_publish_doctrine(*, actor: Actor, doctrine: Doctrine) -> Doctrine:
    """Publish a version: it never changes any more, and each unit is asked to say that it read it."""
    check_managing(actor)
    check_world(actor, doctrine.exercise_id)
    with transaction.atomic():
        published = Doctrine.objects.filter(
            pk=doctrine.pk, organisation_id=actor.organisation_id, published_at=None
        ).update(published_at=clock.now(), published_by=actor.person_id)
        if not published:
            raise Refusal("published", _("It is published: it does not change. Write the next version."), conflict=True)
        _record(actor, "doctrine_published", doctrine)
    doctrine.refresh_from_db()
    return doctrine


def do_say_read(*, actor: Actor, unit: ProximityUnit, doctrine: Doctrine) -> DoctrineReading:
    """Say that the unit read a version: it works under it from now on."""
    check_leading(actor, unit)
    if doctrine.organisation_id != unit.organisation_id or doctrine.exercise_id != unit.exercise_id:
        raise Refusal("doctrine_elsewhere", _("This version is not of the organisation that your unit works for."))
    if doctrine.published_at is None:
        raise Refusal("not_published", _("This version is still being written: it is read once it is published."))
    with transaction.atomic():
        reading, made = DoctrineReading.objects.get_or_create(
            doctrine=doctrine, unit=unit, defaults={"by_id": actor.person_id, "at": clock.now()}
        )
        if made:
            if doctrine.number > unit.doctrine.number:
                ProximityUnit.objects.filter(pk=unit.pk).update(doctrine=doctrine)
            _record(actor, "doctrine_read", doctrine, {"unit": unit.pk})
    return reading


def changes_of(doctrine: Doctrine, *, since: int | None = None) -> Changes:
    """Return what ``doctrine`` changes since version ``since``, or since the one before it."""
    others = Doctrine.objects.filter(
        organisation_id=doctrine.organisation_id, exercise_id=doctrine.exercise_id, number__lt=doctrine.number
    ).prefetch_related("points")
    wanted = others.filter(number=since) if since is not None else others
    before = wanted.order_by("-number").first()
    now = list(doctrine.points.all())
    if before is None:
        return Changes(None, [], [], False)
    then = list(before.points.all())
    said_now = {(one.kind, one.words) for one in now}
    said_then = {(one.kind, one.words) for one in then}
    return Changes(
        before,
        [one for one in now if (one.kind, one.words) not in said_then],
        [one for one in then if (one.kind, one.words) not in said_now],
        before.priority != doctrine.priority,
    )


def _record(actor: Actor, verb: str, doctrine: Doctrine, params: dict[str, object] | None = None) -> None:
    record(
        actor=actor,
        verb=f"proactive_desks.{verb}",
        object_kind="doctrine",
        object_key=doctrine.pk,
        params={"number": doctrine.number, **(params or {})},
    )
