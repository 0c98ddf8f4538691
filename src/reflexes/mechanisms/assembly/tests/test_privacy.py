"""A person reads all that bodies, consultations and votes know of them; leaving takes their name off what stays."""

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from reflexes.core import clock
from reflexes.core.privacy.services import export_person
from reflexes.mechanisms.assembly import privacy
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_college,
    make_contribution,
    make_proposal,
    make_seat,
    make_session,
)
from reflexes.mechanisms.assembly.models import (
    Answer,
    Ballot,
    Channel,
    Choice,
    Contribution,
    Expense,
    Override,
    PaperBatch,
    PaperReading,
    RollEntry,
    Seat,
    Topic,
    Vote,
)
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.known import WORDS
from reflexes.mechanisms.directory.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia() -> Person:
    """Somebody known by every table: she sits, speaks, answers, votes, reads ballots, signs a departure."""
    nadia = make_person("Nadia", last_name="Ferhat", email="nadia@example.org")
    college = make_college()
    body = college.body
    make_seat(college, nadia, capacity_words="pour l’association des Tilleuls")
    line = make_attendance(make_session(body), nadia, needs="Une rampe.")
    Expense.objects.create(attendance=line, kind=Expense.Kind.CHILDCARE, cents=2450, words="Garde de Lila")
    make_contribution(person=nadia, shown_name="Nadia F.", title="Peindre", words="Il faut la peindre.")
    make_contribution(
        person=nadia,
        words="Mon voisin ment.",
        state=Contribution.State.HIDDEN,
        why_hidden="private",
        appeal="Pourquoi ?",
    )
    Topic.objects.create(body=body, title="Garder le lien", kind=Topic.Kind.GOAL, asked_by=nadia)
    proposal = make_proposal(body, answerer=nadia)
    Answer.objects.create(proposal=proposal, state="refused", motive="La loi l’interdit.", by=nadia, by_words="maire")
    vote = Vote.objects.create(
        piste=body.piste, slug="budget", title="Budget", organisation=body.organisation, rules="Trois croix.",
        budget_cents=100, most_choices=3, opens_at=clock.now(), closes_at=clock.now() + timedelta(days=3),
    )  # fmt: skip
    RollEntry.objects.create(
        vote=vote, known="list", number="12", name="FERHAT Nadia", person=nadia, voted=True,
        voted_on=clock.today(), channel=Channel.PAPER,
    )  # fmt: skip
    choice = Choice.objects.create(vote=vote, code="A", title="Bancs", cents=50)
    batch = PaperBatch.objects.create(vote=vote, code="1", place="Mairie", papers=2, opened_by=nadia)
    PaperReading.objects.create(batch=batch, sheet=1, reader=nadia, crosses="A")
    Ballot.objects.create(vote=vote, channel=Channel.PAPER, batch=batch)
    Override.objects.create(
        vote=vote, choice=choice, funded=True, reason="Accord", signed_by=nadia, signed_words="maire"
    )
    return nadia


def words_of(person: Person) -> str:
    return json.dumps(export_person(person.key)["known"].get("assembly", {}), cls=DjangoJSONEncoder, ensure_ascii=False)


def test_the_export_tells_where_they_sit_what_they_said_and_on_which_roll_they_stand(nadia: Person) -> None:
    known = privacy.export(nadia.key)
    assert set(known) == {
        "seats", "sessions", "expenses", "contributions", "topics_asked", "proposals_to_answer",
        "answers_given", "rolls", "ballots_read", "departures_signed",
    }  # fmt: skip
    said = words_of(nadia)
    for word in ("Tilleuls", "Une rampe.", "24.5", "Il faut la peindre.", "Pourquoi ?", "La loi l’interdit.", "FERHAT"):
        assert word in said


def test_each_fact_has_its_name_in_words(nadia: Person) -> None:
    known = privacy.export(nadia.key)
    named = {*known, *(fact for rows in known.values() for row in rows if isinstance(row, dict) for fact in row)}
    assert named <= WORDS.keys()


def test_no_export_tells_what_somebody_chose(nadia: Person) -> None:
    ballot = Ballot.objects.get()
    assert str(ballot.pk) not in words_of(nadia)
    assert not any("ballot" in field.name for field in RollEntry._meta.get_fields())
    people = {field.name for field in Ballot._meta.get_fields() if field.related_model is Person}
    assert people == set()


def test_a_stranger_has_nothing_here(nadia: Person) -> None:
    assert privacy.export(make_person("Paul").key) == {}


def test_leaving_takes_the_name_off_and_keeps_the_counts(nadia: Person) -> None:
    privacy.erase(nadia.key)
    shown, hidden = Contribution.objects.order_by("pk")
    assert (shown.words, shown.person, shown.shown_name) == ("Il faut la peindre.", None, "")
    assert (hidden.state, hidden.words, hidden.appeal, hidden.search) == (Contribution.State.WITHDRAWN, "", "", "")
    seat = Seat.objects.get()
    assert (seat.state, seat.why_left, seat.capacity_words) == (Seat.State.LEFT, Seat.Why.OTHER, "")
    entry = RollEntry.objects.get()
    assert (entry.person, entry.name, entry.number, entry.voted) == (None, "", "", True)
    expense = Expense.objects.get()
    assert (expense.cents, expense.words) == (2450, "")
    said = words_of(nadia)
    for word in ("Ferhat", "FERHAT", "Tilleuls", "rampe", "peindre", "Lila"):
        assert word not in said


def test_what_was_said_in_public_by_others_is_left_alone(nadia: Person) -> None:
    other = make_contribution(person=make_person("Paul"), words="Gardons la piste.")
    privacy.erase(nadia.key)
    other.refresh_from_db()
    assert other.person is not None
