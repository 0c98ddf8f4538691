"""A manager on a phone and with a keyboard alone: everything is answered in a handful of gestures (screens.md 6)."""

import pytest

from reflexes.mechanisms.allocation.factories import make_assignment, make_minimum, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.directory.factories import make_person

pytestmark = [pytest.mark.django_db(transaction=True)]
SERVICE = "/micro-mobilite/mon-service/"


@pytest.fixture
def four(manager, town):
    make_minimum(town.home, next_monday(), present=9, minimum=5)
    for name in ("Amina", "Basile", "Chloé", "Driss"):
        person = make_person(name, role="agent", unit=town.home)
        make_offer(person)
        make_assignment(make_need(days=[(next_monday(), "am")]).slots.get(), person, state="accepted")


def states() -> set[str]:
    return set(Assignment.objects.values_list("state", flat=True))


def test_all_are_answered_in_two_taps_at_the_thumb(
    page, live_server, sign_in_browser, assert_accessible, manager, four
):
    sign_in_browser(page, manager.user)
    page.set_viewport_size({"width": 375, "height": 740})
    page.goto(live_server.url + SERVICE)
    assert_accessible(page)
    page.locator("a[href$='liberer-tous/']").click()
    assert_accessible(page)
    button = page.locator(".actions-sticky button")
    box = button.bounding_box()
    assert box["y"] + box["height"] <= 740, "at the thumb, without scrolling"
    with page.expect_navigation():
        button.click()
    assert states() == {"released"}


def test_the_keyboard_alone_lets_one_go_and_keeps_another(page, live_server, sign_in_browser, manager, four):
    sign_in_browser(page, manager.user)
    page.goto(live_server.url + SERVICE)
    page.locator("form[action$='liberer/'] button").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("details:has(form[action$='garder/']) > summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("form[action$='garder/'] input[type=radio]").first.focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert states() == {"accepted", "released", "withheld"}
