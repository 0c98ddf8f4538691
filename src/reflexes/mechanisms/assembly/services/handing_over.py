"""Somebody else owes the answers after a departure or an election: nothing that was asked is left without a name."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Body, Proposal
from reflexes.mechanisms.assembly.services.answers import do_hand_over
from reflexes.mechanisms.assembly.services.bodies import do_change_body
from reflexes.mechanisms.assembly.services.proposals import UNANSWERED
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Person

WHO_ANSWERS = (roles.ELECTED, roles.DIRECTOR)


def may_answer(organisation_id: int | None) -> QuerySet[Person]:
    """Return who may owe answers for an organisation: those it elected, and those who direct it."""
    held = current(Capacity.objects.filter(organisation_id=organisation_id, role__in=WHO_ANSWERS))
    return Person.objects.filter(erased_at=None, pk__in=held.values("person_id")).order_by("search", "pk")


def waiting_for(actor: Actor, body: Body) -> QuerySet[Proposal]:
    """Return the proposals of a body that its answerer has not answered, in the world of the actor."""
    asked = Proposal.objects.filter(body=body, exercise_id=actor.exercise_id, answerer_id=body.answerer_id)
    return asked.filter(state__in=UNANSWERED).order_by("answer_due_on", "pk")


def do_hand_over_body(*, actor: Actor, body: Body, answerer: Person, words: str, reason: str) -> int:
    """Let somebody else answer a body from now on, and all that waits there; return how many proposals moved.

    The day of each answer stays. A body that has ended hands over what waits, and its own text no longer moves.
    """
    perms.check_keeping(actor, body)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why somebody else answers: the authors were told a name."))
    if answerer.erased_at is not None or answerer.pk == body.answerer_id:
        raise Refusal("answerer_same", _("Choose somebody else, who has not left."))
    with transaction.atomic():
        waiting = list(waiting_for(actor, body))
        for proposal in waiting:
            do_hand_over(actor=actor, proposal=proposal, answerer=answerer, words=words, reason=reason)
        if body.state != Body.State.CLOSED:
            named = {"answerer": answerer, "answerer_words": words.strip()}
            do_change_body(actor=actor, body=body, fields=named, reason=reason)
    return len(waiting)
