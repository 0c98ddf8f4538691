"""The register of the desk: the dataset that receives what people tell of their own accord, and who reads a case (P12).

A call out is written in the dataset of its campaign. Whoever calls, comes or writes belongs to no campaign: their
words go to the register of the organisation, a dataset of the piste that carries no campaign, judged and opened like
any other.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import datasets, readings
from reflexes.pistes.contact.proactive_desks import perms

FOLLOWING = "following"


def _registers(actor: Actor) -> QuerySet[Dataset]:
    """Return the registers of the actor's organisation, in the world they act in."""
    return Dataset.objects.filter(
        piste=perms.SLUG, campaign=None, controller_id=actor.organisation_id, exercise_id=actor.exercise_id
    )


def register_in_hand(actor: Actor) -> Dataset | None:
    """Return the register being prepared or open, the open one first; the supervisor keeps it."""
    if not perms.is_supervisor(actor):
        raise PermissionDenied
    return _registers(actor).filter(_open() | Q(state=Dataset.State.DRAFT)).order_by("-state", "-pk").first()


def _open() -> Q:
    return Q(state=Dataset.State.OPEN, ends_on__gte=clock.today())


def key_of(actor: Actor) -> str:
    """Return the name of the key that seals what reaches the desk today; nothing while no register is open."""
    return _registers(actor).filter(_open()).order_by("-pk").values_list("key", flat=True).first() or ""


def do_prepare_register(*, actor: Actor, title: str, fields: dict[str, Any]) -> Dataset:
    """Prepare the register, or complete the one being prepared; once open it stays as it was judged."""
    kept = register_in_hand(actor)
    if kept is not None and kept.state == Dataset.State.OPEN:
        raise Refusal("register_open", _("The register is open: it stays as it was judged."), conflict=True)
    said = {**fields, "title": title} if kept is not None else {**fields, "title": title, "piste": perms.SLUG}
    return datasets.do_write_dataset(actor=actor, dataset=kept, fields=said)


def do_open_register(*, actor: Actor) -> Dataset:
    """Open the register once nothing is missing: what people tell can be written down from now on."""
    kept = register_in_hand(actor)
    if kept is None:
        raise Refusal("register_missing", _("Write first what this register is for."))
    return datasets.do_open(actor=actor, dataset=kept)


def do_reveal_case(*, actor: Actor, case: Case, what: str, through: str) -> dict[str, str]:
    """Return who a case is about and write who read it, through which need; ``casework`` checked the scope before.

    Raises ``PermissionDenied`` once the dataset of the case has ended, and writes that reading as refused.
    """
    dataset = Dataset.objects.filter(key=case.key_name, piste=perms.SLUG).first()
    if dataset is None:
        raise PermissionDenied
    return readings.do_reveal(
        actor=actor,
        dataset=dataset,
        subject=case.subject,
        sealed=case.identity,
        what=what,
        what_for=FOLLOWING,
        through=through,
        allowed=True,
    )
