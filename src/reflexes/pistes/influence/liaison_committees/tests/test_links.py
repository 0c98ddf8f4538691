"""Those who sit, and whoever owes an answer, do it from the message they received: without an account, in one page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.handlers import handler_of
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly import services
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
from reflexes.mechanisms.assembly.factories_draws import make_draw
from reflexes.mechanisms.assembly.factories_votes import make_line, make_vote
from reflexes.mechanisms.assembly.models import Attendance, Body, Contribution, Expense, Proposal, Review, Seat
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.seats import do_fill_seat
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_unit
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.links import CALL, REVIEW, TO_ANSWER, link_for
from reflexes.pistes.influence.liaison_committees.messages import TOLD
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SLUG = "liaison_committees"


@pytest.fixture
def body(town) -> Body:
    return make_body(town.hall, piste=SLUG)


@pytest.fixture
def keeper(town) -> Person:
    return make_person("Fatou", role=roles.FACILITATOR, organisation=town.hall)


def path(address: str) -> str:
    return address[address.index("/comites/") :].partition("?")[0]


def link(person: Person, purpose: str, row: int) -> str:
    return path(link_for(person, purpose, row, exercise_id=None))


def work() -> None:
    """Do what the worker would do for the committees."""
    for job in Job.objects.filter(kind__startswith=SLUG, ended_at=None).order_by("pk"):
        known = handler_of(job.kind)
        assert known is not None, job.kind
        known.run(job)
        Job.objects.filter(pk=job.pk).update(ended_at=clock.now())


def sent_to(person: Person) -> Message:
    work()
    return Message.objects.filter(person_key=person.key).order_by("-pk")[0]


def test_every_event_of_the_assembly_has_its_job() -> None:
    source = "".join(one.read_text(encoding="utf-8") for one in Path(services.__path__[0]).glob("*.py"))
    calls = re.findall(r"announce\((?!about)((?:[^()]|\([^()]*\))*)\)", source)
    said = {event for call in calls for event in re.findall(r'"([a-z]+_[a-z_]+)"', call)}
    assert {"seat_asked", "answer_late", "review_due", "channel_back"} <= said
    for event in said | set(TOLD):
        assert handler_of(f"{SLUG}.{event}"), event


def test_a_seat_is_answered_from_the_message_and_given_up_later(body, keeper, stranger) -> None:
    nadia = make_person("Nadia", account=False, email="nadia@example.org")
    seat = do_fill_seat(actor=actor_for(keeper), college=make_college(body), person=nadia)
    message = sent_to(nadia)
    assert body.mandate in message.body
    yes, no = [path(one.url) for one in message.actions.order_by("position")]
    assert yes == no and "reponse=oui" in message.actions.order_by("position")[0].url
    assert stranger.get(yes).status_code == 200
    seat.refresh_from_db()
    assert seat.state == Seat.State.ASKED  # opening a link writes nothing
    assert stranger.post(yes, {}).status_code == 422
    assert stranger.post(yes, {"reponse": "oui"}).status_code == 302
    seat.refresh_from_db()
    assert seat.state == Seat.State.HELD and stranger.get(yes).status_code == 200
    assert stranger.post(yes, {"reponse": "quitter", "why": "no_such"}).status_code == 422
    assert stranger.post(yes, {"reponse": "quitter", "why": "moved"}).status_code == 302
    seat.refresh_from_db()
    assert seat.state == Seat.State.LEFT
    assert stranger.post(yes, {"reponse": "oui"}).status_code == 409


def test_a_no_to_a_seat_asks_no_reason_and_tells_the_officer(body, keeper, stranger) -> None:
    nadia = make_person("Nadia", account=False, email="nadia@example.org")
    do_fill_seat(actor=actor_for(keeper), college=make_college(body), person=nadia)
    address = path(sent_to(nadia).actions.order_by("position")[0].url)
    assert stranger.post(address, {"reponse": "non"}).status_code == 302
    assert Seat.objects.get().state == Seat.State.DECLINED
    assert str(body) in sent_to(keeper).subject


def test_p01_accept_6_a_call_is_answered_by_door_and_what_one_needs(body, stranger) -> None:
    nadia = make_person("Nadia", account=False)
    line = make_attendance(make_session(body), nadia)
    address = link(nadia, CALL, line.pk)
    assert stranger.get(address).status_code == 200
    assert stranger.post(address, {"reponse": "oui", "door": "balloon"}).status_code == 422
    assert stranger.post(address, {"door": "phone"}).status_code == 422
    said = {"reponse": "oui", "door": "phone", "needs": "Une garde d’enfants"}
    assert stranger.post(address, said).status_code == 302
    line.refresh_from_db()
    assert (line.answer, line.door, line.needs) == ("coming", "phone", "Une garde d’enfants")
    assert stranger.post(address, {"reponse": "non", "door": "phone"}).status_code == 302
    line.refresh_from_db()
    assert line.answer == "not_coming"
    assert stranger.get(address).status_code == 200


def test_a_full_room_says_which_door_is_left(body, stranger) -> None:
    session = make_session(body, room_places=1)
    make_attendance(session, make_person("Rémi"), answer=Attendance.Answer.COMING)
    nadia = make_person("Nadia", account=False)
    address = link(nadia, CALL, make_attendance(session, nadia).pk)
    assert stranger.post(address, {"reponse": "oui", "door": "room"}).status_code == 409
    assert stranger.post(address, {"reponse": "oui", "door": "remote"}).status_code == 302


def test_what_coming_cost_is_asked_for_once_the_session_began(body, stranger) -> None:
    nadia = make_person("Nadia", account=False)
    session = make_session(body, starts_at=clock.now() - timedelta(hours=4), state="held")
    address = link(nadia, CALL, make_attendance(session, nadia, presence="there").pk)
    assert stranger.get(address).status_code == 200
    for wrong in (
        {"kind": "travel", "euros": "0"},
        {"kind": "travel", "euros": "900"},
        {"kind": "x", "euros": "3"},
        {},
    ):
        assert stranger.post(address, wrong).status_code == 422, wrong
    assert stranger.post(address, {"kind": "travel", "euros": "3.40", "words": "Tram"}).status_code == 302
    assert Expense.objects.get().cents == 340
    assert "Tram" in stranger.get(address).content.decode()


def test_p01_accept_5_an_author_calls_the_review_on_its_day_and_judges(body, stranger) -> None:
    nadia = make_person("Nadia", account=False)
    proposal = make_proposal(body, state=Proposal.State.ADOPTED, answered_at=clock.now())
    make_contribution(make_consultation(body=body, piste=SLUG), person=nadia, proposal=proposal)
    make_commitment(proposal)
    early = Review.objects.create(proposal=proposal, due_on=clock.today() + timedelta(days=9))
    due = Review.objects.create(proposal=proposal, due_on=clock.today())
    assert stranger.post(link(nadia, REVIEW, early.pk), {"geste": "demander"}).status_code == 422
    address = link(nadia, REVIEW, due.pk)
    assert stranger.post(address, {"verdict": "done", "words": "Vu."}).status_code == 422  # called first
    assert stranger.post(address, {"geste": "demander"}).status_code == 302
    assert stranger.post(address, {"verdict": "done", "words": ""}).status_code == 422
    assert stranger.post(address, {"verdict": "partly", "words": "Un samedi sur deux."}).status_code == 302
    due.refresh_from_db()
    assert (due.verdict, due.words) == ("partly", "Un samedi sur deux.")
    assert stranger.get(address).status_code == 200
    outsider = make_person("Rémi", account=False)
    assert stranger.get(link(outsider, REVIEW, due.pk)).status_code == 410


def test_p01_accept_4_an_answer_is_read_back_then_published_with_its_promises(body, town, stranger) -> None:
    proposal = make_proposal(body)
    address = link(body.answerer, TO_ANSWER, proposal.pk)
    unit = make_unit(town.hall, "Voirie")
    typed = {
        "state": "adapted",
        "motive": "Le dimanche plutôt.",
        "p1-words": "Un arrêté",
        "p1-owner": unit.pk,
        "p1-due_on": (clock.today() + timedelta(days=30)).isoformat(),
    }
    read_back = stranger.post(address, {**typed, "geste": "relire"})
    assert read_back.status_code == 200 and "Le dimanche plutôt." in read_back.content.decode()
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.RECEIVED and not proposal.answers.exists()
    again = dict(read_back.context["typed"])
    assert stranger.post(address, {**again, "geste": "corriger"}).context["form"]["motive"].value() == typed["motive"]
    assert stranger.post(address, {**again, "geste": "publier"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.ADAPTED and proposal.commitments.get().owner == unit
    assert stranger.get(address).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"state": "refused"},
        {"state": "adapted", "motive": "  "},
        {"state": "withdrawn"},
        {"state": "refused", "motive": "Non.", "p1-words": "Un arrêté"},
        {"state": "adopted", "p1-words": "Un arrêté", "p1-due_on": "2020-01-01"},
    ],
)
def test_p01_accept_4_refusing_and_adapting_need_a_motive_and_nothing_is_half_written(body, stranger, typed) -> None:
    proposal = make_proposal(body)
    address = link(body.answerer, TO_ANSWER, proposal.pk)
    for gesture in ("relire", "publier"):
        assert stranger.post(address, {**typed, "geste": gesture}).status_code == 422
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.RECEIVED and not proposal.answers.exists()


def test_a_link_is_void_once_somebody_else_owes_the_answer(body, stranger) -> None:
    proposal = make_proposal(body)
    address = link(body.answerer, TO_ANSWER, proposal.pk)
    Proposal.objects.filter(pk=proposal.pk).update(answerer=make_person("Rémi", role="elected"))
    assert stranger.get(address).status_code == 410


def test_the_list_shows_what_one_owes_oldest_first_and_nothing_of_others(body, member, partner, stranger) -> None:
    make_proposal(body, title="Plus tard")
    late = make_proposal(body, title="En retard", answer_due_on=clock.today() - timedelta(days=8))
    owing = signed_in(body.answerer)
    shown = owing.get("/comites/a-repondre/").content.decode()
    assert shown.index("En retard") < shown.index("Plus tard")
    assert owing.get(f"/comites/a-repondre/{late.pk}/").status_code == 200
    for other in (member, partner):
        assert "En retard" not in other.get("/comites/a-repondre/").content.decode()
        assert other.get(f"/comites/a-repondre/{late.pk}/").status_code == 404
        assert other.post(f"/comites/a-repondre/{late.pk}/", {"state": "adopted"}).status_code == 404
    assert stranger.get("/comites/a-repondre/").status_code == 302


def test_the_list_asks_as_many_questions_with_many_proposals(body, constant_queries) -> None:
    def grow() -> None:
        for _number in range(6):
            make_proposal(body)
            make_proposal(body, state=Proposal.State.ADOPTED, answered_at=clock.now())
            Review.objects.create(proposal=make_proposal(body), due_on=clock.today(), called_at=clock.now())

    grow()
    constant_queries(signed_in(body.answerer), "/comites/a-repondre/", grow)


def test_whoever_left_an_e_mail_receives_one_message_with_a_link(body, stranger: Client) -> None:
    make_consultation(body=body, piste=SLUG)
    key = "7b6a2c9e-1f0f-4a53-9a53-2f2f0d6f6f6f"
    typed = {"client_key": key, "kind": "idea", "words": "Des bancs.", "email": "nadia@example.org"}
    for _time in range(2):
        assert stranger.post(f"/comites/{body.slug}/dire/", typed).status_code == 302
    nadia = Person.objects.get(email="nadia@example.org")
    address = path(sent_to(nadia).actions.get().url)
    assert Message.objects.filter(person_key=nadia.key).count() == 1
    assert "Des bancs." in stranger.get(address).content.decode()
    assert stranger.post(address, {"geste": "reprendre"}).status_code == 302
    assert Contribution.objects.get().words == ""


def test_every_message_can_be_written_in_both_languages(body, keeper, town) -> None:
    """Each event is told about a row of its kind, to somebody of each language, without a fault."""
    make_person("Denis", role=roles.DIRECTOR, organisation=town.hall)
    nadia = make_person("Nadia", account=False, language="en")
    door = make_consultation(body=body, piste=SLUG)
    proposal = make_proposal(body)
    session = make_session(body, why_cancelled="Crue.")
    line = make_attendance(session, nadia)
    commitment = make_commitment(proposal)
    said = make_contribution(door, person=nadia, proposal=proposal, why_hidden="off")
    rows = {
        "body": body,
        "seat": make_seat(make_college(body), nadia),
        "session": session,
        "attendance": line,
        "expense": Expense.objects.create(attendance=line, kind="travel", cents=340),
        "consultation": door,
        "contribution": said,
        "proposal": proposal,
        "commitment": commitment,
        "milestone": commitment.milestones.create(words="Arrêté", due_on=clock.today()),
        "review": Review.objects.create(proposal=proposal, due_on=clock.today(), verdict="done", words="Vu."),
        "draw": make_draw(make_college(body, name="Tirés au sort"), piste=SLUG),
        "rollentry": make_line(make_vote(town.hall, piste=SLUG, body=body), person=nadia),
    }
    for event, about in TOLD.items():
        announce(rows[about.model._meta.model_name], event)
    work()
    assert Message.objects.count() > 20
