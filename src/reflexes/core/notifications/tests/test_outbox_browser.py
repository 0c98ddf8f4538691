"""The outbox in a real browser, on a phone and in an office: axe finds nothing, no policy is broken."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from reflexes.core.notifications.lists import LISTS
from reflexes.core.notifications.models import Message, State
from reflexes.core.notifications.services import Action, Recipient, notify
from reflexes.core.outbox.models import Job, Outcome

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def full_outbox() -> dict[str, Message]:
    """A message in every list."""
    answers = (Action("Oui, je viens", f"https://reflexes.example/r/{'a' * 43}"), Action("Non, pas cette fois", "/n"))
    amina = Recipient(uuid4(), "Amina Bel", email="amina@example.org", phone="0612345678")
    jeanne = Recipient(uuid4(), "Jeanne Roux", phone="0388112233", channel="mail")
    paul = Recipient(uuid4(), "Paul Noir", channel="print")
    words = {"subject": "Aide à l’épicerie, jeudi matin", "body": "Bonjour,\n\nPourriez-vous venir jeudi ?"}
    told = {
        "waiting": notify(amina, key="1", actions=answers, **words),
        "call": notify(jeanne, key="2", actions=answers, **words),
        "letter": notify(paul, key="3", actions=answers, **words),
        "stuck": notify(amina, key="4", **words),
        "drill": notify(amina, key="5", exercise_id=1, **words),
        "text": notify(amina, key="6", **words),
    }
    Message.objects.filter(key="4").update(state=State.UNCERTAIN)
    Message.objects.filter(key="6").update(state=State.SENT, way="text", page_text="Venez-vous ?")
    Job.objects.filter(message__key="4").update(
        state="uncertain", outcome=Outcome.MAYBE_SENT, detail="SMTPServerDisconnected: Connection unexpectedly closed"
    )
    Job.objects.create(key="x", kind="gone.kind", state="dead", outcome=Outcome.UNKNOWN_KIND)
    return told


@pytest.mark.parametrize("width", [375, 1280])
def test_every_list_and_every_kind_of_message_is_accessible(
    page: Any,
    live_server: Any,
    sign_in_browser: Callable[..., None],
    coordinator: Any,
    assert_accessible: Callable[[Any], None],
    full_outbox: dict[str, Message],
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_browser(page, coordinator.user)
    addresses = [f"{reverse('outbox:list')}?voir={each.slug}" for each in LISTS]
    addresses += [reverse("outbox:message", args=[each.public_id]) for each in full_outbox.values()]
    for address in addresses:
        page.goto(f"{live_server.url}{address}")
        assert_accessible(page)


def test_a_call_is_written_down_from_the_list(
    phone: Any,
    live_server: Any,
    sign_in_browser: Callable[..., None],
    coordinator: Any,
    full_outbox: dict[str, Message],
) -> None:
    sign_in_browser(phone, coordinator.user)
    phone.goto(f"{live_server.url}{reverse('outbox:list')}?voir=a-telephoner")
    phone.get_by_role("link", name="Appeler", exact=True).click()
    phone.get_by_label("J’ai parlé à la personne").check()
    phone.get_by_role("button", name="Noter").click()

    phone.get_by_text("C’est noté").wait_for()
    assert Message.objects.get(key="2").state == State.DONE_BY_HAND
