"""Signing in with a real browser: a passkey, codes from an application, the keyboard alone; axe on every page."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.urls import reverse

from reflexes.core.accounts.models import User
from reflexes.core.accounts.security import security_of

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "une phrase assez longue"
EMAIL = "amina@ville.example"


@pytest.fixture(autouse=True)
def forget_tries():
    cache.clear()


@pytest.fixture
def user(transactional_db) -> User:
    user = User.objects.create_user(EMAIL, PASSWORD)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    return user


@pytest.fixture
def site(live_server) -> str:
    """The address by name: a passkey belongs to a name, never to a number."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def finger(page):
    """A device that recognises its owner, as Chromium plays it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def recognises(yes: bool) -> None:
        session.send("WebAuthn.setUserVerified", {"authenticatorId": made["authenticatorId"], "isUserVerified": yes})

    return recognises


def sign_in(page, site: str) -> None:
    page.goto(site + reverse("account_login"))
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button.button >> nth=0")
    page.wait_for_url(site + "/")


def confirm(page) -> None:
    """Say the password again, as pages that change how one enters ask."""
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button.button >> nth=0")


def test_a_passkey_is_recorded_then_opens_the_account_without_a_password(page, site, user, finger, assert_accessible):
    sign_in(page, site)
    page.goto(site + reverse("mfa_add_webauthn"))
    confirm(page)
    page.wait_for_url("**" + reverse("mfa_add_webauthn"))
    assert_accessible(page)
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: reverse("mfa_add_webauthn") not in url)
    assert security_of(user).passkeys == 1
    page.goto(site + reverse("mfa_list_webauthn"))
    assert_accessible(page)
    page.context.clear_cookies()
    page.goto(site + reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_url(site + "/")
    page.goto(site + reverse("account_email"))
    assert EMAIL in page.inner_text("main")


def test_a_key_that_does_not_recognise_its_owner_opens_nothing_and_says_what_to_do(page, site, user, finger):
    sign_in(page, site)
    page.goto(site + reverse("mfa_add_webauthn"))
    confirm(page)
    page.wait_for_url("**" + reverse("mfa_add_webauthn"))
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: reverse("mfa_add_webauthn") not in url)
    page.context.clear_cookies()
    finger(False)
    page.goto(site + reverse("account_login"))
    page.click("#passkey_login")
    page.wait_for_selector("[data-key-error]:not([hidden])")
    assert page.url.endswith(reverse("account_login"))
    assert page.evaluate("document.activeElement.hasAttribute('data-key-error')")


def test_codes_from_an_application_are_switched_on_then_asked(page, site, user, assert_accessible):
    sign_in(page, site)
    page.goto(site + reverse("mfa_activate_totp"))
    assert_accessible(page)
    confirm(page)
    page.wait_for_url("**" + reverse("mfa_activate_totp"))
    assert_accessible(page)
    secret = page.input_value("#authenticator_secret")
    page.fill("input[name=code]", code_of(secret))
    page.click("main form button.button >> nth=0")
    page.wait_for_url(lambda url: reverse("mfa_activate_totp") not in url)
    assert security_of(user).application
    page.goto(site + reverse("mfa_view_recovery_codes"))
    assert_accessible(page)
    page.context.clear_cookies()
    cache.clear()  # the same code twice within thirty seconds is refused: the test cannot wait
    page.goto(site + reverse("account_login"))
    page.fill("input[name=login]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button.button >> nth=0")
    page.wait_for_url("**" + reverse("mfa_authenticate"))
    assert_accessible(page)
    page.fill("input[name=code]", code_of(secret))
    page.click("main form button.button >> nth=0")
    page.wait_for_url(site + "/")


def code_of(secret: str) -> str:
    """Return the code that the application would show now."""
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


def test_the_keyboard_alone_is_enough_to_sign_in(page, site, user):
    page.goto(site + reverse("account_login"))
    page.focus("input[name=login]")
    page.keyboard.type(EMAIL)
    seen = []
    while "password" not in seen[-1:]:
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.name || ''"))
        assert len(seen) < 5
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(site + "/")


OPEN = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
OWN = ["account_logout", "account_email", "account_change_password", "account_reauthenticate", "mfa_index"]


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_the_pages_of_an_account_in_both_languages(page, site, user, assert_accessible, width):
    page.set_viewport_size({"width": width, "height": 800})
    for name in OPEN:
        page.goto(site + reverse(name))
        assert_accessible(page)
    page.click("button[name=language][value=en]")
    page.wait_for_selector("html[lang=en]")
    assert_accessible(page)
    sign_in(page, site)
    for name in OWN:
        page.goto(site + reverse(name))
        assert_accessible(page)
