"""State a need in a real browser: saved as one writes, said in words, accessible at 320 px."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from reflexes.mechanisms.allocation.factories import make_assignment, make_need
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.directory.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = ("quoi", "ou", "quand", "combien", "qui")


@pytest.fixture
def draft(town: Any, host: Any) -> Need:
    return make_need(town.hall, state="draft", place=town.site, stated_by=host, slots=2)


def test_a_need_is_saved_at_each_keystroke_and_says_so(
    page: Any, live_server: Any, host: Any, draft: Need, sign_in_browser: Callable[[Any, Any], None]
) -> None:
    sign_in_browser(page, host.user)
    page.goto(f"{live_server.url}/micro-mobilite/besoins/{draft.pk}/etape/quoi/")
    said = page.locator("[data-autosave-said]")
    for words in ("Trier", "Trier les dons"):
        page.locator("textarea[name=tasks]").fill(words)
        expect(said).to_contain_text("nregistré")
        for _look in range(40):
            draft.refresh_from_db()
            if draft.tasks == words:
                break
            page.wait_for_timeout(100)
        assert draft.tasks == words, said.text_content()
    # The button straight after a keystroke does not quarrel with the save under way.
    page.locator("input[name=title]").fill("Trier les dons du samedi")
    page.locator("main form .actions button").last.click()
    page.wait_for_url("**/etape/ou/")
    draft.refresh_from_db()
    assert draft.title == "Trier les dons du samedi"


def test_every_page_of_the_host_is_accessible_on_a_small_phone(
    page: Any,
    live_server: Any,
    town: Any,
    host: Any,
    agent: Any,
    draft: Need,
    sign_in_browser: Callable[[Any, Any], None],
    assert_accessible: Callable[[Any], None],
) -> None:
    slots = make_need(town.hall, place=town.site, slots=3).slots.all()
    people = (agent, make_person("Basile", role="agent", unit=town.home), make_person("Chloé", role="agent"))
    states = ("released", "confirmed", "started")
    missions = [
        make_assignment(slot, person, state=state) for slot, person, state in zip(slots, people, states, strict=True)
    ]
    sign_in_browser(page, host.user)
    page.set_viewport_size({"width": 320, "height": 700})
    needs = [f"besoins/{draft.pk}/etape/{step}/" for step in STEPS]
    others = ["accueil/", "besoins/nouveau/", f"besoins/{draft.pk}/relire/", "arrivees/", "lieux/"]
    for path in (*needs, *others, *(f"missions/{one.pk}/accueil/" for one in missions)):
        page.goto(f"{live_server.url}/micro-mobilite/{path}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
