"""Addresses of the committees, in French, one file for each kind of reader; ``public`` is mounted at the root."""

from django.urls import URLPattern

from reflexes.pistes.influence.liaison_committees.urls import answerer, keeper, resident

urlpatterns: list[URLPattern] = [*keeper.urlpatterns, *resident.urlpatterns, *answerer.urlpatterns]
