"""Mail for real, by SMTP, at most once."""

import hashlib
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from reflexes.core.notifications.models import Message
from reflexes.core.notifications.wording import mail_texts
from reflexes.core.outbox.errors import MaybeSent, NotSent, Refused

FOR_GOOD = range(500, 600)


def message_id(message: Message) -> str:
    """Return the Message-ID: always the same for a message, so that a mail sent again is known as the same one."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"<{hashlib.sha256(message.key.encode()).hexdigest()[:40]}@{address.rpartition('@')[2]}>"


def send_mail(message: Message) -> None:
    """Hand ``message`` to the mail server.

    Raises NotSent or Refused when the server surely did not take it, MaybeSent when the line broke too late to know.
    """
    mail = written(message)
    connection = get_connection()
    try:
        connection.open()
    except smtplib.SMTPException as error:
        raise NotSent(f"SMTP: {error}") from error
    except OSError as error:
        raise NotSent(f"The mail server does not answer: {error}") from error
    try:
        _hand_over(connection, mail)
    finally:
        _hang_up(connection)


def written(message: Message) -> EmailMultiAlternatives:
    """Return the mail, ready to leave: plain text, sober HTML, no remote asset, marked as sent by a machine."""
    plain, html = mail_texts(message)
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if message.urgent:
        headers["Importance"] = "high"
    mail = EmailMultiAlternatives(
        subject=message.subject, body=plain, from_email=settings.DEFAULT_FROM_EMAIL, to=[message.email], headers=headers
    )
    mail.attach_alternative(html, "text/html")
    try:
        mail.message()
    except ValueError as error:
        raise Refused(f"The mail cannot be written: {error}") from error
    return mail


def _hand_over(connection: BaseEmailBackend, mail: EmailMultiAlternatives) -> None:
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _answered(code, words) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error) from error
    except OSError as error:
        raise MaybeSent(f"{type(error).__name__}: {error}") from error


def _answered(code: int, words: bytes | str) -> Exception:
    """Return what a refusal of the server means: 5xx is for good, anything else may pass later."""
    said = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return Refused(said) if code in FOR_GOOD else NotSent(said)


def _hang_up(connection: BaseEmailBackend) -> None:
    """Say goodbye; the server already answered for the mail, so a rude end changes nothing."""
    try:
        connection.close()
    except OSError:
        return
