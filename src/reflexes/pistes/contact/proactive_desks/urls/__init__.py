"""Addresses of this piste, in French: campaigns, the call desk, cases, proximity units."""

from django.urls import URLPattern, URLResolver, include, path

from reflexes.pistes.contact.proactive_desks.urls import campaigns, cases, desk, units

urlpatterns: list[URLPattern | URLResolver] = [
    path("campagnes/", include(campaigns.urlpatterns)),
    path("appeler/", include(desk.urlpatterns)),
    path("unites/", include(units.urlpatterns)),
    path("", include(cases.urlpatterns)),
]
