"""Letters for people who read on paper."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.wording import sender_name
from reflexes.core.printing import pdf


def letters_pdf(messages: Iterable[Message], *, language: str) -> bytes:
    """Return one PDF with a letter for each message, each in its reader's language; the sheet's own in ``language``."""
    letters = [_letter(message, clock.now()) for message in messages]
    with translation.override(language):
        title = letters[0]["subject"] if len(letters) == 1 else _("Letters to send")
    exercise = any(letter.pop("exercise") for letter in letters)
    with translation.override(language):
        band = _("EXERCISE: nothing here is real") if exercise else ""
    return pdf("notifications/letters", {"title": title, "exercise": band, "letters": letters}, language=language)


def _letter(message: Message, now: datetime) -> dict[str, Any]:
    with translation.override(message.language):
        return {
            "sender": sender_name(),
            "name": message.name,
            "date": formats.date_format(timezone.localtime(now), _("j F Y")),
            "subject": message.subject,
            "body": message.body,
            "how_to_answer": _("To answer"),
            "actions": [{"label": action.label, "url": action.url} for action in message.actions.all()],
            "language": message.language,
            "exercise": message.exercise_id is not None,
        }
