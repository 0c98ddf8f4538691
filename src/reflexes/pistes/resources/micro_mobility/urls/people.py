"""Certificates, people under age, departures and handing over."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import (
    agent_papers,
    cell_certificates,
    cell_team,
    cell_young,
    leaving,
)

urlpatterns: list[URLPattern] = [
    path("certificats/", cell_certificates.certificates, name="certificates"),
    path("certificats/sortir/", cell_certificates.certificates_export, name="certificates_export"),
    path("certificats/<int:pk>/", cell_certificates.certificate, name="certificate"),
    path("certificats/<int:pk>/confirmer/", cell_certificates.certificate_confirm, name="certificate_confirm"),
    path("certificats/<int:pk>/renvoyer/", cell_certificates.certificate_return, name="certificate_return"),
    path("certificats/<int:pk>/ecrire/", cell_certificates.certificate_send, name="certificate_send"),
    path("certificats/<int:pk>/reprendre/", cell_certificates.certificate_withdraw, name="certificate_withdraw"),
    path("mon-espace/papiers/", agent_papers.my_papers, name="my_papers"),
    path("mon-espace/papiers/<int:pk>/envoyer/", agent_papers.my_certificate_send, name="my_certificate_send"),
    path(
        "mon-espace/papiers/<int:pk>/reprendre/", agent_papers.my_certificate_withdraw, name="my_certificate_withdraw"
    ),
    path("mon-espace/papiers/accord/retirer/", agent_papers.my_consent_revoke, name="my_consent_revoke"),
    path("personnes/<int:pk>/accord/", cell_young.consent, name="consent"),
    path("personnes/<int:pk>/accord/papier/", cell_young.consent_paper, name="consent_paper"),
    path("personnes/<int:pk>/accord/retirer/", cell_young.consent_revoke, name="consent_revoke"),
    path("personnes/<int:pk>/naissance/", cell_young.birth_date, name="birth_date"),
    path("mon-espace/partir/", leaving.my_leaving, name="my_leaving"),
    path("departs/", leaving.departures, name="departures"),
    path("departs/sortir/", leaving.departures_export, name="departures_export"),
    path("departs/qui/<int:pk>/", leaving.departure_new, name="departure_new"),
    path("departs/<int:pk>/annuler/", leaving.departure_undo, name="departure_undo"),
    path("la-cellule/equipe/", cell_team.cell_team, name="cell_team"),
    path("la-cellule/equipe/nommer/", cell_team.cell_name, name="cell_name"),
    path("la-cellule/equipe/<int:pk>/passer-la-main/", cell_team.handover, name="handover"),
    path("la-cellule/equipe/<int:pk>/passer-la-main/mot/", cell_team.handover_note, name="handover_note"),
    path("la-cellule/equipe/<int:pk>/passer-la-main/suite/", cell_team.handover_successor, name="handover_successor"),
    path("la-cellule/equipe/<int:pk>/passer-la-main/imprimer/", cell_team.handover_pdf, name="handover_pdf"),
]
