"""The doors of the house: sign-in, components, mechanisms, then each piste under its French segment."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from reflexes.core import registry


def _switched_on() -> list[str]:
    return [module for module in settings.PISTES if module.rsplit(".", 1)[-1] not in settings.PISTES_OFF]


def piste_urls() -> list[URLPattern | URLResolver]:
    """Mount every piste that is switched on."""
    return [
        path(f"{piste.path}/", include((import_module(f"{module}.urls").urlpatterns, piste.slug)))
        for module, piste in zip(_switched_on(), registry.pistes(), strict=True)
    ]


def open_urls() -> list[URLResolver]:
    """Mount at the root the pages that a piste opens to everybody (its ``urls.public``)."""
    found = []
    for module, piste in zip(_switched_on(), registry.pistes(), strict=True):
        urls = import_module(f"{module}.urls")
        if hasattr(urls, "__path__") and find_spec(f"{module}.urls.public"):
            patterns = import_module(f"{module}.urls.public").urlpatterns
            found.append(path("", include((patterns, f"{piste.slug}_public"))))
    return found


urlpatterns = [
    path("", include("reflexes.mechanisms.directory.urls")),
    path("compte/", include("reflexes.core.accounts.urls")),
    path("boite-d-envoi/", include("reflexes.core.notifications.urls")),
    path("", include("reflexes.mechanisms.crisis.urls")),
    path("", include("reflexes.web.urls")),
    *open_urls(),
    *piste_urls(),
]

handler400 = "reflexes.web.errors.bad_request"
handler403 = "reflexes.web.errors.forbidden"
handler404 = "reflexes.web.errors.not_found"
handler500 = "reflexes.web.errors.server_error"
