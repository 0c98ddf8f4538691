"""French catalogues are read with ordinary spaces in tests: what a test quotes is what its author can type.

Catalogues are compiled with the no-break spaces of French typography (``scripts/messages.py``), which ``test_words``
checks. A command run as a process of its own reads them as people do: quote it through ``plain``.
"""

from typing import Any

from django.utils.translation import trans_real

ORDINARY = str.maketrans("\u00a0\u202f", "  ")


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.translate(ORDINARY)


def pytest_configure() -> None:
    """Read every catalogue with ordinary spaces, in this process."""
    read = trans_real.DjangoTranslation._new_gnu_trans

    def read_plain(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = read(self, *args, **kwargs)
        if hasattr(found, "_catalog"):
            found._catalog = {
                key: plain(text) if isinstance(text, str) else text for key, text in found._catalog.items()
            }
        return found

    trans_real.DjangoTranslation._new_gnu_trans = read_plain
    # What was read while Django was being set up is read again.
    trans_real._translations = {}
    trans_real._default = None
