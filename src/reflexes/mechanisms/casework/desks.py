"""Where a desk of navigators stands: a piste names it, gives it keys and joins it to whoever watches over readings.

The screens of ``urls/navigator.py`` and ``urls/links.py`` are mounted with one ``Desk``; they find everything else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.urls import reverse

from reflexes.core.acting import Actor
from reflexes.mechanisms.casework.models import Case


class Reveal(Protocol):
    """Return the facts of a case and write who read them, or raise ``PermissionDenied`` once that is written too.

    ``what`` says which facts, ``through`` names the need that allowed it: scope was checked before. The piste joins it
    to ``evidence``, which is a sister of this mechanism.
    """

    def __call__(self, *, actor: Actor, case: Case, what: str, through: str) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of a piste. ``key_of`` gives the name of the key that seals what reaches it; nothing, when none may."""

    piste: str
    reveal: Reveal
    key_of: Callable[[Actor], str]

    def name(self, name: str) -> str:
        """Return the name of an address of the desk."""
        return f"{self.piste}:navigator_{name}"

    def at(self, name: str, *args: object) -> str:
        """Return an address of the desk."""
        return reverse(self.name(name), args=args)

    def public(self, name: str, *args: object) -> str:
        """Return an address that a service opens without an account."""
        return reverse(f"{self.piste}_public:{name}", args=args)
