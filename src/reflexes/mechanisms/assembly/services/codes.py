"""Codes of letters: twelve signs that nobody confuses by eye or by ear, the last of which tells a slip from a guess.

No 0 O Q, 1 I, 5 S, 8 B, 2 Z, 6 G, U V, and of the letters that rhyme in French only T; M without N, F without S.
Nineteen signs, a prime number: the weighted sum over the field of nineteen elements finds every single wrong sign and
every two signs swapped, side by side or not. Eleven free signs hold 46 bits: with 50,000 letters out, one guess in two
thousand million opens something.
"""

import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

SIGNS = "2346789AFHJKLMRTUXY"
LENGTH, GROUP = 12, 4
# What people read instead of a sign of ours, when there is only one sign it can be.
READ_AS = str.maketrans({"B": "8", "Z": "2", "G": "6", "V": "U"})
BETWEEN = str.maketrans("", "", " -.–—·\u00a0\u202f\t")
SALT = "reflexes.assembly.code"


class Mistyped(ValueError):
    """Not a code: a sign too many or too few (``length``), a sign no code has (``sign``), or a slip (``check``)."""

    def __init__(self, why: str, found: str) -> None:
        super().__init__(why)
        self.why = why
        self.found = found


def _check_sign(free: str) -> str:
    """Return the sign that makes the weighted sum of all twelve a multiple of nineteen."""
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(free, start=1))
    # The last weight is 12; 12 x 8 = 96 = 5 x 19 + 1, so 8 divides by 12 modulo 19.
    return SIGNS[-total * 8 % len(SIGNS)]


def draw() -> str:
    """Return a new code, drawn by the system: nobody may foresee it, so there is no seed."""
    free = "".join(secrets.choice(SIGNS) for _place in range(LENGTH - 1))
    return free + _check_sign(free)


def shown(code: str) -> str:
    """Return a code as it is printed and said.

    >>> shown("2346789AFHJR")
    '2346-789A-FHJR'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(text: str) -> str:
    """Return the code somebody typed, whatever its case and gaps, or raise Mistyped, which says what is wrong.

    >>> read("2346 789a fhjr")
    '2346789AFHJR'
    """
    code = text.upper().translate(BETWEEN).translate(READ_AS)
    if strange := next((sign for sign in code if sign not in SIGNS), ""):
        raise Mistyped("sign", strange)
    if len(code) != LENGTH:
        raise Mistyped("length", str(len(code)))
    if _check_sign(code[:-1]) != code[-1]:
        raise Mistyped("check", "")
    return code


def digest_of(vote_id: int, code: str, *, secret: str | None = None) -> str:
    """Return what the database keeps of a code: keyed with the secret of the instance, another for each vote.

    Without the secret a copy of the database opens no code, even by trying them all.
    """
    return salted_hmac(SALT, f"{vote_id}:{code}", secret=secret, algorithm="sha256").hexdigest()


def digests_of(vote_id: int, code: str) -> list[str]:
    """Return the digests a code may be kept under: the secret of today, and those it replaced."""
    secrets_known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [digest_of(vote_id, code, secret=secret) for secret in secrets_known]
