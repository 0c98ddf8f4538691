"""The outbox page: for those who tend it, and nobody else."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.notifications.lists import LISTS
from reflexes.core.notifications.models import Message, State
from reflexes.core.notifications.services import Action, Recipient, notify
from reflexes.core.outbox.models import Job, Outcome
from reflexes.core.outbox.models import State as JobState
from reflexes.core.privacy.models import ViewRecord

pytestmark = pytest.mark.django_db
AMINA = Recipient(uuid4(), "Amina Élan", email="amina@example.org")
JEANNE = Recipient(uuid4(), "Jeanne Roux", phone="0388112233", channel="phone")
PAUL = Recipient(uuid4(), "Paul Noir", channel="print")


@pytest.fixture
def tender(coordinator: object) -> Client:
    client = Client()
    client.force_login(coordinator.user)  # type: ignore[attr-defined]
    return client


def tell(recipient: Recipient = AMINA, key: str = "ask:1", **changes: object) -> Message:
    words = {"subject": "Jeudi matin", "body": "Pouvez-vous venir ?", **changes}
    return notify(recipient, key=key, **words)  # type: ignore[arg-type]


def stuck(state: State, outcome: Outcome, key: str = "ask:1") -> Message:
    message = tell(key=key)
    Message.objects.filter(pk=message.pk).update(state=state)
    Job.objects.filter(message=message).update(state=state.value, outcome=outcome, detail="SMTP: 421")
    message.refresh_from_db()
    return message


def at(message: Message, name: str = "message") -> str:
    return reverse(f"outbox:{name}", args=[message.public_id])


class TestWhoMay:
    @pytest.fixture
    def addresses(self) -> list[str]:
        message = tell(PAUL)
        return [reverse("outbox:list"), reverse("outbox:letters"), at(message), at(message, "letter")]

    def test_a_stranger_is_asked_to_sign_in(self, stranger: Client, addresses: list[str]) -> None:
        for address in addresses:
            assert stranger.get(address).status_code == 302

    def test_a_member_and_a_partner_find_nothing(self, member: Client, partner: Client, addresses: list[str]) -> None:
        for client in (member, partner):
            assert [client.get(address).status_code for address in addresses] == [404] * 4

    def test_a_manager_finds_nothing(self, manager: object, addresses: list[str]) -> None:
        client = Client()
        client.force_login(manager.user)  # type: ignore[attr-defined]
        assert [client.get(address).status_code for address in addresses] == [404] * 4

    def test_a_member_decides_on_nothing(self, member: Client) -> None:
        message = stuck(State.UNCERTAIN, Outcome.MAYBE_SENT)
        for name in ("try_again", "set_aside"):
            assert member.post(reverse(f"outbox:{name}", args=[message.job_id])).status_code == 404
        assert member.post(at(message), {"outcome": "reached"}).status_code == 404
        assert Job.objects.get().state == JobState.UNCERTAIN

    def test_the_coordinator_opens_all(self, tender: Client, addresses: list[str]) -> None:
        assert [tender.get(address).status_code for address in addresses] == [200] * 4


class TestLists:
    def test_each_list_holds_its_own(self, tender: Client) -> None:
        tell(AMINA, "waiting")
        tell(JEANNE, "call")
        tell(PAUL, "letter")
        tell(AMINA, "drill", exercise_id=1)
        stuck(State.DEAD, Outcome.REFUSED, "dead")

        shown = {
            each.slug: [m.key for m in tender.get(reverse("outbox:list"), {"voir": each.slug}).context["page"]]
            for each in LISTS
        }

        assert shown == {
            "bloques": ["dead"],
            "a-telephoner": ["call"],
            "a-imprimer": ["letter"],
            "en-attente": ["waiting"],
            "textos": [],
            "partis": [],
            "exercices": ["drill"],
        }

    def test_what_waits_for_a_person_opens_first(self, tender: Client) -> None:
        tell(AMINA, "waiting")
        tell(JEANNE, "call")

        assert tender.get(reverse("outbox:list")).context["chosen"].slug == "a-telephoner"

    def test_people_are_found_without_accents(self, tender: Client) -> None:
        tell(AMINA, "1")
        tell(Recipient(None, "Tom", email="tom@example.org"), "2")

        answer = tender.get(reverse("outbox:list"), {"voir": "en-attente", "q": "elan AMINA"})

        assert [message.key for message in answer.context["page"]] == ["1"]

    def test_an_empty_list_says_what_it_means(self, tender: Client) -> None:
        answer = tender.get(reverse("outbox:list"), {"voir": "bloques"})

        assert "Rien n’est bloqué" in answer.content.decode()

    def test_the_list_costs_the_same_whatever_its_length(
        self, tender: Client, constant_queries: Callable[..., None]
    ) -> None:
        tell(AMINA, "first")
        constant_queries(
            tender,
            f"{reverse('outbox:list')}?voir=en-attente",
            lambda: [tell(AMINA, f"more:{n}:{clock.real_now()}") for n in range(5)],
        )


class TestOneMessage:
    def test_reading_it_is_recorded(self, tender: Client) -> None:
        message = tell()

        tender.get(at(message))

        view = ViewRecord.objects.get()
        assert (view.subject_key, view.what, view.role) == (AMINA.person_key, "message", "coordinator")

    def test_a_call_shows_the_number_and_the_answers(self, tender: Client) -> None:
        message = tell(JEANNE, actions=[Action("Oui, je viens", "https://reflexes.example/r/abc")])

        page = tender.get(at(message)).content.decode()

        assert "03 88 11 22 33" in page
        assert "https://reflexes.example/r/abc" in page

    def test_what_came_of_a_call_is_written_down(self, tender: Client) -> None:
        message = tell(JEANNE)

        answer = tender.post(at(message), {"outcome": "reached"})

        assert answer.status_code == 302
        message.refresh_from_db()
        assert message.state == State.DONE_BY_HAND

    @pytest.mark.parametrize("typed", [{}, {"outcome": "posted"}, {"outcome": "x" * 5000}])
    def test_an_impossible_outcome_is_refused_with_a_sentence(self, tender: Client, typed: dict[str, str]) -> None:
        message = tell(JEANNE)

        answer = tender.post(at(message), typed)

        assert answer.status_code == 422
        assert answer.context["form"].errors
        message.refresh_from_db()
        assert message.state == State.TO_PHONE

    def test_what_is_over_cannot_be_written_twice(self, tender: Client) -> None:
        message = tell(JEANNE)
        Message.objects.update(state=State.DONE_BY_HAND)

        answer = tender.post(at(message), {"outcome": "handed"})

        assert answer.status_code == 409
        assert "déjà occupé" in answer.content.decode()

    def test_a_letter_comes_as_pdf(self, tender: Client) -> None:
        answer = tender.get(at(tell(PAUL), "letter"))

        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")

    def test_without_a_letter_to_print_there_is_no_file(self, tender: Client) -> None:
        assert tender.get(reverse("outbox:letters")).status_code == 404

    def test_an_exercise_says_that_nothing_left(self, tender: Client) -> None:
        page = tender.get(at(tell(exercise_id=2))).content.decode()

        assert "il n’est pas parti et ne partira jamais" in page


class TestStuck:
    def test_an_uncertain_message_says_what_is_known(self, tender: Client) -> None:
        page = tender.get(at(stuck(State.UNCERTAIN, Outcome.MAYBE_SENT))).content.decode()

        assert "le message est peut-être arrivé. Demandez à la personne" in page
        assert "SMTP: 421" in page

    def test_it_is_sent_again_or_set_aside(self, tender: Client) -> None:
        first, second = stuck(State.UNCERTAIN, Outcome.MAYBE_SENT, "1"), stuck(State.DEAD, Outcome.REFUSED, "2")

        tender.post(reverse("outbox:try_again", args=[first.job_id]))
        tender.post(reverse("outbox:set_aside", args=[second.job_id]))

        assert Message.objects.get(pk=first.pk).state == State.WAITING
        assert Message.objects.get(pk=second.pk).state == State.SET_ASIDE

    def test_deciding_twice_is_a_conflict(self, tender: Client) -> None:
        message = stuck(State.DEAD, Outcome.REFUSED)
        tender.post(reverse("outbox:set_aside", args=[message.job_id]))

        answer = tender.post(reverse("outbox:try_again", args=[message.job_id]))

        assert answer.status_code == 409
        assert "déjà décidé" in answer.content.decode()

    def test_other_work_that_is_stuck_is_shown_too(self, tender: Client) -> None:
        Job.objects.create(key="x", kind="gone.kind", state=JobState.DEAD, outcome=Outcome.UNKNOWN_KIND)

        answer = tender.get(reverse("outbox:list"))

        assert answer.context["chosen"].slug == "bloques"
        assert "Personne ici ne sait faire ce travail" in answer.content.decode()

    def test_work_that_does_not_exist_is_not_found(self, tender: Client) -> None:
        assert tender.post(reverse("outbox:try_again", args=[999999])).status_code == 404


def test_searching_stays_in_the_list_that_was_chosen(tender: Client) -> None:
    tell(JEANNE)

    page = tender.get(reverse("outbox:list"), {"voir": "a-telephoner", "q": "jeanne"}).content.decode()

    assert '<input type="hidden" name="voir" value="a-telephoner"' in page
