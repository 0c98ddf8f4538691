"""Anybody speaks through an open door, with or without a name, once for one thing said; and takes it back (P01 (7))."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.accounts.links import make_link
from reflexes.mechanisms.assembly.factories import make_body, make_consultation, make_contribution, make_proposal
from reflexes.mechanisms.assembly.models import Body, Consultation, Contribution
from reflexes.mechanisms.assembly.views.speaking_public import TRIES
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.links import SAID

pytestmark = pytest.mark.django_db
SLUG = "liaison_committees"
WORDS = "Il faut des bancs à l’ombre."


@pytest.fixture(autouse=True)
def forgotten_tries(db) -> None:
    cache.clear()


@pytest.fixture
def body(town) -> Body:
    return make_body(town.hall, piste=SLUG)


@pytest.fixture
def door(body) -> Consultation:
    return make_consultation(body=body, piste=SLUG)


def say(client: Client, body: Body, **typed: str):
    values = {"client_key": str(uuid.uuid4()), "kind": "idea", "words": WORDS, **typed}
    return client.post(reverse("liaison_committees_public:speak", args=[body.slug]), values)


def test_a_member_a_partner_and_a_stranger_speak(body, door, member, partner, stranger) -> None:
    for reader in (member, partner, stranger):
        answer = say(reader, body)
        assert answer.status_code == 302 and reader.get(answer["Location"]).status_code == 200
    assert Contribution.objects.filter(consultation=door, channel="web").count() == 3
    assert Contribution.objects.filter(person=None).count() == 1  # nobody has to give a name


def test_p01_accept_7_what_is_written_here_carries_its_channel_and_is_read_by_all(body, door, stranger) -> None:
    make_contribution(door, channel="paper", words="Dit sur papier.")
    say(stranger, body, title="Des bancs", shown_name="Une voisine")
    shown = stranger.get(reverse("liaison_committees_public:speak", args=[body.slug])).content.decode()
    for words in ("Dit sur papier.", "Des bancs", WORDS, "Une voisine"):
        assert words in shown


def test_a_double_tap_and_a_resend_are_one_contribution_and_one_person(body, door, stranger) -> None:
    typed = {"client_key": str(uuid.uuid4()), "email": "nadia@example.org", "shown_name": "Nadia"}
    assert say(stranger, body, **typed).status_code == 302
    assert say(stranger, body, **typed).status_code == 302
    assert Contribution.objects.filter(consultation=door).count() == 1
    assert Person.objects.filter(email="nadia@example.org").count() == 1


def test_the_hidden_key_stays_when_the_form_is_refused_and_changes_on_a_new_form(body, door, stranger) -> None:
    page = reverse("liaison_committees_public:speak", args=[body.slug])
    first, second = (stranger.get(page).context["form"]["client_key"].value() for _time in range(2))
    assert first != second
    refused = say(stranger, body, client_key=str(first), words=" ")
    assert refused.status_code == 422 and refused.context["form"]["client_key"].value() == str(first)


def test_words_changed_after_they_were_sent_are_not_lost_without_a_word(body, door, stranger) -> None:
    key = str(uuid.uuid4())
    say(stranger, body, client_key=key)
    again = say(stranger, body, client_key=key, words="Et des arbres.")
    assert again.status_code == 409 and "Et des arbres." in again.content.decode()
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"words": ""},
        {"words": "a" * 6000},
        {"email": "nadia"},
        {"kind": "vote"},
        {"client_key": "x"},
        {"kind": "comment"},
    ],
)
def test_a_form_that_cannot_be_is_refused_with_a_sentence_and_writes_nothing(body, door, stranger, typed) -> None:
    assert say(stranger, body, **typed).status_code == 422
    assert not Contribution.objects.exists() and not Person.objects.filter(email="nadia").exists()


def test_an_address_already_known_is_not_told_apart(body, door, stranger) -> None:
    known = make_person("Nadia", email="nadia@example.org", account=False)
    told = {say(stranger, body, email=email)["Location"] for email in ("nadia@example.org", "autre@example.org")}
    assert len(told) == 1
    assert Contribution.objects.get(person=known).person_id == known.pk


def test_a_robot_is_thanked_and_nothing_is_written(body, door, stranger) -> None:
    assert say(stranger, body, website="https://spam.example").status_code == 302
    assert not Contribution.objects.exists()


def test_too_much_from_one_place_within_an_hour_is_asked_to_wait(body, door, stranger) -> None:
    most = int(TRIES["speak"].partition("/")[0])
    for _number in range(most):
        assert say(stranger, body).status_code == 302
    assert say(stranger, body).status_code == 422
    assert Contribution.objects.count() == most


def test_the_backup_channel_is_always_shown_and_first_when_it_takes_over(body, door, stranger) -> None:
    page = reverse("liaison_committees_public:speak", args=[body.slug])
    shown = stranger.get(page).content.decode()
    assert shown.index(door.question) < shown.index(door.backup_words)
    Consultation.objects.filter(pk=door.pk).update(switched_at=clock.now(), why_switched="Le site est en panne.")
    shown = stranger.get(page).content.decode()
    assert shown.index("Le site est en panne.") < shown.index(door.backup_words) < shown.index(door.question)
    assert say(stranger, body).status_code == 302  # by both: nothing that is said is lost


def test_a_closed_door_says_so_and_takes_nothing(body, stranger) -> None:
    today = clock.today()
    make_consultation(body=body, piste=SLUG, opens_on=today - timedelta(days=9), closes_on=today - timedelta(days=2))
    assert say(stranger, body).status_code == 200
    assert not Contribution.objects.exists()


def test_words_read_first_are_not_shown_before(body, stranger) -> None:
    make_consultation(body=body, piste=SLUG, moderation="before")
    thanks = say(stranger, body)["Location"]
    assert stranger.get(thanks).context["waits"]
    assert WORDS not in stranger.get(reverse("liaison_committees_public:speak", args=[body.slug])).content.decode()


def test_a_remark_is_made_on_a_proposal_once_and_one_level_deep(body, door, stranger) -> None:
    proposal = make_proposal(body)
    page = reverse("liaison_committees_public:proposal_page", args=[body.slug, proposal.pk])
    typed = {"client_key": str(uuid.uuid4()), "words": "Et le soir ?"}
    assert stranger.post(page, typed).status_code == 302 and stranger.post(page, typed).status_code == 302
    remark = Contribution.objects.get()
    assert remark.about_id == proposal.pk and remark.kind == "comment"
    assert "Et le soir ?" in stranger.get(page).content.decode()
    assert stranger.post(page, {"client_key": str(uuid.uuid4()), "words": ""}).status_code == 422


def link_to(said: Contribution) -> str:
    return make_link(
        person_key=said.person.key,
        purpose=SAID,
        subject=f"{SAID}:{said.pk}",
        path=reverse("liaison_committees_public:what_i_said", args=["-"]).removesuffix("-"),
    ).replace("http://testserver", "")


def path_to(said: Contribution) -> str:
    address = link_to(said)
    return address[address.index("/comites/") :]


def test_whoever_spoke_takes_their_words_back_by_their_link(door, stranger) -> None:
    said = make_contribution(door, words=WORDS)
    path = path_to(said)
    assert WORDS in stranger.get(path).content.decode()
    assert stranger.post(path, {"geste": "reprendre"}).status_code == 302
    said.refresh_from_db()
    assert (said.state, said.words) == ("withdrawn", "")
    assert stranger.get(path).status_code == 200
    assert stranger.post(path, {"geste": "reprendre"}).status_code == 409


def test_whoever_was_hidden_reads_why_and_appeals_once(door, stranger) -> None:
    said = make_contribution(door, state="hidden", why_hidden="off", hidden_words="On demandait les bancs.")
    path = path_to(said)
    assert "On demandait les bancs." in stranger.get(path).content.decode()
    assert stranger.post(path, {"geste": "recours", "words": ""}).status_code == 422
    assert stranger.post(path, {"geste": "recours", "words": "C’est le sujet."}).status_code == 302
    assert stranger.post(path, {"geste": "recours", "words": "Encore."}).status_code == 409
    assert stranger.post(path, {}).status_code == 422


def test_the_link_of_one_person_does_not_open_the_words_of_another(door, stranger) -> None:
    mine, theirs = make_contribution(door), make_contribution(door, person=make_person("Rémi", account=False))
    address = make_link(
        person_key=mine.person.key, purpose=SAID, subject=f"{SAID}:{theirs.pk}", path="/comites/lien/mes-mots/"
    )
    assert stranger.get(address[address.index("/comites/") :]).status_code == 410
    assert stranger.get("/comites/lien/mes-mots/").status_code == 404
