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
    page.locator("main form .actions button").first.click()
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


@pytest.fixture
def colleague(browser: Any, browser_context_args: dict[str, Any], town: Any) -> Any:
    """A second browser, and who writes in it."""
    person = make_person("Léa", role="host", organisation=town.hall)
    context = browser.new_context(**browser_context_args)
    yield context.new_page(), person
    context.close()


@pytest.mark.parametrize("keeps", ["mine", "theirs"])
def test_two_people_on_one_step_see_both_texts_and_choose(
    keeps: str,
    page: Any,
    colleague: Any,
    live_server: Any,
    host: Any,
    draft: Need,
    sign_in_browser: Callable[[Any, Any], None],
    assert_accessible: Callable[[Any], None],
) -> None:
    other, lea = colleague
    sign_in_browser(page, host.user)
    sign_in_browser(other, lea.user)
    where = f"{live_server.url}/micro-mobilite/besoins/{draft.pk}/etape/quoi/"
    page.goto(where)
    other.goto(where)
    other.locator("textarea[name=tasks]").fill("Texte de Léa")
    expect(other.locator("[data-autosave-said]")).to_contain_text("nregistré")
    # Hugo types too: his page tells him at once, and loses nothing.
    page.locator("textarea[name=tasks]").fill("Texte de Hugo")
    expect(page.locator("[data-autosave-said]")).to_contain_text("Quelqu’un")
    page.locator("form#yours .actions button.button").first.click()
    main = page.locator("main")
    expect(main).to_contain_text("Texte de Léa")
    expect(main).to_contain_text(str(lea))
    expect(page.locator("textarea[name=tasks]")).to_have_value("Texte de Hugo")
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    if keeps == "mine":
        page.locator("form#yours .actions button.button").first.click()
        page.wait_for_url("**/etape/ou/")
    else:
        page.get_by_role("link", name="Prendre la leur").click()
        expect(page.locator("textarea[name=tasks]")).to_have_value("Texte de Léa")
    draft.refresh_from_db()
    assert draft.tasks == ("Texte de Hugo" if keeps == "mine" else "Texte de Léa")


def test_the_pages_of_starts_and_series_are_accessible_on_a_small_phone(
    page: Any,
    live_server: Any,
    town: Any,
    host: Any,
    sign_in_browser: Callable[[Any, Any], None],
    assert_accessible: Callable[[Any], None],
) -> None:
    need = make_need(town.hall, place=town.site, slots=3, stated_by=host)
    slot = need.slots.first()
    assert slot is not None
    sign_in_browser(page, host.user)
    page.set_viewport_size({"width": 320, "height": 700})
    paths = (
        "besoins/nouveau/",
        "besoins/nouveau/page-blanche/",
        f"besoins/{need.pk}/",
        f"besoins/{need.pk}/renouveler/",
        f"besoins/{need.pk}/demi-journee/{slot.pk}/retirer/",
        f"lieux/{town.site.pk}/",
    )
    for path in paths:
        page.goto(f"{live_server.url}/micro-mobilite/{path}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_a_need_opens_from_a_case_in_four_taps_and_no_keystroke(
    page: Any, live_server: Any, town: Any, host: Any, coordinator: Any, sign_in_browser: Callable[[Any, Any], None]
) -> None:
    make_need(town.hall, place=town.site, state="closed", mentor=host, contact=coordinator)
    sign_in_browser(page, host.user)
    page.goto(f"{live_server.url}/micro-mobilite/accueil/")
    for tap in ("Exprimer un besoin", "Préparer et remettre des colis", "Relire tout de suite", "Ouvrir ce besoin"):
        page.locator("main").get_by_text(tap).first.click()
        page.wait_for_load_state()
    assert Need.objects.filter(state="open").count() == 1
