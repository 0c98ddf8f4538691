"""Words made comparable, so that both databases agree on accents and case (stack.md, section 3)."""

import unicodedata


def normalised(text: str) -> str:
    """Return ``text`` without case, accents or double spaces, for search and sort columns.

    >>> normalised("  Élan   d'Évry ")
    "elan d'evry"
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
