"""What people ask about what is known of them: to correct, to object, to leave. Each gets an answer in words."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.services import notify
from reflexes.core.privacy.models import DataRequest
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.mechanisms.journal.services import record

# The data-protection officer answers; so may the cell and the administrator, who are the ones people call.
ANSWERERS = frozenset({roles.DPO, roles.ADMINISTRATOR, roles.COORDINATOR})


def can_answer_requests(actor: Actor) -> bool:
    """Tell whether ``actor`` answers what people ask about their data."""
    return actor.role in ANSWERERS


def own_requests(actor: Actor) -> QuerySet[DataRequest]:
    """Return what the actor asked, latest first."""
    return DataRequest.objects.filter(person_key=actor.person_key).order_by("-made_at", "-pk")


def visible_requests(actor: Actor) -> QuerySet[DataRequest]:
    """Return what people asked, to those who answer; for anyone else there is nothing."""
    if not can_answer_requests(actor):
        raise Http404
    return DataRequest.objects.order_by("answered_at", "made_at", "pk")


def access_request(actor: Actor, pk: int) -> DataRequest:
    """Return one request to somebody who answers them."""
    found = visible_requests(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def do_ask(*, actor: Actor, what: str, words: str) -> DataRequest:
    """Ask something about what is known of oneself; one request of a kind at a time."""
    check_real(actor)
    if actor.person_key is None or actor.person_id is None:
        raise PermissionDenied
    if what not in DataRequest.What.values:
        raise Refusal("what_unknown", gettext_lazy("Choose what you ask for in the list."))
    if what != DataRequest.What.LEAVE and not words.strip():
        raise Refusal("words_missing", gettext_lazy("Write in one sentence what is wrong, or what you object to."))
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                person_key=actor.person_key, what=what, words=words.strip(), made_at=clock.now()
            )
            record(actor=actor, verb="directory.data_asked", object_kind="data_request", object_key=request.pk)
    except IntegrityError as twice:
        raise Refusal(
            "asked_already",
            gettext_lazy("You already asked this, and it waits for an answer. It is shown below."),
            conflict=True,
        ) from twice
    return request


def do_answer_request(*, actor: Actor, request: DataRequest, answer: str) -> None:
    """Answer in words what somebody asked; they read it on the site and by the way they prefer."""
    check_real(actor)
    if not can_answer_requests(actor):
        raise PermissionDenied
    if not answer.strip():
        raise Refusal("answer_missing", gettext_lazy("Write what was done: the person reads your words as they are."))
    with transaction.atomic():
        answered = DataRequest.objects.filter(pk=request.pk, answered_at=None).update(
            answer=answer.strip(), answered_at=clock.now(), answered_by=actor.person_key
        )
        if not answered:
            raise Refusal("already_answered", gettext_lazy("Somebody already answered this request."), conflict=True)
        record(actor=actor, verb="directory.data_answered", object_kind="data_request", object_key=request.pk)
        person = Person.objects.filter(key=request.person_key, erased_at=None).first()
        if person is not None:
            with translation.override(person.language):
                notify(
                    recipient_of(person),
                    subject=_("What you asked about your data"),
                    body="\n\n".join([_("Hello %(name)s,") % {"name": person.first_name}, answer.strip()]),
                    key=f"directory.data_request:{request.pk}",
                )
