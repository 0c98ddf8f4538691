"""The browser's own harness is tested: each kind of fault is shown to it."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_axe_sees_a_fault(page: Any, live_server: Any, assert_accessible: Any) -> None:
    page.goto(live_server.url + "/")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    with pytest.raises(AssertionError, match="axe found"):
        assert_accessible(page)


def test_a_page_wider_than_the_screen_is_seen(phone: Any, live_server: Any, assert_accessible: Any) -> None:
    phone.goto(live_server.url + "/")
    phone.evaluate(
        "const p = document.createElement('p'); p.textContent = 'W'.repeat(400); document.querySelector('main').append(p)"
    )
    if phone.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        phone.evaluate("document.querySelector('main').style.width = '900px'")
    with pytest.raises(AssertionError, match="wider than the screen"):
        assert_accessible(phone)


def test_a_policy_violation_is_noted(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + "/")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    )
    page.wait_for_function("window.__violations.length > 0")
    assert page.evaluate("window.ran") is None
    page.evaluate("window.__violations.length = 0")
    page.faults.clear()


def test_an_answer_of_the_server_comes_under_the_policy(page: Any, live_server: Any) -> None:
    response = page.goto(live_server.url + "/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
