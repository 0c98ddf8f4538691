"""What coming cost: asked by whoever came, agreed or refused with a motive, paid. Cents, never shown to the others."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import limits, perms
from reflexes.mechanisms.assembly.models import Attendance, Body, Expense, Session
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.register import check_own_or_kept
from reflexes.mechanisms.assembly.services.sessions import check_kept
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

State = Expense.State
# From where to where an expense may go; what was paid or refused stays so.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.ASKED: frozenset({State.AGREED, State.REFUSED}),
    State.AGREED: frozenset({State.PAID, State.REFUSED}),
    State.PAID: frozenset(),
    State.REFUSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Total:
    """What one session, or one person, cost: cents asked for and waiting, agreed and not paid yet, paid."""

    of: "Session | Person"
    asked: int
    agreed: int
    paid: int


def visible_expenses(actor: Actor, body: Body) -> QuerySet[Expense]:
    """Return the expenses of a body that ``actor`` may see: all for its officer, one's own for anybody."""
    expenses = Expense.objects.filter(
        attendance__session__body=body, attendance__session__exercise_id=actor.exercise_id
    ).select_related("attendance__person", "attendance__session")
    if perms.can_keep(actor, body):
        return expenses
    return expenses.filter(attendance__person_id=actor.person_id) if actor.is_known else expenses.none()


def access_expense(actor: Actor, pk: int) -> Expense:
    """Return an expense to whoever asked for it, or to the officer who settles it."""
    found = Expense.objects.select_related("attendance__session__body", "attendance__person").filter(pk=pk).first()
    if found is None or not visible_expenses(actor, found.attendance.session.body).filter(pk=pk).exists():
        raise Http404
    return found


def do_ask_expense(*, actor: Actor, attendance: Attendance, kind: str, cents: int, words: str = "") -> Expense:
    """Ask for what coming cost, once the session began; the officer may write it from a paper."""
    check_own_or_kept(actor, attendance)
    if kind not in Expense.Kind.values:
        raise Refusal("kind_unknown", _("Choose what the expense was for."))
    if cents < 1:
        raise Refusal("nothing_asked", _("Write how much it cost, in euros and cents."))
    if cents > limits.HIGHEST_EXPENSE:
        raise Refusal("too_much", _("This amount looks like a slip. Write it again, or call us before spending it."))
    session = attendance.session
    if session.state == Session.State.CANCELLED or session.starts_at > clock.now():
        raise Refusal("not_held", _("The session has not been held: expenses are asked for once it began."))
    if attendance.presence in {Attendance.Presence.EXCUSED, Attendance.Presence.ABSENT}:
        raise Refusal("was_not_there", _("The register says that this person was not there. Call us if that is wrong."))
    with transaction.atomic():
        expense = Expense.objects.create(
            attendance=attendance, kind=kind, cents=cents, words=words.strip()[:200], asked_at=clock.now()
        )
        _record(actor, "assembly.expense_asked", expense)
        announce(expense, "expense_asked")
    return expense


def do_settle_expense(*, actor: Actor, expense: Expense, state: str, motive: str = "") -> Expense:
    """Agree to an expense, refuse it with a motive, or write that it was paid. Nobody settles their own."""
    check_kept(actor, expense.attendance.session)
    if actor.person_id == expense.attendance.person_id:
        raise Refusal("own_expense", _("This expense is yours: somebody else settles it."))
    if state not in TRANSITIONS[expense.state]:
        raise Refusal("not_from_here", _("This expense is settled already. Reload the page to see how."), conflict=True)
    if state == State.REFUSED and not motive.strip():
        raise Refusal("motive_missing", _("Say why it is refused: the person reads your words."))
    with transaction.atomic():
        settled = Expense.objects.filter(pk=expense.pk, state=expense.state).update(
            state=state, motive=motive.strip()[:200], settled_at=clock.now(), settled_by_id=actor.person_id
        )
        if not settled:
            raise Refusal("settled", _("Somebody settled it meanwhile. Reload the page to see how."), conflict=True)
        _record(actor, "assembly.expense_settled", expense, {"state": state})
        announce(expense, "expense_settled")
    expense.refresh_from_db()
    return expense


def totals_by_session(actor: Actor, body: Body) -> list[Total]:
    """Return what each session cost, latest first, to the officer alone: one question."""
    perms.check_keeping(actor, body)
    sessions = Session.objects.filter(body=body, exercise_id=actor.exercise_id, attendances__expenses__isnull=False)
    found = sessions.annotate(**_sums("attendances__expenses")).order_by("-starts_at", "pk")
    return [_total(session) for session in found]


def totals_by_person(actor: Actor, body: Body) -> list[Total]:
    """Return what each person was given, to the officer alone, in the order of their names."""
    perms.check_keeping(actor, body)
    return [_total(person) for person in _people(actor, body).order_by("search", "pk")]


def own_total(actor: Actor, body: Body) -> Total | None:
    """Return what the actor asked for and was given in a body; nothing when they never asked."""
    found = _people(actor, body).filter(pk=actor.person_id).first() if actor.is_known else None
    return _total(found) if found else None


def _people(actor: Actor, body: Body) -> "QuerySet[Person]":
    of_body = {"attendances__session__body": body, "attendances__session__exercise_id": actor.exercise_id}
    asked = Person.objects.filter(**of_body, attendances__expenses__isnull=False)
    return asked.annotate(**_sums("attendances__expenses")).order_by("pk")


def _sums(path: str) -> dict[str, Coalesce]:
    return {
        f"cents_{state}": Coalesce(Sum(f"{path}__cents", filter=Q(**{f"{path}__state": state})), 0)
        for state in (State.ASKED, State.AGREED, State.PAID)
    }


def _total(row: "Session | Person") -> Total:
    return Total(row, *(getattr(row, f"cents_{state}") for state in (State.ASKED, State.AGREED, State.PAID)))


def _record(actor: Actor, verb: str, expense: Expense, params: dict[str, object] | None = None) -> None:
    session = expense.attendance.session
    record(
        actor=actor,
        verb=verb,
        object_kind="body",
        object_key=session.body_id,
        params={"session": session.pk, "expense": expense.pk, **(params or {})},
    )
