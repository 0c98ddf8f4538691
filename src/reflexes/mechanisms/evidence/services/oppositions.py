"""Who asked to be left alone: each later campaign of the same controller asks here before it writes a row (P04 (4))."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory.models import Organisation
from reflexes.mechanisms.evidence.models import Opposition, OppositionKey
from reflexes.mechanisms.journal.services import record

# Up to here the database looks each telephone up; a whole sheet reads every refusal once.
FEW = 100


def do_oppose(
    *, actor: Actor, organisation: Organisation, phone: str, scope: str, exercise_id: int | None = None
) -> Opposition:
    """Keep that a telephone (E.164) refuses ``scope``; again changes nothing. Whoever is told must pass it on."""
    digest = _key(organisation).digest(_number(phone))
    with transaction.atomic():
        fresh = Opposition(organisation=organisation, digest=digest, scope=scope, exercise_id=exercise_id)
        Opposition.objects.bulk_create([fresh], ignore_conflicts=True)
        kept = _live(organisation, scope).get(digest=digest, exercise_id=exercise_id)
        if kept.key == fresh.key:
            _record(actor, kept, "evidence.opposed")
    return kept


def do_lift(
    *, actor: Actor, organisation: Organisation, phone: str, scope: str, exercise_id: int | None = None
) -> bool:
    """Take a refusal back, at the word of the person alone; tell whether there was one."""
    digest = _key(organisation).digest(_number(phone))
    with transaction.atomic():
        rows = _live(organisation, scope).filter(digest=digest, exercise_id=exercise_id)
        kept = rows.first()
        if kept is None or not rows.update(lifted_at=clock.now()):
            return False
        _record(actor, kept, "evidence.opposition_lifted")
    return True


def opposed(organisation: Organisation, phones: Iterable[str], scope: str, exercise_id: int | None = None) -> set[str]:
    """Return those of the telephones that refuse ``scope`` to this controller.

    In an exercise, real refusals count besides those played (ADR 16: what is real is read there).
    """
    if not OppositionKey.objects.filter(organisation=organisation).exists():
        return set()
    key = _key(organisation)
    asked = {key.digest(phone): phone for phone in set(phones)}
    refusing = _live(organisation, scope).filter(Q(exercise=None) | Q(exercise_id=exercise_id))
    if len(asked) <= FEW:
        refusing = refusing.filter(digest__in=asked)
    return {asked[digest] for digest in refusing.order_by("pk").values_list("digest", flat=True) if digest in asked}


def _live(organisation: Organisation, scope: str) -> QuerySet[Opposition]:
    return Opposition.objects.filter(organisation=organisation, scope=scope, lifted_at=None)


def _number(phone: str) -> str:
    if not phone.startswith("+"):
        raise Refusal("phone_unknown", _("This is no telephone number. Type it in full, such as 06 39 98 00 01."))
    return phone


def _key(organisation: Organisation) -> keyring.Key:
    """Return the controller's own key, made the first time; of two made at once one is kept."""
    kept = OppositionKey.objects.filter(organisation=organisation).first()
    if kept is None:
        name = keyring.make()
        OppositionKey.objects.bulk_create([OppositionKey(organisation=organisation, key=name)], ignore_conflicts=True)
        kept = OppositionKey.objects.get(organisation=organisation)
        if kept.key != name:
            keyring.destroy(name)
    try:
        return keyring.take(kept.key)
    except keyring.KeyGone:
        raise Refusal(
            "key_gone",
            _("Refusals cannot be read: the folder of keys is missing. Nobody may be called until it is back."),
            conflict=True,
        ) from None


def _record(actor: Actor, kept: Opposition, verb: str) -> None:
    record(actor=actor, verb=verb, object_kind="opposition", object_key=kept.key, params={"scope": kept.scope})
