"""The last word of a public address: made from a title, unlike any other of its table."""

from django.db.models import Model
from django.utils.text import slugify

LONGEST = 70


def free_slug(model: type[Model], title: str, default: str) -> str:
    """Return a slug of ``title`` that no row of ``model`` has; ``default`` stands for a title without a letter."""
    base = slugify(title)[:LONGEST] or default
    taken = set(model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
