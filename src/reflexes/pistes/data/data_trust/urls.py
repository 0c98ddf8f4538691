"""Addresses of this piste, in French."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
