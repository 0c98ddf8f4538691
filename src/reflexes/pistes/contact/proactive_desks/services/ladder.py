"""When nobody answers: another half-day, a relative, a visit, then a person who decides (research/outreach.md §5.3).

Two or three calls without an answer make a task for somebody, never a closed row: "unreachable" is signed.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, HumanTask, Lease, Outcome

NEXT = {HumanTask.Kind.RELATIVE: HumanTask.Kind.VISIT, HumanTask.Kind.VISIT: HumanTask.Kind.DECIDE}


def first_rung(facts: dict[str, str]) -> HumanTask.Kind:
    """Return who takes over first: the relative they named, else somebody who goes and sees."""
    return HumanTask.Kind.RELATIVE if facts.get("relative_phone") else HumanTask.Kind.VISIT


def open_task(callee: Callee, kind: str) -> HumanTask:
    """Give somebody to a human, in the caller's transaction; they leave the queue and nobody is closed."""
    callee.state, callee.due_at, callee.agreed = Callee.State.HUMAN, None, False
    callee.save(update_fields=["state", "due_at", "agreed"])
    task, _made = HumanTask.objects.get_or_create(
        callee=callee,
        done_at=None,
        defaults={"campaign_id": callee.campaign_id, "kind": kind, "opened_at": clock.now()},
    )
    return task


def can_do_task(actor: Actor, task: HumanTask) -> bool:
    """Somebody in charge of the calls does any task; a member of a proximity unit does visits."""
    same_house = actor.organisation_id is not None and actor.organisation_id == task.campaign.organisation_id
    visits = actor.role == roles.OUTREACH and task.kind == HumanTask.Kind.VISIT
    return same_house and (actor.role == roles.SUPERVISOR or visits)


def _check(actor: Actor, task: HumanTask) -> None:
    if not can_do_task(actor, task):
        raise PermissionDenied
    perms.check_own_world(actor, task.campaign)


def do_take_task(*, actor: Actor, task: HumanTask) -> None:
    """Say that one takes a task on, so that nobody else does; again changes nothing."""
    _check(actor, task)
    open_one = HumanTask.objects.filter(pk=task.pk, done_at=None)
    with transaction.atomic():
        if open_one.filter(taken_by=None).update(taken_by_id=actor.person_id):
            _record(actor, task, "task_taken")
        elif not open_one.filter(taken_by_id=actor.person_id).exists():
            raise Refusal("task_taken", _("Somebody else has just taken this. Choose another one."), conflict=True)


def do_finish_task(*, actor: Actor, task: HumanTask, result: str, words: str, phone: str = "") -> HumanTask:
    """Say what came of a task: news, to call again, nothing (the next rung), or at the last rung "unreachable".

    ``words`` are sealed; ``phone`` is another number found for the person. Raises ``Refusal`` when "unreachable" is
    said before the last rung or without a word of why, and when a wrong number would be rung again.
    """
    _check(actor, task)
    number = normalised_phone(phone)
    if phone.strip() and not number:
        raise Refusal("phone_unknown", _("This is not a telephone number. Write it like 06 39 98 12 34."))
    if result not in HumanTask.Result.values:
        raise Refusal("result_unknown", _("Choose what came of it in the list."))
    last = task.kind == HumanTask.Kind.DECIDE
    if result == HumanTask.Result.UNREACHABLE and not last:
        raise Refusal("not_yet", _("Nobody is unreachable before somebody went and saw. Say that there is no news."))
    if result == HumanTask.Result.NOTHING and last:
        raise Refusal("decide", _("This is the last step: call again, or sign that the person is unreachable."))
    if result == HumanTask.Result.UNREACHABLE and not words.strip():
        raise Refusal("why_missing", _("Say in a sentence why you decide so: you sign it."))
    if result == HumanTask.Result.AGAIN and not number and _was_wrong(task):
        raise Refusal(
            "number_wrong", _("The number is somebody else's. Write another one, or say that there is no news.")
        )
    key = keyring.take(task.campaign.dataset.key)
    sealed = key.seal({"words": words.strip()}) if words.strip() else ""
    with transaction.atomic():
        done = HumanTask.objects.filter(pk=task.pk, done_at=None)
        if not done.update(done_at=clock.now(), done_by_id=actor.person_id, result=result, words=sealed):
            raise Refusal("task_done", _("Somebody else has just done this. Open the list again."), conflict=True)
        callee = Callee.objects.select_for_update(of=("self",)).get(pk=task.callee_id)
        if number:
            callee.identity = key.seal({**key.unseal(callee.identity), "phone": number})
            callee.phone_digest = key.digest(number)
            callee.save(update_fields=["identity", "phone_digest"])
        _go_on(callee, task, result)
        _record(actor, task, "task_done", kind=task.kind, result=result)
    task.refresh_from_db()
    return task


def _was_wrong(task: HumanTask) -> bool:
    """Tell whether the last call rang at somebody else's."""
    said = Lease.objects.filter(callee=task.callee_id, closing=Lease.Closing.SAID).order_by("-closed_at", "-pk")
    return said.values_list("outcome", flat=True).first() == Outcome.WRONG_NUMBER


def _go_on(callee: Callee, task: HumanTask, result: str) -> None:
    match result:
        case HumanTask.Result.NOTHING:
            open_task(callee, NEXT[HumanTask.Kind(task.kind)])
        case HumanTask.Result.AGAIN:
            callee.state, callee.tries, callee.rank = Callee.State.READY, 0, callee.priority
            callee.save(update_fields=["state", "tries", "rank"])
        case _:
            reached = result == HumanTask.Result.REACHED
            callee.state, callee.closed_at = Callee.State.CLOSED, clock.now()
            callee.end = Callee.End.FINE if reached else Callee.End.UNREACHABLE
            callee.reached = callee.reached or reached
            callee.save(update_fields=["state", "closed_at", "end", "reached"])


def waiting_tasks(campaign: Campaign) -> int:
    """Return how many people wait for somebody to take over."""
    return HumanTask.objects.filter(campaign=campaign, done_at=None).count()


def _record(actor: Actor, task: HumanTask, verb: str, **params: str) -> None:
    record(actor=actor, verb=f"proactive_desks.{verb}", object_kind="human_task", object_key=task.key, params=params)
