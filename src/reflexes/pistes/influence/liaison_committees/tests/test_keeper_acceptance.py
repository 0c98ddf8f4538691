"""P01 as the participation officer meets it: one test for each acceptance point that a screen holds."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_body,
    make_college,
    make_consultation,
    make_contribution,
    make_proposal,
    make_seat,
    make_session,
)
from reflexes.mechanisms.assembly.models import Attendance, Body, Contribution, Expense, Proposal, Review, Seat, Session
from reflexes.mechanisms.assembly.services.silences import BODIES
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_organisation, make_person, make_unit
from reflexes.pistes.influence.liaison_committees.tests.desk import SLUG, at, desk, local
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def body(town, elected):
    return make_body(town.hall, piste=SLUG, name="Comité des marchés", answerer=elected, per_session=2)


@pytest.fixture
def college(body):
    return make_college(body, name="Habitants", seats=6)


def sits(college, name: str) -> Seat:
    return make_seat(college, make_person(name, role=roles.RESIDENT))


def call(desk, body, **typed):
    """Send the form of a call; what is not said is an ordinary session in a month, from afar."""
    begins = typed.pop("begins", clock.now() + timedelta(days=30))
    form = {
        "kind": "ordinary",
        "starts_at": local(begins),
        "ends_at": local(begins + timedelta(hours=2)),
        "remote": "03 88 00 00 00",
        **typed,
    }
    return desk.post(at("session_call", body.slug), form)


def test_p01_accept_2_a_committee_opens_once_nothing_is_missing(desk, elected):
    desk.post(at("body_new"), {"name": "Comité de la rentrée", "answer_days": "60"})
    body = Body.objects.get(name="Comité de la rentrée")
    told = desk.get(at("body", body.slug)).context
    assert [ok for ok, _words in told["checks"]] == [False] * 4
    desk.post(at("body_open", body.slug))
    body.refresh_from_db()
    assert body.state == "draft"
    whole = {
        "name": body.name,
        "mandate": "Dire ce que la rentrée change.",
        "end_condition": "À la Toussaint.",
        "ends_on": str(clock.today() + timedelta(days=90)),
        "answerer": elected.pk,
        "answer_days": "60",
        "public": "on",
    }
    assert desk.post(at("body_write", body.slug), whole).status_code == 302
    assert desk.get(at("body", body.slug)).context["ready"]
    desk.post(at("body_open", body.slug))
    body.refresh_from_db()
    assert body.state == "open"


def test_p01_accept_2_once_open_the_mandate_changes_with_a_reason_only(desk, body, elected):
    changed = {
        "name": body.name,
        "mandate": "Autre chose.",
        "end_condition": body.end_condition,
        "ends_on": str(body.ends_on),
        "answerer": elected.pk,
        "answer_days": "60",
    }
    refused = desk.post(at("body_write", body.slug), changed)
    assert refused.status_code == 422
    assert "Autre chose." in refused.content.decode()
    assert desk.post(at("body_write", body.slug), {**changed, "reason": "La crise a changé."}).status_code == 302
    body.refresh_from_db()
    assert body.mandate == "Autre chose."


def test_p01_accept_3_an_incomplete_topic_is_refused_or_kept_as_a_goal(desk, body):
    goal = {"title": "Garder le lien social"}
    refused = desk.post(at("topic_new", body.slug), goal)
    assert refused.status_code == 422
    assert not body.topics.exists()
    desk.post(at("topic_new", body.slug), {**goal, "insist": "on"})
    assert body.topics.get().kind == "goal"
    whole = {
        **goal,
        "decision": "Ouvrir le marché le samedi ou le mercredi.",
        "decider": "Le conseil municipal",
        "room": "Le jour peut changer.",
        "decided_on": str(clock.today() + timedelta(days=30)),
    }
    desk.post(at("topic", body.topics.get().pk), whole)
    assert body.topics.get().kind == "decision"


def test_p01_accept_4_refusing_needs_a_motive_and_keeps_both_names(desk, body, facilitator, elected):
    proposal = make_proposal(body)
    refused = desk.post(at("answer", proposal.pk), {"state": "refused"})
    assert refused.status_code == 422
    assert not proposal.answers.exists()
    desk.post(at("answer", proposal.pk), {"state": "refused", "motive": "Hors de notre pouvoir."})
    answer = proposal.answers.get()
    assert (answer.by, answer.written_by) == (elected, facilitator)


def test_p01_accept_4_an_overdue_answer_comes_first_with_its_age(desk, body):
    make_proposal(body, title="À l’heure")
    make_proposal(body, title="En retard", answer_due_on=clock.today() - timedelta(days=3))
    page = desk.get(at("proposals"))
    assert [one.title for one, _tone in page.context["lines"]] == ["En retard", "À l’heure"]
    ((_title, lines),) = desk.get(at("silences")).context["groups"]
    assert [line["count"] for line in lines] == [1]
    assert "En retard" in desk.get(at("silence", "proposals_late")).content.decode()


def test_p01_accept_5_a_review_is_called_by_an_author_then_judged_beside_the_answer(desk, body, college):
    author = sits(college, "Nadia").person
    proposal = make_proposal(body, state=Proposal.State.ADOPTED, answered_at=clock.now())
    review = Review.objects.create(proposal=proposal, due_on=clock.today())
    assert desk.post(at("review", review.pk), {"said_by": author.pk}).status_code == 302
    assert desk.post(at("review", review.pk), {"verdict": "partly"}).status_code == 422
    desk.post(at("review", review.pk), {"verdict": "partly", "words": "Deux samedis sur quatre."})
    assert "Deux samedis sur quatre." in desk.get(at("proposal", proposal.pk)).content.decode()


def test_p01_accept_6_those_who_came_least_are_called_and_the_page_says_why(desk, body, college):
    often = sits(college, "Omar").person
    make_attendance(
        make_session(body, state="held", starts_at=clock.now() - timedelta(days=9)), often, presence="there"
    )
    new = {sits(college, name).person.pk for name in ("Nadia", "Paulette")}
    assert call(desk, body).status_code == 302
    session = Session.objects.get(state="called")
    assert set(session.attendances.values_list("person_id", flat=True)) == new
    assert desk.get(at("body", body.slug)).context["never"] == 2


def test_p01_accept_6_a_seat_given_up_is_taken_over_and_says_so(desk, body, college):
    gone = sits(college, "Omar")
    next_one = make_person("Zélie", role=roles.RESIDENT)
    assert desk.post(at("seat_leave", gone.pk), {"why": "moved"}).status_code == 302
    url = f"{at('seat_fill', college.pk)}?remplace={gone.pk}&q=zelie"
    assert "Zélie" in desk.get(url).content.decode()
    desk.post(url, {"person": next_one.pk, "said_yes": "on"})
    assert Seat.objects.get(replaces=gone).person == next_one
    again = desk.post(url, {"person": next_one.pk})
    assert again.status_code == 409


def test_p01_accept_7_words_typed_by_hand_keep_their_channel_and_count_once(desk, body):
    asked = make_consultation(body=body, piste=SLUG)
    form = {
        "channel": "phone",
        "words": "Un banc devant l’école.",
        "said_on": str(clock.today()),
        "client_key": "5b0c5f0e-0c43-4a54-9f0b-6f6a6a9d0001",
    }
    for _twice in range(2):
        assert desk.post(at("type", asked.slug), form).status_code == 302
    said = Contribution.objects.get()
    assert (said.channel, said.person) == ("phone", None)


def test_p01_accept_9_a_crisis_session_is_called_in_two_days_with_its_reason(desk, body, college):
    sits(college, "Nadia")
    soon = clock.now() + timedelta(hours=49)
    assert call(desk, body, begins=soon).status_code == 422
    assert call(desk, body, begins=soon, kind="crisis").status_code == 422
    assert not Session.objects.exists()
    assert call(desk, body, begins=soon, kind="crisis", why_called="Les marchés ferment samedi.").status_code == 302
    session = Session.objects.get()
    assert "Les marchés ferment samedi." in desk.get(at("session", session.pk)).content.decode()


def test_the_register_notes_presence_in_one_tap_and_minutes_close_it(desk, body, college):
    person = sits(college, "Nadia").person
    session = make_session(body, starts_at=clock.now() - timedelta(hours=1))
    line = make_attendance(session, person, answer=Attendance.Answer.COMING)
    other = sits(college, "Omar").person
    heard = desk.get(at("register", line.session_id)).content.decode()
    assert f'<span class="unseen">: {line.person}</span></button>' in heard
    desk.post(at("presence", line.pk), {"presence": "there"})
    desk.post(at("arrival", session.pk), {"person": other.pk, "door": "room"})
    assert desk.get(at("register", session.pk)).context["there"] == 2
    desk.post(at("minutes", session.pk), {"minutes": "On a parlé des marchés."})
    desk.post(at("minutes_publish", session.pk))
    session.refresh_from_db()
    assert session.minutes_published_at is not None
    desk.post(at("presence", line.pk), {"presence": "absent"})
    line.refresh_from_db()
    assert line.presence == "there"


def test_whoever_cannot_come_is_replaced_by_the_next_in_turn(desk, body, college):
    for name in ("Nadia", "Omar", "Paulette"):
        sits(college, name)
    call(desk, body)
    line = Attendance.objects.order_by("pk")[0]
    said = desk.post(at("call_answer", line.pk), {"coming": "no"}, follow=True)
    assert line.session.attendances.count() == 3
    assert "Paulette" in said.content.decode()


def test_a_promise_has_a_service_a_day_and_steps(desk, body):
    proposal = make_proposal(body, state=Proposal.State.ADOPTED, answered_at=clock.now())
    unit = make_unit(body.organisation)
    promise = {
        "words": "Le marché ouvre.",
        "owner": unit.pk,
        "due_on": str(clock.today() + timedelta(days=60)),
        "euros": "120,50",
        "step": "Un essai",
    }
    assert desk.post(at("commit", proposal.pk), promise).status_code == 422
    promise["step_on"] = str(clock.today() + timedelta(days=10))
    assert desk.post(at("commit", proposal.pk), promise).status_code == 302
    kept = proposal.commitments.get()
    assert kept.cents == 12050
    step = kept.milestones.get()
    desk.post(at("milestone", step.pk), {"words": "Quatre samedis.", "done_on": str(clock.today())})
    step.refresh_from_db()
    assert step.done_on == clock.today()
    assert desk.post(at("commitment", kept.pk), {"what": "later", "words": "La pluie."}).status_code == 422
    desk.post(at("commitment", kept.pk), {"what": "kept", "words": "C’est fait."})
    kept.refresh_from_db()
    assert kept.done_on is not None


def test_an_expense_is_refused_with_a_motive_only(desk, body, college):
    line = make_attendance(make_session(body, starts_at=clock.now() - timedelta(days=1)), sits(college, "Nadia").person)
    expense = Expense.objects.create(attendance=line, kind="travel", cents=420, asked_at=clock.now())
    assert desk.post(at("expense", expense.pk), {"state": "refused"}).status_code == 422
    desk.post(at("expense", expense.pk), {"state": "agreed"})
    expense.refresh_from_db()
    assert expense.state == "agreed"


def test_whoever_hid_words_does_not_answer_the_appeal(desk, body, town):
    said = make_contribution(make_consultation(body=body, piste=SLUG))
    desk.post(at("hide", said.pk), {"why": "off"})
    said.refresh_from_db()
    assert said.state == "hidden"
    Contribution.objects.filter(pk=said.pk).update(appeal="Relisez.", appealed_at=clock.now())
    assert desk.get(at("appeal", said.pk)).status_code == 403
    other = signed_in(make_person("Gaëlle", role=roles.FACILITATOR, organisation=town.hall))
    assert other.post(at("appeal", said.pk), {"show": "yes", "words": "C’est bien le sujet."}).status_code == 302
    said.refresh_from_db()
    assert said.state == "shown"


def test_the_director_answers_an_appeal_when_the_only_officer_hid_the_words(desk, body, town):
    said = make_contribution(make_consultation(body=body, piste=SLUG))
    desk.post(at("hide", said.pk), {"why": "off"})
    director = signed_in(make_person("Paul", role=roles.DIRECTOR, organisation=town.hall))
    assert director.get(at("appeal", said.pk)).status_code == 404
    Contribution.objects.filter(pk=said.pk).update(appeal="Relisez.", appealed_at=clock.now())
    assert at("appeal", said.pk) in director.get(reverse("liaison_committees:to_answer")).content.decode()
    page = director.get(at("appeal", said.pk)).content.decode()
    assert said.words in page and "Relisez." in page
    assert director.post(at("appeal", said.pk), {"show": "no", "words": ""}).status_code == 422
    answer = director.post(at("appeal", said.pk), {"show": "no", "words": "Ce n’est pas le sujet."})
    assert answer["Location"] == reverse("liaison_committees:to_answer")
    said.refresh_from_db()
    assert (said.state, said.appeal_answer) == ("hidden", "Ce n’est pas le sujet.")
    assert director.get(at("appeal", said.pk)).status_code == 404
    elsewhere = signed_in(make_person("Zoé", role=roles.DIRECTOR, organisation=make_organisation("Ailleurs")))
    assert elsewhere.get(at("appeal", said.pk)).status_code == 404


def test_lists_ask_the_same_number_of_questions_however_long_they_are(desk, body, college, constant_queries):
    asked = make_consultation(body=body, piste=SLUG)

    def grow():
        person = sits(college, "Nadia").person
        session = make_session(body, starts_at=clock.now() - timedelta(days=1))
        line = make_attendance(session, person)
        Expense.objects.create(attendance=line, kind="travel", cents=420, asked_at=clock.now())
        make_proposal(body, session=session, answer_due_on=clock.today() - timedelta(days=2))
        make_contribution(asked, proposal=make_proposal(body))
        make_body(body.organisation, piste=SLUG)
        yesterday = clock.today() - timedelta(days=1)
        make_body(body.organisation, piste=SLUG, starts_on=yesterday, ends_on=yesterday)
        make_seat(college, state=Seat.State.ASKED)
        make_attendance(make_session(body))

    grow()
    lists = ("silences", "bodies", "sessions", "proposals", "contributions", "expenses")
    for url in (*(at(name) for name in lists), at("body", body.slug), *(at("silence", code) for code in BODIES)):
        constant_queries(desk, url, grow)
    session = make_session(body, starts_at=clock.now() - timedelta(hours=2))

    def more_lines():
        make_attendance(session, sits(make_college(body), "Omar").person)

    more_lines()
    for name in ("session", "register"):
        constant_queries(desk, at(name, session.pk), more_lines)


def test_somebody_new_is_written_once_then_asked_to_sit(desk, college):
    new = {"first_name": "Aïssa", "last_name": "Meyer", "channel": "phone"}
    assert desk.post(at("sitter_new", college.pk), new).status_code == 422
    new["phone"] = "06 39 98 12 34"
    found = desk.post(at("sitter_new", college.pk), new, follow=True)
    (person,) = found.context["found"]
    assert person.capacities.get().role == roles.RESIDENT
    assert desk.post(at("sitter_new", college.pk), new).status_code == 409
    url = f"{at('seat_fill', college.pk)}?q=aissa"
    desk.post(url, {"person": person.pk})
    assert person.seats.get().state == "asked"
