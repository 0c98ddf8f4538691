"""Addresses of the dialogue, in French, one file for each kind of reader; ``public`` is mounted at the root."""

from django.urls import URLPattern

from reflexes.pistes.contact.citizen_dialogue.urls import editions, schemes

urlpatterns: list[URLPattern] = [*editions.urlpatterns, *schemes.urlpatterns]
