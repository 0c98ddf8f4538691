"""Addresses of the reallocation cell, in French, one file for each kind of reader."""

from django.urls import URLPattern

from reflexes.pistes.resources.micro_mobility.urls import (
    agent,
    cell,
    day,
    host,
    hr,
    learning,
    manager,
    people,
    recognition,
)

urlpatterns: list[URLPattern] = [
    *cell.urlpatterns,
    *day.urlpatterns,
    *host.urlpatterns,
    *agent.urlpatterns,
    *manager.urlpatterns,
    *recognition.urlpatterns,
    *hr.urlpatterns,
    *learning.urlpatterns,
    *people.urlpatterns,
]
