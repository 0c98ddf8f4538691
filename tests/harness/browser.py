"""A real browser on a real server: axe on every page, policy violations fail, two widths."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.harness.chromium import FLAGS, executable

WIDTHS = {"phone": {"width": 375, "height": 812}, "desk": {"width": 1280, "height": 900}}
# WCAG 2.1 AA, plus axe's good practices: a floor, not conformity with the RGAA.
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
NOTE_VIOLATIONS = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for a page; skip them, saying why, where there is no Chromium."""
    for item in items:
        # Whatever a test calls its fixtures, one that needs a page ends up asking for the browser.
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            if executable() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium is installed (apt-get install chromium)"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start Debian's Chromium, without its background traffic."""
    # Playwright's synchronous interface runs inside an event loop; Django would refuse its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": executable(), "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Speak French, ask for no motion."""
    return {**browser_context_args, "locale": "fr-FR", "reduced_motion": "reduce", "viewport": WIDTHS["desk"]}


@pytest.fixture
def page(page: Any, live_server: Any) -> Iterator[Any]:
    """Give a page that fails on errors of the console, policy violations and requests that leave the machine."""
    page.add_init_script(NOTE_VIOLATIONS)
    faults: list[str] = []
    page.faults = faults
    page.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if leaves(request.url, live_server.url) else None)
    page.on(
        "response",
        lambda response: faults.append(f"{response.status} {response.url}") if response.status >= 500 else None,
    )
    yield page
    if not page.is_closed() and page.url.startswith("http"):
        faults += page.evaluate("window.__violations || []")
    assert not faults, "The browser complained: " + " | ".join(faults)


def is_fault(message: Any) -> bool:
    """Tell whether a line of the console is a fault: a refused form (4xx) is one of our answers, not a fault."""
    return message.type == "error" and "Failed to load resource" not in message.text


def leaves(url: str, server: str) -> bool:
    """Tell whether a request goes to another machine."""
    # Chromium shows a PDF with pages of its own (chrome:, chrome-extension:).
    return not url.startswith((server, "data:", "blob:", "about:", "chrome:", "chrome-extension:"))


@pytest.fixture
def phone(page: Any) -> Any:
    """Give a page as wide as a phone."""
    page.set_viewport_size(WIDTHS["phone"])
    return page


@pytest.fixture
def desk(page: Any) -> Any:
    """Give a page as wide as an office screen."""
    page.set_viewport_size(WIDTHS["desk"])
    return page


@pytest.fixture
def assert_accessible() -> Callable[[Any], None]:
    """Return ``check(page)``: axe finds nothing, and the page is never wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Any) -> None:
        found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
        said = "\n".join(
            f"- {one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]}" for one in found
        )
        assert not found, f"axe found, on {page.url}:\n{said}"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen."

    return check


@pytest.fixture
def sign_in_browser(live_server: Any) -> Callable[[Any, Any], None]:
    """Return ``sign_in(page, user)``: the browser gets the session of ``user`` without passing by the form."""
    from django.test import Client

    def sign_in(page: Any, user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return sign_in
