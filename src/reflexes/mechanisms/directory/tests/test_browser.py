"""The door in a real browser: axe on every page, narrow and wide; acting in another capacity without a mouse."""

import pytest
from django.urls import reverse

from reflexes.core.accounts import links
from reflexes.core.privacy.services import record_view
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.joining import INVITATION, INVITATION_PATH

pytestmark = pytest.mark.django_db(transaction=True)


def link_to(person, **kwargs) -> str:
    address = links.make_link(
        person_key=person.key, purpose=INVITATION, subject=f"person:{person.pk}", path=INVITATION_PATH, **kwargs
    )
    return INVITATION_PATH + address.rsplit("/", 1)[1]


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_the_open_pages(page, live_server, settings, agent, coordinator, assert_accessible, width):
    settings.DEMO = True
    settings.CELL_PHONE = "04 65 71 00 00"
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", link_to(agent), link_to(agent, days=-1), f"{INVITATION_PATH}nothing"):
        page.goto(live_server.url + path)
        assert_accessible(page)
    page.goto(live_server.url + link_to(agent, days=-1))
    page.click("main form button.button")
    page.wait_for_url("**" + reverse("link_renew"))
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_the_pages_of_a_person(
    page, live_server, agent, coordinator, partner_host, sign_in_browser, assert_accessible, width
):
    make_person("Nadia", account=False)
    record_view(actor_for(partner_host), agent.key, "contact", "mission")
    page.set_viewport_size({"width": width, "height": 800})
    for person, names in (
        (agent, ("acting_switch", "account_me", "account_data")),
        (coordinator, ("invite",)),
    ):
        sign_in_browser(page, person.user)
        for name in names:
            page.goto(live_server.url + reverse(name))
            assert_accessible(page)
    sign_in_browser(page, agent.user)
    page.goto(live_server.url + reverse("account_me"))
    page.fill("input[name=phone]", "12")
    page.click("main form button.button")
    page.wait_for_selector(".error-summary")
    assert_accessible(page)


def test_an_account_nobody_stands_behind_reads_an_accessible_page(
    page, live_server, nobody_behind, sign_in_browser, assert_accessible
):
    sign_in_browser(page, nobody_behind)
    page.goto(live_server.url + "/")
    assert nobody_behind.email in page.inner_text("main")
    assert_accessible(page)


def test_the_keyboard_alone_changes_the_capacity(page, live_server, agent, sign_in_browser):
    sign_in_browser(page, agent.user)
    page.goto(live_server.url + reverse("acting_switch"))
    other = agent.capacities.get(role=roles.VOLUNTEER)
    button = page.locator(f"main button[name=capacity][value='{other.pk}']")
    if not button.count():
        other = agent.capacities.get(role=roles.AGENT)
        button = page.locator(f"main button[name=capacity][value='{other.pk}']")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast-success")
    page.goto(live_server.url + reverse("acting_switch"))
    assert page.locator(f"main button[name=capacity][value='{other.pk}']").count() == 0
