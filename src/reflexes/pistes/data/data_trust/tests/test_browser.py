"""The pages of trusted data on a telephone and on a wide screen: a person from the code to the refusal, axe on each."""

from datetime import timedelta
from typing import Any

import pytest

from reflexes.core import clock
from reflexes.core.outbox import worker
from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.evidence.factories import make_dataset, make_export, make_holder
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import destruction, oppositions
from reflexes.pistes.data.data_trust.tests.desk import ASK, DESK, PHONE, REGISTER, Desk, code_sent, desk
from tests.harness.browser import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]


@pytest.fixture
def lives(desk: Desk) -> Desk:
    """One dataset at each moment of its life."""
    make_dataset(desk.town.hall, state="draft", title="Appels de septembre", owner=desk.keeper)
    make_dataset(desk.town.hall, state="closed", title="Appels de juin", owner=desk.keeper)
    gone = make_dataset(desk.town.hall, state="closed", title="Appels de mai", owner=desk.keeper)
    destruction.do_destroy(actor=actor_for(desk.keeper), dataset=gone, why="La campagne est finie.")
    worker.run_all()
    return desk


def test_a_person_reads_what_is_known_of_them_on_their_phone_and_refuses_to_be_called(
    browser: Any, browser_context_args: dict[str, Any], live_server: Any, desk: Desk, assert_accessible: Any
) -> None:
    context = browser.new_context(**{**browser_context_args, "viewport": WIDTHS["phone"], "locale": "fr-FR"})
    page = context.new_page()
    page.goto(live_server.url + ASK)
    assert_accessible(page)
    page.get_by_label("Votre numéro de portable").fill("06 39 98 00 01")
    page.get_by_role("button", name="M’envoyer un code").click()
    page.get_by_label("Le code du message").wait_for()
    assert_accessible(page)
    page.get_by_label("Le code du message").fill(code_sent())
    page.get_by_role("button", name="Voir ce que l’on sait de moi").click()
    page.get_by_text("Schaal").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Refuser").click()
    page.get_by_text("garde ce refus").wait_for()
    assert oppositions.opposed(desk.town.hall, [PHONE], "calls") == {PHONE}
    page.get_by_role("button", name="Fermer cette fiche").click()
    page.get_by_text("La fiche est fermée").wait_for()
    context.close()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_axe_finds_nothing_on_the_register_and_at_the_desk(
    page: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any, lives: Desk, width: str
) -> None:
    page.set_viewport_size(WIDTHS[width])
    page.goto(live_server.url + REGISTER)
    assert_accessible(page)
    sign_in_browser(page, lives.keeper.user)
    closed = Dataset.objects.get(title="Appels de juin")
    gone = Dataset.objects.get(title="Appels de mai")
    pages = [DESK, lives.at(), lives.at("fermer/"), lives.at("detruire/", closed), lives.at("", gone)]
    make_holder(lives.dataset, lives.keeper, "visiting", role="supervisor")
    file = make_export(lives.dataset, lives.keeper, taken_at=clock.now(), until=clock.today())
    pages += [lives.at("ecrire/", Dataset.objects.get(title="Appels de septembre")), lives.at("lecture/?q=son")]
    pages += [lives.at(f"lecture/{lives.keeper.key}/"), lives.at("fichier/"), f"{DESK}nouvelles/", f"{DESK}a-lire/"]
    for address in [*pages, f"{DESK}guichet/", f"{DESK}fichier/{file.key}/", f"{DESK}fichier/{file.key}/detruit/"]:
        page.goto(live_server.url + address)
        assert_accessible(page)


def test_with_the_keyboard_alone_a_file_is_asked_for_refused_in_a_sentence_then_taken(
    page: Any, live_server: Any, sign_in_browser: Any, lives: Desk
) -> None:
    make_holder(lives.dataset, lives.keeper, "visiting", role="supervisor")
    sign_in_browser(page, lives.keeper.user)
    page.goto(live_server.url + lives.at("fichier/"))
    page.get_by_role("button", name="Préparer le fichier").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Aucun fichier ne sort sans dire pourquoi").first.wait_for()
    page.locator("[name=what_for]").first.focus()
    page.keyboard.press("Space")
    for typed in ("Visites de jeudi.", None):
        page.keyboard.press("Tab")
        page.keyboard.type(typed) if typed else page.keyboard.press("Space")
    page.locator("[name=group]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("CCAS")
    page.locator("[name=until]").fill((clock.today() + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Préparer le fichier").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Prendre le fichier")
    button.wait_for()
    button.focus()
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".xlsx")
    assert lives.dataset.exports.get().people == 1


def test_the_data_protection_officer_is_told_what_waits_and_answers_it(
    page: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any, lives: Desk
) -> None:
    page.set_viewport_size(WIDTHS["desk"])
    sign_in_browser(page, lives.dpo.user)
    page.goto(live_server.url + DESK)
    page.get_by_role("link", name="Appels de septembre").first.click()
    page.get_by_role("link", name="Donner mon avis").click()
    assert_accessible(page)
    page.get_by_label("favorable", exact=True).check()
    page.get_by_label("Pourquoi").fill("Finalité précise, durée courte.")
    page.get_by_role("button", name="Donner cet avis").click()
    page.get_by_text("Votre avis est donné").wait_for()
    assert Dataset.objects.get(title="Appels de septembre").opinions.count() == 1
