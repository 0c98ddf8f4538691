"""The words of a message as they leave: plain text, sober HTML, text message."""

from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core.notifications.models import Message


def sender_name() -> str:
    """Return who writes: the name in the site's mail address."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return name or address


def mail_texts(message: Message) -> tuple[str, str]:
    """Return the plain text and the HTML of a mail; both say the same."""
    facts = {"message": message, "actions": list(message.actions.all()), "sender": sender_name()}
    with translation.override(message.language):
        return (
            render_to_string("notifications/mail.txt", facts).strip() + "\n",
            render_to_string("notifications/mail.html", facts),
        )


def text_words(message: Message) -> str:
    """Return the words of a text message: the body, then each answer with its link."""
    with translation.override(message.language):
        lines = [message.body.strip(), *(choice_line(one.label, one.url) for one in message.actions.all())]
    return "\n".join(lines)


def choice_line(label: str, url: str) -> str:
    """Return one answer with its link, as a text message says it."""
    return _("%(label)s: %(url)s") % {"label": label, "url": url}
