"""Signing in with the library, its mails in the outbox, its refusals as everywhere in the house."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from reflexes.core.accounts import adapter
from reflexes.core.accounts.models import User
from reflexes.core.accounts.security import security_of
from reflexes.core.notifications.models import Message

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase assez longue"
SITE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def forget_tries():
    """Tries are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


def account(email: str = "amina@ville.example", *, verified: bool = True, **facts) -> User:
    user = User.objects.create_user(email, PASSWORD, **facts)
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def sign_in(email: str = "amina@ville.example", password: str = PASSWORD) -> tuple[Client, int]:
    client = Client()
    response = client.post(reverse("account_login"), {"login": email, "password": password})
    return client, response.status_code


def confirmed(client: Client) -> Client:
    """Say the password again, as sensitive pages ask."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return client


def path_in(message: Message) -> str:
    return re.search(r"https?://[^/]+(/\S+)", message.body).group(1)


def test_a_member_signs_in_with_an_email_in_any_case():
    account()
    client, status = sign_in("Amina@Ville.example")
    assert status == 302
    assert "_auth_user_id" in client.session


def test_a_wrong_password_and_an_unknown_email_are_refused_with_the_same_words():
    account()
    client = Client()
    wrong = client.post(reverse("account_login"), {"login": "amina@ville.example", "password": "non"})
    unknown = client.post(reverse("account_login"), {"login": "personne@ville.example", "password": "non"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_guessing_a_password_is_stopped_with_a_sentence():
    account()
    answers = [sign_in(password=f"essai {number}")[1] for number in range(6)]
    assert answers[:5] == [422] * 5
    _client, status = sign_in()
    assert status in {422, 429}
    assert "_auth_user_id" not in _client.session


def test_too_many_tries_from_one_place_answer_429_in_the_voice_of_the_house():
    responses = [
        Client().post(reverse("account_login"), {"login": f"a{number}@ville.example", "password": "non"})
        for number in range(40)
    ]
    last = responses[-1]
    assert last.status_code == 429
    assert "<h1>" in last.content.decode()


def test_opening_an_account_leaves_one_mail_in_the_outbox_and_sends_nothing_itself():
    client = Client()
    response = client.post(
        reverse("account_signup"), {"email": "amina@ville.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert response.status_code == 302
    message = Message.objects.get()
    assert (message.email, message.way) == ("amina@ville.example", "mail")
    assert mail.outbox == []


def test_an_account_opens_only_once_its_email_is_proven_by_a_button_not_by_the_link_itself():
    client = Client()
    client.post(
        reverse("account_signup"), {"email": "amina@ville.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    path = path_in(Message.objects.get())
    assert "_auth_user_id" not in client.session
    assert client.get(path).status_code == 200
    assert not EmailAddress.objects.get().verified
    assert client.post(path).status_code == 302
    assert EmailAddress.objects.get().verified


def test_when_the_mail_cannot_be_written_no_account_is_left_behind(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr(adapter, "notify", broken)
    with pytest.raises(RuntimeError):
        Client().post(
            reverse("account_signup"), {"email": "amina@ville.example", "password1": PASSWORD, "password2": PASSWORD}
        )
    assert not User.objects.exists()
    assert not Message.objects.exists()


def test_a_weak_password_is_refused_with_422_and_opens_nothing():
    response = Client().post(
        reverse("account_signup"), {"email": "amina@ville.example", "password1": "court", "password2": "court"}
    )
    assert response.status_code == 422
    assert not User.objects.exists()


def test_a_second_account_with_the_same_email_is_not_told_apart_on_the_screen():
    account()
    answers = [
        Client().post(reverse("account_signup"), {"email": email, "password1": PASSWORD, "password2": PASSWORD})
        for email in ("amina@ville.example", "autre@ville.example")
    ]
    known, unknown = ((answer.status_code, answer.url) for answer in answers)
    assert known == unknown
    assert User.objects.filter(email="amina@ville.example").count() == 1


def test_a_forgotten_password_is_asked_in_the_persons_language():
    account(language="en")
    Client(headers={"accept-language": "fr"}).post(reverse("account_reset_password"), {"email": "amina@ville.example"})
    message = Message.objects.get()
    assert message.language == "en"
    assert "password" in message.body.lower()


def test_a_forgotten_password_says_nothing_of_who_has_an_account():
    account()
    client = Client()
    known = client.post(reverse("account_reset_password"), {"email": "amina@ville.example"})
    unknown = client.post(reverse("account_reset_password"), {"email": "personne@ville.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Message.objects.count() == 1


def test_a_new_password_is_chosen_by_the_link_and_the_link_works_once():
    account()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "amina@ville.example"})
    path = path_in(Message.objects.get())
    form = client.get(path, follow=True)
    changed = client.post(
        form.request["PATH_INFO"], {"password1": "trois mots bien choisis", "password2": "trois mots bien choisis"}
    )
    assert changed.status_code == 302
    assert User.objects.get().check_password("trois mots bien choisis")
    again = Client().get(path, follow=True)
    assert again.status_code == 200
    assert b'type="password"' not in again.content


def test_every_change_of_the_account_is_announced_to_its_owner():
    account()
    client, _status = sign_in()
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "trois mots bien choisis", "password2": "trois mots bien choisis"},
    )
    assert Message.objects.get().email == "amina@ville.example"


def test_a_code_from_an_application_is_asked_after_the_password():
    user = account()
    client = confirmed(sign_in()[0])
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 422
    right = {"code": totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))}
    assert client.post(reverse("mfa_activate_totp"), right).status_code == 302
    assert security_of(user).application
    assert security_of(user).is_double
    assert security_of(user).rescue_codes > 0
    second, status = sign_in()
    assert status == 302
    assert "_auth_user_id" not in second.session
    wrong = second.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 422
    assert "_auth_user_id" not in second.session


def test_an_account_that_was_closed_does_not_open():
    account(is_active=False)
    client, _status = sign_in()
    assert "_auth_user_id" not in client.session


def test_every_address_of_the_account_is_in_french():
    names = {
        name: str(pattern[0][0])
        for name, pattern in get_resolver().reverse_dict.lists()
        if isinstance(name, str) and name.startswith(("account_", "mfa_"))
    }
    assert len(names) > 25
    english = {"login", "logout", "signup", "email", "password", "keys", "activate", "add", "remove", "generate"}
    assert not {name for name, path in names.items() if english & set(re.split(r"[^a-z]+", path))}


def test_pages_that_change_how_one_enters_ask_the_password_again():
    account()
    client, _status = sign_in()
    response = client.get(reverse("mfa_activate_totp"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert client.post(reverse("account_reauthenticate"), {"password": "non"}).status_code == 422


@pytest.mark.parametrize("name", ["account_email", "mfa_index", "account_change_password", "mfa_list_webauthn"])
def test_a_stranger_is_sent_to_sign_in_from_every_page_of_an_account(name):
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


OPEN = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
OWN = [
    "account_logout",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "account_reauthenticate",
]


@pytest.mark.parametrize("name", OPEN)
def test_the_open_pages_are_drawn_in_the_house_with_one_title(name):
    page = Client().get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert 'id="main"' in page


@pytest.mark.parametrize("name", OWN)
def test_the_pages_of_ones_own_account_are_drawn_in_the_house_with_one_title(name):
    account()
    client = confirmed(sign_in()[0])
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert 'id="main"' in page


def test_tries_are_counted_in_the_database_which_every_web_process_shares(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_tries"}
    }
    account()
    answers = [sign_in(password=f"essai {number}")[1] for number in range(6)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM accounts_tries")
        assert cursor.fetchone()[0] > 0
    assert "_auth_user_id" not in sign_in()[0].session
    assert set(answers) <= {422, 429}


def test_only_signing_out_empties_the_browser(client: Client) -> None:
    user = User.objects.create_user("lina@ville.example", "une phrase assez longue")
    client.force_login(user)
    assert "Clear-Site-Data" not in client.get(reverse("account_logout"))
    left = client.post(reverse("account_logout"))
    assert left["Clear-Site-Data"] == '"storage"'
    # A session that ended by itself sends to the door, and the words being typed stay in the page.
    assert "Clear-Site-Data" not in client.get(reverse("account_me"))
    assert "Clear-Site-Data" not in client.get(reverse("account_login"))
