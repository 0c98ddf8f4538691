"""One secret for each dataset, kept outside the database: destroying it makes every copy unreadable (ADR 26).

A key is a file of 32 random bytes in ``settings.KEYS_DIR``, named by chance. Two secrets come out of it (HKDF): one
seals (Fernet), one makes digests (HMAC-SHA256) by which a row is found without being read. A key is read at each
``take``: a process that lives for weeks holds nothing of a key that was destroyed.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from reflexes.core.text import normalised

KEY_BYTES = 32
NAME_LENGTH = 32


class KeyGone(Exception):
    """The key was destroyed, or its folder is not the one of this instance: what it sealed cannot be read."""


class SealBroken(Exception):
    """The text was not sealed with this key, or was changed since."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key in hand, for the length of a request or a job; never kept, never shown."""

    name: str
    _seals: Fernet = field(repr=False)
    _digests: bytes = field(repr=False)

    def seal(self, facts: Mapping[str, str]) -> str:
        """Return ``facts`` as one sealed text."""
        return self._seals.encrypt(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).decode()

    def unseal(self, sealed: str) -> dict[str, str]:
        """Return the facts of a sealed text; ``SealBroken`` when this key did not seal it."""
        try:
            return dict(json.loads(self._seals.decrypt(sealed.encode())))
        except InvalidToken:
            raise SealBroken(self.name) from None

    def digest(self, text: str) -> str:
        """Return the keyed digest of ``text``, whatever its capitals and accents: equal texts, equal digests."""
        return hmac.new(self._digests, normalised(text).encode(), hashlib.sha256).hexdigest()


def make() -> str:
    """Make a key and return its name; it is on the disk before the name is known to anybody."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(NAME_LENGTH // 2)
    opened = os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(opened, secrets.token_bytes(KEY_BYTES))
        os.fsync(opened)
    finally:
        os.close(opened)
    _settle(folder)
    return name


def take(name: str) -> Key:
    """Return a key by its name; ``KeyGone`` once it was destroyed."""
    try:
        secret = _path(name).read_bytes()
    except FileNotFoundError:
        raise KeyGone(name) from None
    if len(secret) != KEY_BYTES:
        raise KeyGone(name)
    seals = base64.urlsafe_b64encode(_derived(secret, b"seal"))
    return Key(name, Fernet(seals), _derived(secret, b"digest"))


def holds(name: str) -> bool:
    """Tell whether a key still exists."""
    return bool(name) and _path(name).exists()


def destroy(name: str) -> None:
    """Destroy a key for ever; again changes nothing. Copies of the folder must forget it too (docs/keys.md)."""
    path = _path(name)
    try:
        # On ordinary disks this overwrites the very bytes; on others the removal is what counts.
        with path.open("r+b") as opened:
            opened.write(bytes(KEY_BYTES))
            os.fsync(opened.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    _settle(path.parent)


def _folder() -> Path:
    return Path(settings.KEYS_DIR)


def _path(name: str) -> Path:
    if len(name) != NAME_LENGTH or not set(name) <= set("0123456789abcdef"):
        raise KeyGone(name)
    return _folder() / name


def _derived(secret: bytes, what: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"reflexes:" + what).derive(secret)


def _settle(folder: Path) -> None:
    """Write the folder's own entry to the disk: a key that vanished must not come back after a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
