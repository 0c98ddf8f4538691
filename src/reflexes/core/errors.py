"""Refusals said to people: one clear sentence that says what to do next."""

from django.utils.functional import Promise


class Refusal(Exception):
    """A rule says no; nothing was written.

    ``code`` is a stable word for tests and machines, ``message`` the sentence for the person. Views answer 422 (409
    for a conflict) with the sentence and keep what was typed.
    """

    def __init__(self, code: str, message: "str | Promise", *, conflict: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.conflict = conflict

    def __str__(self) -> str:
        return str(self.message)
