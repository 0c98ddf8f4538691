"""What everybody may read when the cell wishes it, at the root of the site: residents share these addresses."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import public

urlpatterns: list[URLPattern] = [
    path("besoins-ouverts/", public.open_needs, name="open_needs"),
    path("besoins-ouverts/flux.json", public.feed, name="feed"),
    path("besoins-ouverts/criteres/", public.criteria, name="criteria"),
    path("besoins-ouverts/venir-aider/", public.come_forward, name="come_forward"),
]
