"""Addresses of the house itself: language, display, living style guide."""

from django.urls import path

from reflexes.web import views

app_name = "web"
urlpatterns = [
    path("langue/", views.language, name="language"),
    path("affichage/", views.theme, name="theme"),
    path("composants/", views.components, name="components"),
    path("composants/progression/", views.components_progress, name="components_progress"),
]
