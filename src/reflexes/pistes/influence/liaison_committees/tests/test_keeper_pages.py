"""The desk of the participation officer: who opens it, what each page says, what each form refuses."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_body,
    make_college,
    make_commitment,
    make_consultation,
    make_contribution,
    make_proposal,
    make_seat,
    make_session,
)
from reflexes.mechanisms.assembly.models import (
    AgendaItem,
    Attendance,
    Expense,
    Milestone,
    Proposal,
    Review,
    Topic,
)
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person, make_unit
from reflexes.pistes.influence.liaison_committees.tests.desk import SLUG, at, desk
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def body(town, elected):
    return make_body(town.hall, piste=SLUG, name="Comité des marchés", answerer=elected, per_session=2)


@pytest.fixture
def college(body):
    return make_college(body, name="Habitants", seats=6)


@pytest.fixture
def sitting(college):
    return [make_seat(college, make_person(name, role=roles.RESIDENT)) for name in ("Nadia", "Omar", "Paulette")]


@pytest.fixture
def held(body, sitting):
    """A session that began an hour ago, with two people on its register."""
    session = make_session(body, starts_at=clock.now() - timedelta(hours=1))
    AgendaItem.objects.create(session=session, position=1, title="Les horaires")
    for seat in sitting[:2]:
        make_attendance(session, seat.person, answer=Attendance.Answer.COMING)
    return session


@pytest.fixture
def things(body, college, sitting, held, elected):
    """One of each thing, and the pages where it is read or written."""
    topic = Topic.objects.create(body=body, title="Les horaires", kind="goal")
    proposal = make_proposal(body, state=Proposal.State.ADOPTED, answered_at=clock.now())
    commitment = make_commitment(proposal, owner=make_unit(body.organisation))
    milestone = Milestone.objects.create(commitment=commitment, words="Un essai", due_on=clock.today())
    review = Review.objects.create(proposal=proposal, due_on=clock.today())
    consultation = make_consultation(body=body, piste=SLUG)
    said = make_contribution(consultation)
    expense = Expense.objects.create(
        attendance=held.attendances.order_by("pk")[0], kind="travel", cents=420, asked_at=clock.now()
    )
    line = held.attendances.order_by("pk")[0]
    return {
        "silences": [],
        "silence": ["proposals_late"],
        "body_new": [],
        "bodies": [],
        "body": [body.slug],
        "body_write": [body.slug],
        "body_close": [body.slug],
        "college_new": [body.slug],
        "college": [college.pk],
        "seat_fill": [college.pk],
        "seat_leave": [sitting[0].pk],
        "sitter_new": [college.pk],
        "topic_new": [body.slug],
        "topic": [topic.pk],
        "sessions": [],
        "session_call": [body.slug],
        "session": [held.pk],
        "agenda": [held.pk],
        "minutes": [held.pk],
        "session_cancel": [held.pk],
        "register": [held.pk],
        "arrival": [held.pk],
        "call_answer": [line.pk],
        "expenses": [],
        "expense": [expense.pk],
        "proposals": [],
        "proposal_new": [body.slug],
        "proposal": [proposal.pk],
        "proposal_write": [proposal.pk],
        "merge": [proposal.pk],
        "answer": [proposal.pk],
        "proposal_withdraw": [proposal.pk],
        "commit": [proposal.pk],
        "commitment": [commitment.pk],
        "milestone_new": [commitment.pk],
        "milestone": [milestone.pk],
        "review": [review.pk],
        "contributions": [],
        "consultation_new": [body.slug],
        "type": [consultation.slug],
        "contribution": [said.pk],
        "hide": [said.pk],
    }


def test_the_officer_opens_every_page_and_nobody_else_does(desk, things, partner, stranger, resident, town):
    elsewhere = signed_in(make_person("Fanny", role=roles.FACILITATOR, organisation=town.association))
    neighbour = signed_in(resident)
    owned = {name for name, args in things.items() if args and name != "silence"}
    for name, args in things.items():
        url = at(name, *args)
        assert desk.get(url).status_code == 200, url
        assert partner.get(url).status_code == 404, url
        assert neighbour.get(url).status_code == 404, url
        assert stranger.get(url).status_code == 302, url
        if name in owned:
            assert elsewhere.get(url).status_code in {403, 404}, url


def test_an_empty_form_is_refused_and_never_breaks(desk, things):
    for name, args in things.items():
        answer = desk.post(at(name, *args), {})
        assert answer.status_code in {302, 405, 409, 422}, (name, answer.status_code)
