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
from reflexes.mechanisms.evidence.services import readings
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import (
    Callee,
    Campaign,
    EntrustedVisit,
    HumanTask,
    Lease,
    Outcome,
)
from reflexes.pistes.contact.proactive_desks.services.again import recurs

# How many calls, and visits, are read again by whoever takes over.
READ_BACK = 3
# What somebody in charge says of a task; the other results come from a door.
SAID = frozenset({"reached", "again", "nothing", "unreachable"})
NEXT = {HumanTask.Kind.RELATIVE: HumanTask.Kind.VISIT, HumanTask.Kind.VISIT: HumanTask.Kind.DECIDE}
ENDS = {
    HumanTask.Result.REACHED: Callee.End.FINE,
    HumanTask.Result.NEED: Callee.End.NEED,
    HumanTask.Result.REFUSED: Callee.End.REFUSED,
    HumanTask.Result.DIED: Callee.End.DIED,
    HumanTask.Result.UNREACHABLE: Callee.End.UNREACHABLE,
}


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
    """Somebody in charge of the calls does any task; a unit makes the visits that they entrust to it."""
    same_house = actor.organisation_id is not None and actor.organisation_id == task.campaign.organisation_id
    return same_house and actor.role == roles.SUPERVISOR


def check_doing(actor: Actor, task: HumanTask) -> None:
    """Refuse whoever does not take over in this campaign, and another world than its own."""
    if not can_do_task(actor, task):
        raise PermissionDenied
    perms.check_own_world(actor, task.campaign)


def do_take_task(*, actor: Actor, task: HumanTask) -> None:
    """Say that one takes a task on, so that nobody else does; again changes nothing."""
    check_doing(actor, task)
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
    check_doing(actor, task)
    number = normalised_phone(phone)
    if phone.strip() and not number:
        raise Refusal("phone_unknown", _("This is not a telephone number. Write it like 06 39 98 12 34."))
    if result not in SAID:
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
        callee = settle(actor, task, result, sealed)
        if number:
            callee.identity = key.seal({**key.unseal(callee.identity), "phone": number})
            callee.phone_digest = key.digest(number)
            callee.save(update_fields=["identity", "phone_digest"])
    task.refresh_from_db()
    return task


def settle(actor: Actor, task: HumanTask, result: str, sealed: str = "") -> Callee:
    """Write what came of a task and go on from it, in the caller's transaction; a visit still asked ends with it."""
    done = HumanTask.objects.filter(pk=task.pk, done_at=None)
    if not done.update(done_at=clock.now(), done_by_id=actor.person_id, result=result, words=sealed):
        raise Refusal("task_done", _("Somebody else has just done this. Open the list again."), conflict=True)
    EntrustedVisit.objects.filter(task=task, done_at=None, back_at=None).update(back_at=clock.now())
    callee = Callee.objects.select_for_update(of=("self",)).get(pk=task.callee_id)
    _go_on(callee, task, result)
    _record(actor, task, "task_done", kind=task.kind, result=result)
    return callee


def do_read_words(*, actor: Actor, task: HumanTask) -> list[tuple[str, str]]:
    """Return what was written in the last calls and at the door, as whoever took the task on reads it, written down."""
    callee, mine = task.callee, task.done_at is None and task.taken_by_id == actor.person_id
    calls = Lease.objects.filter(callee=callee).exclude(note="").order_by("-closed_at", "-pk")[:READ_BACK]
    doors = EntrustedVisit.objects.filter(task__callee=callee).exclude(words="").order_by("-done_at", "-pk")[:READ_BACK]
    texts = [("call_words", one.note) for one in calls] + [("visit_words", one.words) for one in doors]
    found = []
    for what, sealed in texts:
        words = readings.do_reveal(
            actor=actor,
            dataset=task.campaign.dataset,
            subject=callee.key,
            sealed=sealed,
            what=what,
            what_for="follow_up",
            through=str(task.key),
            allowed=mine,
        )
        found += [(what, text) for text in words.values() if text]
    return found


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
            callee.state, callee.closed_at, callee.end = Callee.State.CLOSED, clock.now(), ENDS[result]
            if callee.end in (Callee.End.FINE, Callee.End.NEED) and recurs(callee, clock.now()):
                callee.closed_at, callee.end, callee.tries = None, "", 0
            callee.reached = callee.reached or result not in {HumanTask.Result.UNREACHABLE, HumanTask.Result.DIED}
            if result == HumanTask.Result.NEED:
                callee.useful, callee.needs = True, callee.needs + 1
            callee.save()


def waiting_tasks(campaign: Campaign) -> int:
    """Return how many people wait for somebody to take over."""
    return HumanTask.objects.filter(campaign=campaign, done_at=None).count()


def _record(actor: Actor, task: HumanTask, verb: str, **params: str) -> None:
    record(actor=actor, verb=f"proactive_desks.{verb}", object_kind="human_task", object_key=task.key, params=params)
