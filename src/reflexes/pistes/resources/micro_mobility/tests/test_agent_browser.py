"""One tap from the message, in a real browser: sent by itself when a person looks, never to a machine."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core.accounts.links import make_link
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_wish
from reflexes.mechanisms.allocation.models import Assignment

pytestmark = pytest.mark.django_db(transaction=True)
A_PERSON = "Object.defineProperty(navigator, 'webdriver', {get: () => false}); document.hasFocus = () => true;"


@pytest.fixture
def link(agent, live_server) -> str:
    make_offer(agent)
    proposal = make_assignment(make_need().slots.get(), agent)
    path = reverse("micro_mobility:answer", args=["-"]).removesuffix("-")
    address = make_link(person_key=agent.key, purpose="answer", subject=f"assignment:{proposal.pk}", path=path)
    return live_server.url + path + address.rsplit("/", 1)[1]


def test_the_answer_chosen_in_the_message_is_sent_once_a_person_looks(phone: Any, link: str) -> None:
    phone.add_init_script(A_PERSON)
    phone.goto(f"{link}?reponse=oui")
    phone.get_by_role("heading", name="Merci : vous avez dit oui").wait_for()
    assert Assignment.objects.get().state == "accepted"


def test_a_machine_that_opens_the_link_answers_nothing(phone: Any, link: str, assert_accessible: Any) -> None:
    phone.goto(f"{link}?reponse=oui")
    phone.wait_for_timeout(1600)
    assert Assignment.objects.get().state == "proposed"
    assert_accessible(phone)
    phone.get_by_role("button", name="Confirmer : Oui, je viens").click()
    phone.get_by_role("heading", name="Merci : vous avez dit oui").wait_for()
    assert Assignment.objects.get().state == "accepted"


def test_a_mind_is_changed_with_the_keyboard_alone(desk: Any, link: str) -> None:
    desk.goto(link)
    desk.get_by_role("button", name="Oui, je viens").focus()
    desk.keyboard.press("Enter")
    summary = desk.locator("summary", has_text="Changer d’avis")
    summary.focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="Non, je ne peux finalement pas venir").focus()
    desk.keyboard.press("Enter")
    desk.get_by_role("heading", name="C’est noté : pas cette fois").wait_for()
    assert Assignment.objects.get().state == "declined"


def test_my_space_is_filled_with_a_thumb(
    phone: Any, agent: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any
) -> None:
    make_wish(make_offer(agent, free=[]), "no_weekend")
    sign_in_browser(phone, agent.user)
    phone.goto(f"{live_server.url}/micro-mobilite/mon-espace/")
    cells = phone.locator(".grid-cell:not(:has(:disabled))")
    cells.nth(1).click()
    cells.nth(3).click()
    phone.get_by_role("button", name="Enregistrer mes disponibilités").click()
    phone.get_by_text("Vos disponibilités sont enregistrées.").wait_for()
    assert agent.offer.half_days.count() == 2
    assert_accessible(phone)


def test_a_manager_answers_everything_on_one_page(
    desk: Any, agent: Any, manager: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any
) -> None:
    make_offer(agent)
    need = make_need(slots=2)
    kept, gone = (make_assignment(slot, agent, state="accepted") for slot in need.slots.all())
    Assignment.objects.filter(pk=gone.pk).update(release_by=gone.release_by + timedelta(hours=1))
    sign_in_browser(desk, manager.user)
    desk.goto(f"{live_server.url}/micro-mobilite/mon-service/")
    assert_accessible(desk)
    desk.locator(f"#demande-{gone.pk}").get_by_role("button", name="Laisser partir Amina").click()
    desk.get_by_text("peut partir").wait_for()
    line = desk.locator(f"#demande-{kept.pk}")
    line.locator("summary").click()
    line.get_by_label("le service passerait sous son minimum").check()
    line.get_by_role("button", name="Garder dans le service").click()
    desk.get_by_text("reste. La personne et la cellule lisent votre motif").wait_for()
    assert dict(Assignment.objects.values_list("pk", "state")) == {gone.pk: "released", kept.pk: "withheld"}
