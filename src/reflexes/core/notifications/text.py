"""Text messages by a back-end of the operator's choice (``settings.TEXT_BACKEND``)."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from reflexes.core.notifications.models import Message
from reflexes.core.notifications.wording import text_words


class TextBackend(Protocol):
    """What a provider's back-end does. ``leaves`` tells whether words really reach a telephone."""

    leaves: bool

    def send(self, message: Message, words: str) -> None:
        """Send ``words`` to ``message.phone`` (international form), at most once.

        Raises NotSent, Refused or MaybeSent (``core.outbox.errors``). ``message.key`` may serve the provider as an
        idempotency key.
        """


class PageBackend:
    """Writes text messages on the outbox page, for the cell to see or to send from a telephone of its own."""

    leaves = False

    def send(self, message: Message, words: str) -> None:
        """Keep the words beside the message: the outbox page shows them."""
        Message.objects.filter(pk=message.pk).update(page_text=words)


def text_backend() -> TextBackend:
    """Return the back-end the operator chose."""
    backend: TextBackend = import_string(settings.TEXT_BACKEND)()
    return backend


def send_text(message: Message) -> None:
    """Send ``message`` as a text message."""
    text_backend().send(message, text_words(message))
