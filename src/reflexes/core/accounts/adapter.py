"""How the sign-in library behaves here: its words, its mails, who may open an account."""

import hashlib
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.template.loader import render_to_string
from django.utils import translation

from reflexes.core import clock
from reflexes.core.accounts.models import User
from reflexes.core.notifications.services import Recipient, notify


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library says nothing of its types
    """Accounts are opened by their owner; an account alone opens no screen (docs/adr/0007)."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave the mail in the outbox, in the transaction of its cause and in the person's language."""
        user = context.get("user") or getattr(current.request, "user", None)
        language = getattr(user, "language", "") or translation.get_language() or "fr"
        with translation.override(language):
            facts = {"request": current.request, "email": email, **context}
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", facts).split())
            body = render_to_string(f"{template_prefix}_message.txt", facts).strip()
        notify(
            Recipient(
                person_key=key_of(user) if isinstance(user, User) else None,
                name="",
                email=email,
                phone="",
                channel="mail",
                language=language,
            ),
            subject=subject,
            body=body,
            key=_message_key(template_prefix, email, body),
            calm=False,  # someone is waiting in front of the screen: quiet hours would lock them out
        )


def key_of(user: User) -> UUID:
    """Return the pseudonym of who stands behind ``user``: the directory person's (set from above), else its own."""
    return getattr(getattr(user, "person", None), "key", user.key)


def _message_key(template_prefix: str, email: str, body: str) -> str:
    facts = "\n".join((template_prefix, email, body, clock.real_now().isoformat()))
    return f"account:{hashlib.sha256(facts.encode()).hexdigest()}"
