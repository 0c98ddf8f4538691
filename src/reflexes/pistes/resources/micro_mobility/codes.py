"""Short codes printed on paper forms, so that what comes back finds its page: a letter, a number, a check letter.

The check letter catches any digit misread and any two swapped: a sheet is never written on somebody else's page. There
are 19 letters because 19 is prime.
"""

from dataclasses import dataclass

# No letter that looks like a digit or like another one.
LETTERS = "ABCEFHJKLMNPRTUVWXY"
NEED, OFFER, COUPON, SHEET, DEBRIEF, CONSENT = "B", "O", "R", "P", "N", "A"
KINDS = frozenset({NEED, OFFER, COUPON, SHEET, DEBRIEF, CONSENT})


@dataclass(frozen=True, slots=True)
class Code:
    """What a code is about: which form, and the number it was printed for (0 for a blank one)."""

    kind: str
    number: int


def code_of(kind: str, number: int = 0) -> str:
    """Return the code to print.

    >>> code_of("R", 1234)
    'R1234-X'
    """
    return f"{kind}{number}-{_check(kind, number)}"


def read_code(written: str) -> Code | None:
    """Return what a code is about, however it was typed; None when it is none of ours.

    >>> read_code(" r1234 x ") == Code("R", 1234), read_code("R1243-X")
    (True, None)
    """
    text = "".join(letter for letter in written.upper() if letter.isascii() and letter.isalnum())
    kind, digits, check = text[:1], text[1:-1], text[-1:]
    if kind not in KINDS or not digits.isdigit() or len(digits) > 12:
        return None
    number = int(digits)
    return Code(kind, number) if _check(kind, number) == check else None


def _check(kind: str, number: int) -> str:
    total = ord(kind)
    for rank, digit in enumerate(reversed(str(number)), start=1):
        total += int(digit) * (rank + 1)
    return LETTERS[total % len(LETTERS)]
