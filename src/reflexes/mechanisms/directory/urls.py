"""Addresses of the door of the house, in French: people read and share them."""

from django.urls import path

from reflexes.mechanisms.directory import data_views, guide_views, views
from reflexes.mechanisms.directory.joining import INVITATION_PATH

urlpatterns = [
    path("", views.home, name="home"),
    path("aide/", guide_views.help_page, name="help"),
    path("visite/", guide_views.guide, name="guide"),
    path("visite/recommencer/", guide_views.guide_again, name="guide_again"),
    path("agir-comme/", views.acting_switch, name="acting_switch"),
    path("moi/", views.me, name="account_me"),
    path("moi/donnees/", data_views.me_data, name="account_data"),
    path("moi/donnees/demander/", data_views.me_data_ask, name="account_data_ask"),
    path("annuaire/demandes/", data_views.requests_list, name="data_requests"),
    path("annuaire/demandes/<int:pk>/", data_views.request_answer, name="data_request"),
    path("moi/donnees/fichier/", views.me_data_file, name="account_data_file"),
    path("annuaire/inviter/", views.invite, name="invite"),
    path(f"{INVITATION_PATH.strip('/')}/<str:token>", views.account_invitation, name="account_invitation"),
    path("lien/nouveau/", views.link_renew, name="link_renew"),
    path("demo/entrer/", views.demo_sign_in, name="demo_sign_in"),
]
