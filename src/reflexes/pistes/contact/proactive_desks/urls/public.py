"""What a service opens by its link, without an account, mounted at the root of the site."""

from django.urls import URLPattern

from reflexes.mechanisms.casework.urls import links
from reflexes.pistes.contact.proactive_desks.cases import DESK

urlpatterns: list[URLPattern] = links.public(DESK, links="guichets/lien/")
