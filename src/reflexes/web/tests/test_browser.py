"""The living style guide in a real browser: axe, keyboard, a thumb, no script, 320 px."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from reflexes.core import clock

GUIDE = "/composants/"
BOXES = ".grid-cell input"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(
    page: Any, live_server: Any, assert_accessible: Callable[[Any], None], width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(live_server.url + GUIDE)
    assert_accessible(page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_bands_of_a_crisis_and_of_an_exercise_are_accessible(
    page: Any,
    live_server: Any,
    agent: Any,
    sign_in_browser: Callable[[Any, Any], None],
    assert_accessible: Callable[[Any], None],
    width: int,
) -> None:
    exercise = apps.get_model("crisis", "Exercise").objects.create(
        name="Canicule", plays_at=clock.now() + timedelta(days=90)
    )
    apps.get_model("crisis", "Sequence").objects.create(
        number=2,
        level="crisis",
        title="Crise",
        changes="Les écoles.",
        does_not_change="Le oui.",
        review_on=clock.today(),
    )
    sign_in_browser(page, agent.user)
    session = Session.objects.get()
    store = SessionStore(session.session_key)
    store["exercise"] = exercise.pk
    store.save()
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + GUIDE)
    # During an exercise too, most of the screen is kept for the page itself.
    assert page.locator("main").bounding_box()["y"] < 800 * (0.42 if width == 320 else 0.36)
    page.locator(".sequence summary").click()
    assert page.locator("body > .exercise").is_visible()
    assert_accessible(page)
    page.locator(".acting summary").click()
    assert page.get_by_role("link", name="Se déconnecter").is_visible()
    assert_accessible(page)
    page.emulate_media(media="print")
    assert page.locator("body > .exercise").is_visible()
    assert not page.get_by_role("link", name="Se déconnecter").is_visible()


@pytest.mark.django_db(transaction=True)
def test_half_days_are_drawn_across_with_one_gesture(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + GUIDE)
    row = page.locator(".grid-week").nth(1).locator(".grid-row").nth(1)
    cells = row.locator(".grid-cell")
    row.scroll_into_view_if_needed()
    start, end = cells.nth(0).bounding_box(), cells.nth(3).bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 10, end["y"] + 10, steps=12)
    page.mouse.up()
    assert [cells.nth(n).locator("input").is_checked() for n in range(5)] == [True, True, True, True, False]
    cells.nth(0).click()
    assert not cells.nth(0).locator("input").is_checked()


@pytest.mark.django_db(transaction=True)
def test_half_days_are_ticked_by_keyboard_alone(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + GUIDE)
    box = page.locator(BOXES).nth(2)
    box.focus()
    page.keyboard.press("Space")
    assert box.is_checked()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert page.locator(BOXES).nth(8).is_checked()


@pytest.mark.django_db(transaction=True)
def test_a_long_work_comes_to_its_end_by_itself(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + GUIDE)
    bar = page.locator(".progress progress").first
    assert bar.get_attribute("value") == "0"
    expect(bar).not_to_have_attribute("value", "0", timeout=6000)


@pytest.mark.django_db(transaction=True)
def test_a_window_opens_and_closes_by_keyboard(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + GUIDE)
    page.locator("[popovertarget=message-window]").first.focus()
    page.keyboard.press("Enter")
    page.locator("#message-window").wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator("#message-window").wait_for(state="hidden")


@pytest.mark.django_db(transaction=True)
def test_language_display_and_boxes_need_no_script(browser: Any, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(live_server.url + GUIDE)
    page.locator(BOXES).nth(2).check()
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text() == "Components"
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


@pytest.mark.django_db(transaction=True)
def test_the_first_stop_of_the_keyboard_skips_to_the_content(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + GUIDE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.django_db(transaction=True)
def test_what_is_typed_is_saved_and_said_also_when_the_line_is_cut(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + GUIDE)
    said = page.locator("[data-autosave-said]")
    page.locator("#id_note").fill("Venir avec des gants.")
    expect(said).to_contain_text("Enregistré à", timeout=5000)
    page.route("**/composants/", lambda route: route.abort())
    page.locator("#id_note").fill("Venir avec des gants et une veste.")
    expect(said).to_contain_text("Hors connexion", timeout=5000)
