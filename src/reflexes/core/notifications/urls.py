"""Addresses of the outbox, in French."""

from django.urls import path

from reflexes.core.notifications import views

app_name = "outbox"

urlpatterns = [
    path("", views.outbox, name="list"),
    path("lettres.pdf", views.letters, name="letters"),
    path("message/<uuid:public_id>/", views.message, name="message"),
    path("message/<uuid:public_id>/lettre.pdf", views.letter, name="letter"),
    path("travail/<int:pk>/reessayer/", views.try_again, name="try_again"),
    path("travail/<int:pk>/mettre-de-cote/", views.set_aside, name="set_aside"),
]
