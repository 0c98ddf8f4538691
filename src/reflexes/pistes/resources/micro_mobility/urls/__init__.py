"""Addresses of the reallocation cell, in French, one file for each kind of reader."""

from django.urls import URLPattern

from reflexes.pistes.resources.micro_mobility.urls import agent, cell, host, manager

urlpatterns: list[URLPattern] = [*cell.urlpatterns, *host.urlpatterns, *agent.urlpatterns, *manager.urlpatterns]
