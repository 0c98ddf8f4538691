"""Who may do what with datasets. Each rule is short and says why."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import registry
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.evidence.models import Dataset

KEEPERS = frozenset({roles.SUPERVISOR, roles.ADMINISTRATOR})
WATCHERS = KEEPERS | {roles.DPO}


def is_keeper(actor: Actor) -> bool:
    """Tell whether ``actor`` prepares, opens and destroys datasets: who is in charge of calls, or the administrator."""
    return actor.role in KEEPERS and actor.organisation_id is not None


def can_keep(actor: Actor, dataset: Dataset) -> bool:
    """A dataset is kept by the organisation that answers for it before the law, and by nobody else's."""
    return is_keeper(actor) and dataset.controller_id == actor.organisation_id


def can_judge(actor: Actor, dataset: Dataset) -> bool:
    """The data-protection officer of the controller gives an opinion, never on a dataset of their own (GDPR 38 (6))."""
    return (
        actor.role == roles.DPO
        and dataset.controller_id == actor.organisation_id
        and actor.person_id != dataset.owner_id
    )


def can_watch(actor: Actor) -> bool:
    """Tell whether ``actor`` sees the datasets of their organisation with all that waits there."""
    return actor.role in WATCHERS and actor.organisation_id is not None


def visible_datasets(actor: Actor) -> QuerySet[Dataset]:
    """Return the datasets that the actor watches, in the world they act in (ADR 16)."""
    datasets = Dataset.objects.filter(exercise_id=actor.exercise_id)
    return datasets.filter(controller_id=actor.organisation_id) if can_watch(actor) else datasets.none()


def access_dataset(actor: Actor, slug: str) -> Dataset:
    """Return a dataset of the actor's organisation to those who watch it."""
    if actor.is_known and not can_watch(actor):
        raise PermissionDenied
    dataset = visible_datasets(actor).select_related("controller", "owner").filter(slug=slug).first()
    if dataset is None:
        raise Http404
    return dataset


def access_kept_dataset(actor: Actor, slug: str) -> Dataset:
    """Return a dataset to those who keep it."""
    dataset = access_dataset(actor, slug)
    check_keeping(actor, dataset)
    return dataset


def check_keeping(actor: Actor, dataset: Dataset) -> None:
    """Refuse whoever does not keep the dataset, or acts in another world."""
    check_own_world(actor, dataset)
    if not can_keep(actor, dataset):
        raise PermissionDenied


def check_own_world(actor: Actor, dataset: Dataset) -> None:
    """Refuse to change what is real from inside an exercise, and what is played from outside it (ADR 16)."""
    if dataset.exercise_id is None:
        check_real(actor)
    elif dataset.exercise_id != actor.exercise_id:
        raise Http404


def check_piste(slug: str) -> None:
    """Refuse a slug that is not the one of a piste switched on here."""
    if slug not in {piste.slug for piste in registry.pistes()}:
        raise Refusal("piste_unknown", _("This part of the site is switched off. Ask the administrator."))
