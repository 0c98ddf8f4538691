"""The day of a draw held with the keyboard on a telephone, and the page that a whole room reads."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import make_body, make_college
from reflexes.mechanisms.assembly.factories_draws import RANDOMNESS, committed, make_draw, make_pool
from reflexes.mechanisms.assembly.factories_votes import make_keeper
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.services import draws_day
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.tests.desk import SLUG, at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draw(town: Any) -> Draw:
    """A draw published three days ago, whose hour has come."""
    with clock.travelling(clock.real_now() - timedelta(days=3)):
        made = make_draw(make_college(make_body(town.hall, piste=SLUG)), piste=SLUG)
        make_pool(made, 12)
        return committed(make_keeper(town.hall), made)


def test_the_day_is_held_with_the_keyboard_on_a_telephone(
    live_server: Any, page: Any, assert_accessible: Any, sign_in_browser: Any, facilitator: Person, draw: Draw
) -> None:
    sign_in_browser(page, facilitator.user)
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(live_server.url + at("draw_day", draw.slug))
    assert_accessible(page)
    press(page, "Passer aux dés")
    for face in ("4", "1", "6"):
        press(page, face)
        page.locator(".thrown b", has_text=face).first.wait_for()
    assert_accessible(page)
    field = page.get_by_label("Ce que les dés ont montré")
    assert field.input_value() == "4-1-6"
    field.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Ce qu’elle a dit").focus()
    page.keyboard.type("5e5e")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    assert_accessible(page)
    page.get_by_label("Ce qu’elle a dit").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(RANDOMNESS)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Tirer le panel").wait_for()
    assert_accessible(page)
    press(page, "Tirer le panel")
    page.locator(".panel-codes li").first.wait_for()
    assert page.locator(".panel-codes li").count() == 6
    assert_accessible(page)


def press(page: Any, name: str) -> None:
    """Press a button with the keyboard."""
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_room_reads_the_recipe_before_and_after_the_dice(
    live_server: Any, page: Any, assert_accessible: Any, draw: Draw
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(live_server.url + reverse(f"{SLUG}_public:draw_screen", args=[draw.slug]))
    assert_accessible(page)
    assert page.locator("nav, header").count() == 0
    draws_day.do_draw(actor=make_keeper(draw.organisation), draw=draw, value=RANDOMNESS, dice="4 1 6")
    # Nobody touches the computer of the projector: the page reads itself again.
    page.get_by_text("4-1-6", exact=True).wait_for(timeout=15_000)
    assert page.locator(".panel-codes li").count() == 6
    sizes = page.evaluate(
        "[...document.querySelectorAll('.recipe p, .recipe li li')].map(one => Number.parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 24, "read from the back of the room"
    assert_accessible(page)
