"""What is known of a person is given whole and erased whole; who read it is kept under pseudonyms."""

from datetime import timedelta
from types import ModuleType
from uuid import UUID, uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied

from reflexes.core import clock
from reflexes.core.accounts.links import make_link
from reflexes.core.accounts.models import MagicLink, User
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications import privacy as message_privacy
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.services import Recipient, notify
from reflexes.core.outbox.models import Job
from reflexes.core.privacy import services
from reflexes.core.privacy.jobs import tidy
from reflexes.core.privacy.models import ViewRecord
from reflexes.core.privacy.services import do_erase_person, export_person, record_view, views_of

READER = Actor(person_key=uuid4(), person_id=1, role="coordinator", organisation_id=4)

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina() -> UUID:
    """Someone with an account, a message waiting, a link, and someone who read about them."""
    key = uuid4()
    user = User.objects.create_user("amina@example.org", key=key)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    notify(Recipient(key, "Amina Bel", email="amina@example.org"), subject="Jeudi", body="Bonjour Amina", key="ask:1")
    make_link(person_key=key, purpose="answer", subject="assignment:1", path="/r/")
    record_view(READER, key, "wishes", "pairing")
    return key


class TestViews:
    def test_a_reading_is_recorded_once_an_hour(self) -> None:
        subject = uuid4()
        with clock.travelling(clock.real_now().replace(minute=5)):
            record_view(READER, subject, "wishes", "pairing")
            record_view(READER, subject, "wishes", "pairing")
            record_view(READER, subject, "skills", "pairing")
        with clock.travelling(clock.real_now().replace(minute=5) + timedelta(hours=1)):
            record_view(READER, subject, "wishes", "pairing")

        assert [view.what for view in views_of(subject)] == ["wishes", "skills", "wishes"]

    def test_it_says_in_which_capacity_and_nothing_of_the_name(self) -> None:
        subject = uuid4()
        record_view(READER, subject, "wishes", "pairing")

        view = views_of(subject).get()
        assert (view.viewer_key, view.role, view.organisation_id) == (READER.person_key, "coordinator", 4)

    def test_reading_about_oneself_is_not_recorded(self) -> None:
        assert READER.person_key is not None
        record_view(READER, READER.person_key, "wishes", "my space")

        assert not ViewRecord.objects.exists()

    def test_the_view_journal_ends_after_a_year(self) -> None:
        subject = uuid4()
        with clock.shifted(timedelta(days=-366)):
            record_view(READER, subject, "old", "pairing")
        record_view(READER, subject, "new", "pairing")

        tidy(Job())

        assert [view.what for view in views_of(subject)] == ["new"]


class TestExport:
    def test_it_holds_what_every_app_knows(self, amina: UUID) -> None:
        known = export_person(amina)["known"]

        assert known["accounts"]["accounts"][0]["email"] == "amina@example.org"
        assert known["accounts"]["links"][0]["subject"] == "assignment:1"
        assert known["notifications"][0]["body"] == "Bonjour Amina"
        assert known["privacy"]["read_about_me"][0]["what"] == "wishes"

    def test_nothing_is_known_of_a_stranger(self) -> None:
        assert export_person(uuid4())["known"] == {}


class TestErasure:
    def test_only_pseudonyms_remain(self, amina: UUID) -> None:
        assert do_erase_person(actor=SYSTEM, person_key=amina) == ()

        assert not User.objects.exists()
        assert not Message.objects.exists()
        assert not Job.objects.filter(kind="notifications.send").exists()
        assert not MagicLink.objects.exists()
        assert views_of(amina).count() == 1

    def test_an_app_that_keeps_an_address_undoes_the_whole_erasure(
        self, amina: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        forgetful = ModuleType("forgetful")
        forgetful.export = message_privacy.export  # type: ignore[attr-defined]
        forgetful.erase = lambda person_key: None  # type: ignore[attr-defined]
        monkeypatch.setattr(services, "_privacy_modules", lambda: iter([("notifications", forgetful)]))

        with pytest.raises(Refusal) as told:
            do_erase_person(actor=SYSTEM, person_key=amina)

        assert told.value.code == "erasure_incomplete"
        assert User.objects.exists()

    def test_an_address_left_in_free_words_is_shown_to_a_person(self, amina: UUID) -> None:
        notify(Recipient(uuid4(), "Tom", channel="print"), subject="x", body="Write to Amina@example.org", key="x")

        (left,) = do_erase_person(actor=SYSTEM, person_key=amina)

        assert (left.table, left.column, left.rows) == ("notifications_message", "body", 1)

    @pytest.mark.parametrize("role", ["coordinator", "manager", "hr", ""])
    def test_nobody_else_may_erase_someone(self, amina: UUID, role: str) -> None:
        with pytest.raises(PermissionDenied):
            do_erase_person(actor=Actor(person_key=uuid4(), role=role), person_key=amina)

        assert User.objects.exists()

    def test_people_may_erase_themselves(self, amina: UUID) -> None:
        do_erase_person(actor=Actor(person_key=amina, role="agent"), person_key=amina)

        assert not User.objects.exists()
