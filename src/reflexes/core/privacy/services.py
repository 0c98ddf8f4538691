"""Export and erase all that is known of a person; keep who read what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.privacy.models import ViewRecord

# Role slugs are the directory's, which core does not know. The data-protection officer decides on erasures, the
# administrator carries them out, the system serves the command line of the machine's owner.
ERASERS = frozenset({"dpo", "administrator", "system"})
# The names under which exports give what points to one person and to nobody else.
IDENTIFYING = frozenset({"email", "phone"})
SHORTEST_IDENTIFIER = 6


def record_view(actor: Actor, subject_key: UUID, what: str, purpose: str) -> None:
    """Write that ``actor`` read ``what`` about someone, once an hour; reading about oneself is nobody's business."""
    record_views(actor, [subject_key], what, purpose)


def record_views(actor: Actor, subject_keys: Iterable[UUID], what: str, purpose: str) -> None:
    """Write that ``actor`` read ``what`` about several people: one question to the database for a whole list."""
    if actor.person_key is None:
        return
    now = clock.now()
    ViewRecord.objects.bulk_create(
        [
            ViewRecord(
                viewer_key=actor.person_key,
                subject_key=subject_key,
                what=what,
                purpose=purpose,
                role=actor.role,
                organisation_id=actor.organisation_id,
                hour=now.replace(minute=0, second=0, microsecond=0),
                at=now,
            )
            for subject_key in dict.fromkeys(subject_keys)
            if subject_key != actor.person_key
        ],
        ignore_conflicts=True,
    )


def views_of(*subject_keys: UUID) -> QuerySet[ViewRecord]:
    """Return who read what about a person, who may stand under several pseudonyms, latest first."""
    return ViewRecord.objects.filter(subject_key__in=subject_keys).order_by("-at", "-id")


def export_person(person_key: UUID) -> dict[str, Any]:
    """Return all that every app knows of a person, by app label: ready for JSON (``DjangoJSONEncoder``)."""
    known = {label: module.export(person_key) for label, module in _privacy_modules()}
    return {
        "person_key": str(person_key),
        "made_at": clock.now().isoformat(),
        "known": {label: found for label, found in known.items() if found},
    }


@dataclass(frozen=True, slots=True)
class Leftover:
    """Rows that still hold an address or a number of the erased person: free words, or someone who shares it."""

    table: str
    column: str
    rows: int


def can_erase(actor: Actor, person_key: UUID) -> bool:
    """Tell whether ``actor`` may erase a person: the person, the data-protection officer, the administrator."""
    return actor.role in ERASERS or (actor.person_key is not None and actor.person_key == person_key)


def do_erase_person(*, actor: Actor, person_key: UUID) -> tuple[Leftover, ...]:
    """Erase a person everywhere, in one transaction: only pseudonyms remain (design.md rule 6).

    Each app erases its own; then each is asked again what it knows, and an app that still gives an address or a
    number makes the whole erasure refused and undone. Returns where the addresses still stand in the database, which
    is for a person to look at: they may be another's too.
    """
    if not can_erase(actor, person_key):
        raise PermissionDenied
    with transaction.atomic():
        identifiers = _identifiers(export_person(person_key)["known"])
        for _label, module in _privacy_modules():
            module.erase(person_key)
        for label, module in _privacy_modules():
            if identifiers & _identifiers({label: module.export(person_key)}):
                raise Refusal(
                    "erasure_incomplete",
                    _("Nothing was erased: “%(app)s” still holds an address or a number. Tell the maintainers.")
                    % {"app": label},
                )
        return tuple(_leftovers(identifiers))


def _privacy_modules() -> Iterator[tuple[str, ModuleType]]:
    """Yield the ``privacy`` module of every app that has one, core first."""
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "privacy"):
            module = import_module(f"{config.name}.privacy")
            yield config.label, module


def _identifiers(known: Any, name: str = "") -> set[str]:
    """Return the addresses and numbers in an export, however deep they lie."""
    if isinstance(known, dict):
        return {found for key, value in known.items() for found in _identifiers(value, str(key))}
    if isinstance(known, list | tuple):
        return {found for value in known for found in _identifiers(value, name)}
    if name in IDENTIFYING and isinstance(known, str) and len(known) >= SHORTEST_IDENTIFIER:
        return {known}
    return set()


def _leftovers(identifiers: set[str]) -> Iterator[Leftover]:
    """Look for addresses and numbers in every column of words of every table."""
    if not identifiers:
        return
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField):
                mentions = models.Q()
                for identifier in identifiers:
                    mentions |= models.Q((f"{field.attname}__icontains", identifier))
                rows = model._default_manager.filter(mentions).count()
                if rows:
                    yield Leftover(model._meta.db_table, field.attname, rows)
