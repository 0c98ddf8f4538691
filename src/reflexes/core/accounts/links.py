"""Magic links: one question answered from a message, without an account (issue 2, section 1.3; screens.md 4).

A link is opened by ``open_link`` (reads only: mail scanners follow links before people do) and spent by ``use_link``
inside the transaction that writes the answer. It never opens a session.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, drill
from reflexes.core.accounts.models import MagicLink
from reflexes.core.errors import Refusal

LIFE_DAYS = 8
TOKEN_BYTES = 32
TOKEN_LENGTH = 43  # 32 bytes in letters that an address may hold
# What mail programs and people leave at the end of an address: none of it is ever part of a token.
LEFT_BEHIND = " \t\r\n.,;:!?…)>]}\"'’”»"

SENTENCES: dict[str, "str | Promise"] = {
    "cut": _(
        "This link was cut on the way: only a part of it arrived. Copy the whole address from the message, up to its "
        "last letter, or call the cell."
    ),
    "unknown": _("This link leads nowhere. Copy the whole address from the message, or call the cell."),
    "expired": _("This link is too old. Ask for a new one below: it takes one click."),
    "used": _("Your answer is already recorded. To change it, call the cell."),
    "revoked": _("This link was replaced, or the question was withdrawn. Open the latest message you received."),
}


class LinkRefused(Refusal):
    """A link that opens nothing: ``code`` is cut, unknown, expired, used or revoked; ``link`` is its row when known."""

    def __init__(self, code: str, link: MagicLink | None = None) -> None:
        super().__init__(code, SENTENCES[code])
        self.link = link


def digest_of(token: str) -> str:
    """Return what the database keeps of ``token``."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(
    *,
    person_key: UUID,
    purpose: str,
    subject: str,
    path: str,
    days: int = LIFE_DAYS,
    exercise_id: int | None = None,
) -> str:
    """Return the absolute address that lets ``person_key`` answer ``subject``; call it inside the cause's transaction.

    ``path`` begins with a slash and the token is added at its end: the view takes ``<str:token>``. The token has 256
    bits from the system: it must not be drawn from a seed, nobody may guess it.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    MagicLink.objects.create(
        digest=digest_of(token),
        purpose=purpose,
        subject=subject,
        path=path,
        person_key=person_key,
        created_at=now,
        expires_at=now + timedelta(days=days),
        exercise_id=drill.current() if exercise_id is None else exercise_id,
        shift_seconds=round((now - clock.real_now()).total_seconds()),
    )
    return f"{settings.SITE_URL}{path}{token}"


def shift_of(link: MagicLink) -> timedelta:
    """Return the shift of the clock of the exercise ``link`` was made in."""
    return timedelta(seconds=link.shift_seconds)


def whole(token: str) -> str:
    """Return a token without what a mail program left at its end.

    >>> whole("abc_-9).")
    'abc_-9'
    """
    return token.strip().rstrip(LEFT_BEHIND)


def _unknown(token: str) -> LinkRefused:
    """Tell apart an address that was cut on the way from one that never led anywhere."""
    return LinkRefused("cut" if len(token) < TOKEN_LENGTH else "unknown")


def open_link(token: str, purpose: str) -> MagicLink:
    """Return the link behind ``token`` if it still answers ``purpose``; write nothing.

    Raises LinkRefused, whose sentence says what to do next. The expiry is read on the clock the link was made under.
    """
    token = whole(token)
    link = MagicLink.objects.filter(digest=digest_of(token)).first()
    if link is None or link.purpose != purpose:
        raise _unknown(token)
    if code := _why_closed(link):
        raise LinkRefused(code, link)
    return link


def _why_closed(link: MagicLink) -> str:
    if link.used_at is not None:
        return "used"
    if link.revoked_at is not None:
        return "revoked"
    return "expired" if link.expires_at <= clock.real_now() + shift_of(link) else ""


def use_link(link: MagicLink) -> None:
    """Spend ``link`` and its copies in the caller's transaction: the second of two answers at once is refused.

    The copies of a question are locked in one order: two of them opened at once wait for each other, never cross.
    """
    with transaction.atomic():
        now = clock.real_now() + shift_of(link)
        question = MagicLink.objects.filter(purpose=link.purpose, subject=link.subject, person_key=link.person_key)
        live = list(question.filter(used_at=None, revoked_at=None).select_for_update().order_by("pk"))
        own = next((copy for copy in live if copy.pk == link.pk and copy.expires_at > now), None)
        if own is None:
            current = MagicLink.objects.get(pk=link.pk)
            raise LinkRefused(_why_closed(current) or "used", current)
        MagicLink.objects.filter(pk__in=[copy.pk for copy in live]).update(used_at=now)


def questions_of(addresses: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the purpose and subject of each address that is a link: one query, and nothing of the links themselves."""
    digests = {address: digest_of(address.partition("?")[0].rpartition("/")[2]) for address in addresses}
    links = {link.digest: link for link in MagicLink.objects.filter(digest__in=set(digests.values()))}
    known = ((address, links[digest]) for address, digest in digests.items() if digest in links)
    return {address: (link.purpose, link.subject) for address, link in known}


def revoke_links(*, purpose: str, subject: str) -> int:
    """Close every link still open for a question that is withdrawn; return how many."""
    return MagicLink.objects.filter(purpose=purpose, subject=subject, used_at=None, revoked_at=None).update(
        revoked_at=clock.now()
    )


def renew_link(token: str) -> tuple[MagicLink, str]:
    """Replace an expired link by a new one for the same question; return the old row and the new address.

    An expired link is replaced once: a second request finds it revoked, so nobody is flooded. The caller sends the new
    address by the person's own channel, never to whoever asked, in the same transaction.
    """
    token = whole(token)
    with transaction.atomic():
        link = MagicLink.objects.filter(digest=digest_of(token)).first()
        if link is None:
            raise _unknown(token)
        if (code := _why_closed(link)) != "expired":
            raise LinkRefused(code or "used", link)
        now = clock.real_now() + shift_of(link)
        if not MagicLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
            raise LinkRefused("revoked", link)
        with clock.shifted(shift_of(link)):
            address = make_link(
                person_key=link.person_key,
                purpose=link.purpose,
                subject=link.subject,
                path=link.path,
                exercise_id=link.exercise_id,
            )
    return link, address
