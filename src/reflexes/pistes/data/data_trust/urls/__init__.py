"""Addresses of the desk of datasets, in French; ``public`` is mounted at the root."""

from django.urls import URLPattern, path

from reflexes.pistes.data.data_trust.views import counter, watching

urlpatterns: list[URLPattern] = [
    path("", watching.dataset_list, name="datasets"),
    path("guichet/", counter.counter_ask, name="counter"),
    path("guichet/fiche/", counter.counter_sheet, name="counter_sheet"),
    path("guichet/fiche.pdf", counter.counter_pdf, name="counter_pdf"),
    path("guichet/choix/", counter.counter_choose, name="counter_choose"),
    path("lecture/<int:pk>/finir/", watching.holder_end, name="holder_end"),
    path("fiche/<slug:slug>/", watching.dataset_page, name="dataset"),
    path("fiche/<slug:slug>/avis/", watching.opinion, name="opinion"),
    path("fiche/<slug:slug>/prolonger/", watching.prolong, name="prolong"),
    path("fiche/<slug:slug>/fermer/", watching.close, name="close"),
    path("fiche/<slug:slug>/detruire/", watching.destroy, name="destroy"),
]
