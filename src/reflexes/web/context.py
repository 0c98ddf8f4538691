"""What every page knows: navigation of the acting capacity, sequence in force, exercise, languages, display."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reflexes.core import registry

THEME_COOKIE = "theme"
THEMES = {"light": _("Light"), "dark": _("Dark"), "system": _("Like my device")}


def menu(role: str) -> list[tuple[registry.MenuEntry, set[str]]]:
    """Return what ``role`` finds in the navigation, each entry with the names of the pages that stand under it.

    An entry shown for several pistes stands for the page of each.
    """
    held = [entry for piste in registry.pistes() for entry in piste.menu if role in entry.roles and entry.shared]
    return [
        (entry, {entry.url_name, *entry.under, *(one.url_name for one in held if one.shared == entry.shared)})
        for entry in registry.menu_for(role)
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the facts of the base template; middlewares of lower rooms put theirs on the request."""
    actor = getattr(request, "actor", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    match = request.resolver_match
    return {
        "menu": menu(actor.role) if actor and actor.role else [],
        "capacity": getattr(request, "capacity", None),
        "capacities": getattr(request, "capacities", ()),
        "person": getattr(request, "person", None),
        "exercise": getattr(request, "exercise", None),
        "exercise_waits": getattr(request, "exercise_waits", None),
        "sequence": getattr(request, "sequence", None),
        "here": match.view_name if match else "",
        "languages": settings.LANGUAGES,
        "theme": theme if theme in THEMES else "system",
        "themes": THEMES.items(),
        "demo": settings.DEMO,
        "cell_phone": settings.CELL_PHONE,
        "source_url": settings.SOURCE_URL,
        "guide": getattr(request, "guide", None),
    }
