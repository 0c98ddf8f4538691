"""What everybody reads, at the root of the site: residents share these addresses."""

from django.urls import URLPattern

from reflexes.mechanisms.assembly.urls import votes_public
from reflexes.pistes.contact.citizen_dialogue.urls import public_editions, public_schemes

urlpatterns: list[URLPattern] = [
    *public_editions.urlpatterns,
    *public_schemes.urlpatterns,
    *votes_public.public("citizen_dialogue"),
]
