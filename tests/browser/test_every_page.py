"""Every page that anybody may open, as they open it: axe finds nothing, at the width of a phone and of an office screen.

The list is the table of rights itself (tests/permissions.csv): a page added there is a page looked at here.
"""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Error

from tests.harness.browser import WIDTHS
from tests.test_permissions import addresses, arguments_of, read_table
from tests.world import ROLES, build

# The living style guide is looked at by the tests of its own room, in both languages.
ELSEWHERE = {"web:components", "web:components_progress"}
# Who looks at a page that several may open: whoever sees most of it. Strangers look at every page open to them.
EYES = ("coordinator", "facilitator", "manager", "host", "agent", "administrator", "hr", "partner_host", "account")


def pages(role: str) -> list[dict[str, str]]:
    """Return the rows of the pages that ``role`` looks at."""
    known = {name for name, _path, _arguments in addresses()}
    found = []
    for row in read_table():
        eyes = ["stranger"] if row["stranger"] == "200" else []
        eyes += [reader for reader in EYES if row[reader] == "200"][:1]
        if row["method"] == "GET" and role in eyes and row["address"] in known - ELSEWHERE:
            found.append(row)
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [role for role in ROLES if pages(role)])
def test_axe_finds_nothing_on_any_page(
    role: str, page: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Any
) -> None:
    world, faults = build(), []
    if role in world.users:
        sign_in_browser(page, world.users[role])
    for row in pages(role):
        url = live_server.url + reverse(row["address"], kwargs=arguments_of(row, world))
        page.set_viewport_size(WIDTHS["phone"])
        try:
            answer = page.goto(url)
        except Error as fault:
            assert "Download is starting" in str(fault), fault
            continue  # a file to take away
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("text/html") or "<html" not in answer.text():
            continue  # a file, or a fragment that another page includes
        for width in WIDTHS.values():
            page.set_viewport_size(width)
            try:
                assert_accessible(page)
            except AssertionError as fault:
                faults.append(f"{row['address']} at {width['width']} px, as {role}: {fault}")
    assert not faults, "\n\n".join(faults)


@pytest.mark.django_db(transaction=True)
def test_the_keyboard_alone_reaches_the_content_first(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + "/")
    page.keyboard.press("Tab")
    skip = page.evaluate("({tag: document.activeElement.tagName, to: document.activeElement.getAttribute('href')})")
    assert skip["tag"] == "A"
    assert skip["to"].startswith("#")
    assert page.locator(skip["to"]).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 640])
def test_the_door_of_the_house_fits_a_narrow_screen(page: Any, live_server: Any, width: int) -> None:
    # 320 px is also what a screen of 1,280 px shows at a zoom of 400 % (WCAG 1.4.10).
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + "/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
