"""What the studio does in a real browser: answers open in place, the plan appears when it is ready."""

from datetime import timedelta

import pytest

from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.directory.factories import actor_for, make_person

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(coordinator, town):
    for name in ("Amina", "Basile"):
        make_offer(make_person(name, role="agent", unit=town.home))
    make_need(town.association, days=[(next_monday(), "am")], priority=3)
    start = next_monday()
    return plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=start, ends_on=start + timedelta(days=13), seed=7
    )


def test_the_plan_appears_by_itself_when_it_is_ready(page, live_server, sign_in_browser, coordinator, plan):
    sign_in_browser(page, coordinator.user)
    page.goto(f"{live_server.url}/micro-mobilite/plans/{plan.number}/")
    page.locator("progress").wait_for()
    run_all()
    page.locator(".studio-list").wait_for(timeout=10_000)
    assert page.locator("h1").count() == 1


def test_why_not_opens_under_the_person_without_leaving_the_page(page, live_server, sign_in_browser, coordinator, plan):
    run_all()
    sign_in_browser(page, coordinator.user)
    page.goto(f"{live_server.url}/micro-mobilite/plans/{plan.number}/")
    before = page.url
    page.locator(".why a").first.click()
    page.locator(".why [role=status] li").first.wait_for()
    assert page.url == before


def test_a_message_opens_beside_the_wave(page, live_server, sign_in_browser, coordinator, plan):
    run_all()
    sign_in_browser(page, coordinator.user)
    page.goto(f"{live_server.url}/micro-mobilite/plans/{plan.number}/vague/")
    before = page.url
    page.locator("#wave a[hx-get]").first.click()
    page.locator("#message blockquote").wait_for()
    assert page.url == before


@pytest.mark.parametrize("width", [320, 1280])
def test_the_desk_fits_a_narrow_screen(page, live_server, sign_in_browser, coordinator, plan, width):
    run_all()
    sign_in_browser(page, coordinator.user)
    page.set_viewport_size({"width": width, "height": 800})
    slot = plan.lines.get().slot_id
    for end in (
        "ce-qui-attend/",
        "ce-qui-attend/offers_unanswered/",
        "besoins/",
        "plans/",
        "plans/nouveau/",
        f"plans/{plan.number}/",
        f"plans/{plan.number}/demi-journee/{slot}/",
        f"plans/{plan.number}/vague/",
        f"plans/{plan.number}/equilibre/",
        "personnes/",
    ):
        page.goto(f"{live_server.url}/micro-mobilite/{end}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, end
