"""A message goes by the way the person prefers, when they may be disturbed, once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message, State, Way
from reflexes.core.notifications.quiet import next_calm_moment
from reflexes.core.notifications.services import Action, Recipient, do_note_by_hand, notify
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.services import do_try_again
from reflexes.core.outbox.worker import run_all

COORDINATOR = Actor(role="coordinator", person_id=1)
AMINA = Recipient(uuid4(), "Amina Bel", email="amina@example.org", phone="06 12 34 56 78")
TEXTS = Recipient(uuid4(), "Tom Petit", phone="06 12 34 56 78", channel="text")
QUIET = (20, 8, (6,))

pytestmark = pytest.mark.django_db


class Box:
    """A mail server of the town: keeps what arrives, answers as told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 taken"
        self.rcpt_answer = "250 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer == "hang up":
            server.transport.close()
        elif self.answer.startswith("250"):
            content = envelope.original_content or b""
            self.mails.append(message_from_bytes(content, policy=policy.default))
        return self.answer


class Server(Controller):
    """Listens on a free port."""

    def start(self, *args: Any, **kwargs: Any) -> None:
        super().start(*args, **kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def box(settings: Settings) -> Iterator[Box]:
    kept = Box()
    server = Server(kept, hostname="127.0.0.1", port=0)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "La cellule <cellule@example.org>"
    yield kept
    server.stop()


def tell(recipient: Recipient = AMINA, **changes: Any) -> Message:
    words: dict[str, Any] = {"subject": "Jeudi matin", "body": "Bonjour,\n\nPouvez-vous venir ?", "key": "ask:1"}
    return notify(recipient, **{**words, **changes})


def again(message: Message) -> Message:
    message.refresh_from_db()
    return message


class TestMail:
    def test_a_mail_really_leaves_in_plain_text_and_sober_html(self, box: Box) -> None:
        message = tell(actions=[Action("Oui, je viens", "https://reflexes.example/r/abc?x=1&y=2")])

        run_all()

        (mail,) = box.mails
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None and html is not None
        assert mail["To"] == "amina@example.org"
        assert mail["From"] == "La cellule <cellule@example.org>"
        assert mail["Subject"] == "Jeudi matin"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["List-Unsubscribe"] is None
        assert "Pouvez-vous venir ?" in plain.get_content()
        assert "https://reflexes.example/r/abc?x=1&y=2" in plain.get_content()
        assert 'href="https://reflexes.example/r/abc?x=1&amp;y=2"' in html.get_content()
        assert "src=" not in html.get_content()
        assert again(message).state == State.SENT

    def test_a_mail_sent_again_keeps_its_message_id(self, box: Box) -> None:
        message = tell()
        run_all()
        Job.objects.update(state="uncertain")
        do_try_again(actor=COORDINATOR, job=Job.objects.get())
        run_all()

        first, second = box.mails
        assert first["Message-ID"] == second["Message-ID"]
        assert first["Message-ID"].endswith("@example.org>")
        assert again(message).state == State.SENT

    def test_words_of_people_never_become_markup_or_headers(self, box: Box) -> None:
        tell(subject="Jeudi\nBcc: all@example.org", body="<script>alert(1)</script> {{ x }}")

        run_all()

        html = box.mails[0].get_body(("html",))
        assert html is not None
        assert "<script>" not in html.get_content()
        assert box.mails[0]["Subject"] == "Jeudi Bcc: all@example.org"
        assert box.mails[0]["Bcc"] is None

    @pytest.mark.parametrize(
        ("rcpt", "answer", "state"),
        [
            ("550 no such person", "250 taken", State.DEAD),
            ("450 busy", "250 taken", State.WAITING),
            ("250 ok", "554 refused", State.DEAD),
            ("250 ok", "451 later", State.WAITING),
            ("250 ok", "hang up", State.UNCERTAIN),
        ],
    )
    def test_what_the_server_answers_decides(self, box: Box, rcpt: str, answer: str, state: State) -> None:
        box.rcpt_answer, box.answer = rcpt, answer
        message = tell()

        run_all(raising=False)

        assert again(message).state == state
        assert box.mails == []

    def test_a_server_that_is_away_is_tried_again_later(self, box: Box, settings: Settings) -> None:
        right, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
        message = tell()
        run_all()
        assert again(message).state == State.WAITING
        settings.EMAIL_PORT = right

        with clock.shifted(timedelta(minutes=1)):
            run_all()

        assert again(message).state == State.SENT
        assert len(box.mails) == 1

    def test_the_fixed_words_are_in_the_language_of_the_person(self, box: Box) -> None:
        tell(Recipient(None, "Kate", email="kate@example.org", language="en"), key="ask:en")
        tell(key="ask:fr")

        run_all()

        english, french = (mail.get_body(("plain",)) for mail in box.mails)
        assert english is not None and "Sent by La cellule." in english.get_content()
        assert french is not None and "Envoyé par La cellule." in french.get_content()

    def test_an_urgent_mail_says_so(self, box: Box) -> None:
        tell(urgent=True)

        run_all()

        assert box.mails[0]["Importance"] == "high"


class TestOnce:
    def test_the_same_key_is_one_message(self, box: Box) -> None:
        first = tell(actions=[Action("Oui", "https://reflexes.example/1")])
        with transaction.atomic():
            second = tell(subject="Autre", actions=[Action("Non", "https://reflexes.example/2")])
            Message.objects.count()

        run_all()

        assert first.pk == second.pk
        assert [action.label for action in second.actions.all()] == ["Oui"]
        assert [mail["Subject"] for mail in box.mails] == ["Jeudi matin"]

    def test_a_message_disappears_with_a_cause_that_fails(self) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            tell()
            raise RuntimeError

        assert not Message.objects.exists()
        assert not Job.objects.exists()

    def test_a_message_of_an_exercise_never_leaves_and_says_so(self, box: Box) -> None:
        message = tell(exercise_id=3, urgent=True)

        run_all()

        assert box.mails == []
        assert message.state == State.EXERCISE
        assert "exercice" in message.get_state_display()


class TestWay:
    @pytest.mark.parametrize(
        ("channel", "email", "number", "way", "note"),
        [
            ("mail", "a@example.org", "0612345678", Way.MAIL, ""),
            ("mail", "", "0612345678", Way.PHONE, "no_email"),
            ("mail", "not an address", "", Way.PRINT, "no_email"),
            ("text", "a@example.org", "+33 6 12 34 56 78", Way.TEXT, ""),
            ("text", "a@example.org", "03 88 11 22 33", Way.MAIL, "no_texts"),
            ("text", "", "03 88 11 22 33", Way.PHONE, "no_texts"),
            ("text", "", "12", Way.PRINT, "no_phone"),
            ("phone", "a@example.org", "03 88 11 22 33", Way.PHONE, ""),
            ("phone", "a@example.org", "", Way.PRINT, "no_phone"),
            ("print", "a@example.org", "0612345678", Way.PRINT, ""),
        ],
    )
    def test_the_way_is_the_preferred_one_or_the_nearest_that_works(
        self, channel: str, email: str, number: str, way: Way, note: str
    ) -> None:
        message = tell(Recipient(None, "X", email, number, channel))

        assert (message.way, message.note) == (way, note)

    def test_a_call_and_a_letter_wait_for_hands_and_not_for_the_worker(self) -> None:
        assert tell(Recipient(None, "X", phone="0388112233", channel="phone"), key="1").state == State.TO_PHONE
        assert tell(Recipient(None, "X", channel="print"), key="2").state == State.TO_PRINT
        assert not Job.objects.exists()

    def test_a_number_is_kept_in_the_international_form(self) -> None:
        assert tell(TEXTS).phone == "+33612345678"

    def test_a_text_message_is_written_on_the_page_by_default(self) -> None:
        message = tell(TEXTS, actions=[Action("Oui", "https://reflexes.example/1")])

        run_all()

        assert again(message).state == State.SENT
        assert message.page_text.endswith("Pouvez-vous venir ?\nOui : https://reflexes.example/1")

    def test_another_text_backend_is_a_setting(self, settings: Settings) -> None:
        settings.TEXT_BACKEND = f"{__name__}.Provider"
        message = tell(TEXTS)

        run_all()

        assert Provider.sent == [("+33612345678", "Bonjour,\n\nPouvez-vous venir ?")]
        assert again(message).page_text == ""


class Provider:
    """A provider of text messages."""

    leaves = True
    sent: list[tuple[str, str]] = []  # noqa: RUF012

    def send(self, message: Message, words: str) -> None:
        self.sent.append((message.phone, words))


def paris(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour, minute))


class TestQuietHours:
    """In November 2026 the 21st is a Saturday, the 22nd a Sunday."""

    @pytest.fixture(autouse=True)
    def quiet(self, settings: Settings) -> None:
        settings.QUIET_HOURS = QUIET

    @pytest.mark.parametrize(
        ("moment", "calm"),
        [
            (paris(20, 8), paris(20, 8)),
            (paris(20, 19, 59), paris(20, 19, 59)),
            (paris(20, 20), paris(21, 8)),
            (paris(20, 7, 59), paris(20, 8)),
            (paris(21, 20), paris(23, 8)),
            (paris(22, 12), paris(23, 8)),
            (paris(23, 3), paris(23, 8)),
            (paris(24, 21, month=10), paris(26, 8, month=10)),
        ],
    )
    def test_the_next_calm_moment(self, moment: datetime, calm: datetime) -> None:
        assert next_calm_moment(moment) == calm

    def test_a_message_of_the_night_waits_for_the_morning(self, box: Box) -> None:
        with clock.travelling(paris(23, 22)):
            message = tell()
            run_all()
            assert box.mails == []
        with clock.travelling(paris(24, 8, 1)):
            run_all()

        assert len(box.mails) == 1
        assert again(message).state == State.SENT

    @pytest.mark.parametrize("how", [{"urgent": True}, {"calm": False}])
    def test_what_is_urgent_or_asked_for_leaves_at_night(self, box: Box, how: dict[str, bool]) -> None:
        with clock.travelling(paris(23, 22)):
            tell(**how)
            run_all()

        assert len(box.mails) == 1


class TestByHand:
    @pytest.fixture
    def call(self) -> Message:
        return tell(Recipient(None, "Jeanne", phone="0388112233", channel="phone"))

    def test_someone_reached_is_over(self, call: Message) -> None:
        do_note_by_hand(actor=COORDINATOR, message=call, outcome="reached")

        assert again(call).state == State.DONE_BY_HAND
        assert call.ended_at is not None

    def test_no_answer_is_to_call_again(self, call: Message) -> None:
        do_note_by_hand(actor=COORDINATOR, message=call, outcome="no_answer")

        assert (again(call).state, call.tries) == (State.TO_PHONE, 1)

    def test_a_wrong_number_becomes_a_letter(self, call: Message) -> None:
        do_note_by_hand(actor=COORDINATOR, message=call, outcome="wrong_number")

        assert (again(call).state, call.way, call.note) == (State.TO_PRINT, Way.PRINT, "wrong_number")

    def test_two_callers_do_not_both_close_it(self, call: Message) -> None:
        seen_before = Message.objects.get()
        do_note_by_hand(actor=COORDINATOR, message=call, outcome="reached")

        with pytest.raises(Refusal, match="Quelqu’un s’est déjà occupé"):
            do_note_by_hand(actor=COORDINATOR, message=seen_before, outcome="wrong_number")

        assert again(call).state == State.DONE_BY_HAND

    def test_an_outcome_of_letters_does_not_close_a_call(self, call: Message) -> None:
        with pytest.raises(Refusal) as told:
            do_note_by_hand(actor=COORDINATOR, message=call, outcome="posted")

        assert told.value.code == "unknown_outcome"


def test_messages_that_are_over_end_after_ninety_days_and_the_others_stay() -> None:
    from reflexes.core.notifications.jobs import tidy

    for number, state in enumerate(State.values):
        message = tell(key=f"old:{number}")
        Message.objects.filter(pk=message.pk).update(state=state, ended_at=datetime(2026, 1, 1, tzinfo=UTC))

    tidy(Job())

    kept = set(Message.objects.values_list("state", flat=True))
    assert kept == {"waiting", "sending", "uncertain", "dead", "to_print", "to_phone"}
