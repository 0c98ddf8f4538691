"""What the directory does when an account signs in, proves an e-mail or changes it."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from reflexes.core.accounts.models import User
from reflexes.mechanisms.directory.joining import do_attach_account, do_follow_email
from reflexes.web.middleware import LANGUAGE_SESSION_KEY


@receiver(user_logged_in, dispatch_uid="directory.at_sign_in")
def at_sign_in(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    """Attach an account whose person was written in the directory since, and speak the person's language."""
    if not hasattr(user, "person"):
        for address in EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk"):
            if do_attach_account(user=user, email=address.email):
                break
    if user.language:
        request.session[LANGUAGE_SESSION_KEY] = user.language


@receiver(email_confirmed, dispatch_uid="directory.at_proof")
def at_proof(sender: object, email_address: EmailAddress, **_: Any) -> None:
    """Attach an account as soon as its e-mail is proven."""
    do_attach_account(user=email_address.user, email=email_address.email)


@receiver(email_changed, dispatch_uid="directory.at_change")
def at_change(sender: object, user: User, from_email_address: Any, to_email_address: Any, **_: Any) -> None:
    """Write to the new address of someone who changed theirs."""
    person = getattr(user, "person", None)
    if person is not None and from_email_address is not None:
        do_follow_email(person=person, before=from_email_address.email, after=to_email_address.email)
