"""Facts of somebody to call, once they are unsealed."""

from collections.abc import Mapping


def name_in(facts: Mapping[str, str]) -> str:
    """Return a name as it is said.

    >>> name_in({"first_name": "Colette", "last_name": "Grasser"}), name_in({"last_name": "Grasser"})
    ('Colette Grasser', 'Grasser')
    """
    return f"{facts.get('first_name', '')} {facts.get('last_name', '')}".strip()
