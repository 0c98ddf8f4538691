"""Addresses of the script of a campaign: its versions, its steps, its sheets."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
