"""What bodies, consultations and votes know of a person. A ballot knows nobody: it is in no export, and needs none."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import (
    Answer,
    Attendance,
    Body,
    Contribution,
    Expense,
    Override,
    PaperReading,
    PoolMember,
    Proposal,
    Review,
    RollEntry,
    Seat,
    Topic,
)
from reflexes.mechanisms.assembly.services import pool

WHY = _("To hear what you say, to let you sit and vote where you may, and to tell you what becomes of it.")
UNTIL = _("Until you leave. What you said in public then stays without your name; take it back first to erase it.")


def export(person_key: UUID) -> dict[str, object]:
    """Return where the person sits, what they said and what was answered for, on which rolls they stand.

    Whom they voted for is known by nobody.
    """
    known: dict[str, object] = {
        **_sitting(person_key),
        **_said(person_key),
        **_owed(person_key),
        **_voting(person_key),
        **_drawn(person_key),
    }
    return {name: rows for name, rows in known.items() if rows}


def _sitting(person_key: UUID) -> dict[str, object]:
    seats = Seat.objects.filter(person__key=person_key).select_related("college__body").order_by("pk")
    register = Attendance.objects.filter(person__key=person_key).select_related("session__body").order_by("pk")
    expenses = Expense.objects.filter(attendance__person__key=person_key)
    return {
        "seats": [
            {
                "what": f"{one.college.body} · {one.college}",
                "status": one.capacity_words,
                "state": str(Seat.State(one.state).label),
                "starts_on": one.starts_on,
                "ends_on": one.left_on or one.ends_on,
                "reason": str(Seat.Why(one.why_left).label) if one.why_left else "",
            }
            for one in seats
        ],
        "sessions": [
            {
                "what": str(one.session),
                "at": one.session.starts_at,
                "answer": str(Attendance.Answer(one.answer).label),
                "state": str(Attendance.Presence(one.presence).label),
                "by_way": str(Attendance.Door(one.door).label),
                "needs": one.needs,
            }
            for one in register
        ],
        "expenses": [
            {
                "kind": str(Expense.Kind(one.kind).label),
                "euros": one.cents / 100,
                "words": one.words,
                "state": str(Expense.State(one.state).label),
                "reason": one.motive,
                "at": one.asked_at,
            }
            for one in expenses.order_by("asked_at", "pk")
        ],
    }


def _said(person_key: UUID) -> dict[str, object]:
    said = Contribution.objects.filter(person__key=person_key).select_related("consultation").order_by("pk")
    topics = Topic.objects.filter(asked_by__key=person_key).order_by("pk")
    reviews = Review.objects.filter(called_by__key=person_key).select_related("proposal").order_by("pk")
    return {
        "contributions": [
            {
                "subject": str(one.consultation),
                "what": one.title,
                "words": one.words,
                "shown_name": one.shown_name,
                "by_way": str(one.get_channel_display()),
                "at": one.said_at,
                "state": str(Contribution.State(one.state).label),
                "reason": str(Contribution.Why(one.why_hidden).label) if one.why_hidden else "",
                "appeal": one.appeal,
                "answer": one.appeal_answer,
            }
            for one in said
        ],
        "topics_asked": [{"what": one.title, "at": one.asked_at} for one in topics],
        "reviews_called": [{"what": str(one.proposal), "at": one.called_at} for one in reviews],
    }


def _owed(person_key: UUID) -> dict[str, object]:
    owed = Proposal.objects.filter(answerer__key=person_key).order_by("pk")
    answers = Answer.objects.filter(by__key=person_key).select_related("proposal").order_by("pk")
    return {
        "bodies_to_answer": [one.name for one in Body.objects.filter(answerer__key=person_key).order_by("pk")],
        "proposals_to_answer": [{"what": one.title, "ends_on": one.answer_due_on} for one in owed],
        "answers_given": [
            {
                "what": str(one.proposal),
                "state": str(Proposal.State(one.state).label),
                "words": one.motive,
                "status": one.by_words,
                "at": one.at,
            }
            for one in answers
        ],
    }


def _voting(person_key: UUID) -> dict[str, object]:
    roll = RollEntry.objects.filter(person__key=person_key).select_related("vote").order_by("pk")
    readings = PaperReading.objects.filter(reader__key=person_key).select_related("batch__vote").order_by("pk")
    signed = Override.objects.filter(signed_by__key=person_key).select_related("choice__vote").order_by("pk")
    return {
        "rolls": [
            {
                "what": str(one.vote),
                "name": one.name,
                "voted": one.voted,
                "on_day": one.voted_on,
                "by_way": str(one.get_channel_display()),
            }
            for one in roll
        ],
        "ballots_read": [{"what": f"{one.batch.vote} · {one}", "at": one.read_at} for one in readings],
        "departures_signed": [
            {"what": str(one.choice), "reason": one.reason, "status": one.signed_words, "at": one.signed_at}
            for one in signed
        ],
    }


def _drawn(person_key: UUID) -> dict[str, object]:
    pools = PoolMember.objects.filter(person__key=person_key).select_related("draw").prefetch_related("answers")
    return {
        "pools": [
            {
                "what": str(one.draw),
                "key": one.pseudonym,
                "first_name": one.first_name,
                "last_name": one.last_name,
                "email": one.email,
                "phone": one.phone,
                "household": one.household,
                "by_way": str(one.get_channel_display()),
                "answers_to_draw": [str(answer) for answer in one.answers.all()],
                "ends_on": one.draw.erase_on,
            }
            for one in pools.order_by("pk")
        ]
    }


def erase(person_key: UUID) -> None:
    """Forget who spoke and who stands on a roll; a seat, a register and an answer keep a pseudonym.

    Words that were public stay without an author, since others answered them; words that never showed are erased.
    The roll keeps that somebody voted: the count of voters must stay the count of ballots.
    """
    said = Contribution.objects.filter(person__key=person_key)
    said.exclude(state=Contribution.State.SHOWN).update(
        state=Contribution.State.WITHDRAWN, title="", words="", search="", hidden_words=""
    )
    said.update(person=None, shown_name="", appeal="", appeal_answer="")
    live = Q(state__in=(Seat.State.ASKED, Seat.State.HELD))
    seats = Seat.objects.filter(person__key=person_key)
    seats.filter(live).update(state=Seat.State.LEFT, why_left=Seat.Why.OTHER, left_on=clock.today())
    seats.update(capacity_words="")
    Attendance.objects.filter(person__key=person_key).update(needs="")
    Expense.objects.filter(attendance__person__key=person_key).update(words="")
    RollEntry.objects.filter(person__key=person_key).update(person=None, name="", number="", search="")
    pool.forget(PoolMember.objects.filter(person__key=person_key))
    Topic.objects.filter(asked_by__key=person_key).update(asked_by=None)
    Review.objects.filter(called_by__key=person_key).update(called_by=None)
