"""Addresses of the desk of datasets, in French; ``public`` is mounted at the root."""

from django.urls import URLPattern, path

from reflexes.pistes.data.data_trust.views import counter, destroying, exporting, lists, naming, watching, writing

urlpatterns: list[URLPattern] = [
    path("", watching.dataset_list, name="datasets"),
    path("nouvelles/", writing.dataset_new, name="dataset_new"),
    path("a-lire/", exporting.to_read, name="to_read"),
    path("guichet/", counter.counter_ask, name="counter"),
    path("guichet/fiche/", counter.counter_sheet, name="counter_sheet"),
    path("guichet/fiche.pdf", counter.counter_pdf, name="counter_pdf"),
    path("guichet/choix/", counter.counter_choose, name="counter_choose"),
    path("lecture/<int:pk>/finir/", naming.holder_end, name="holder_end"),
    path("fichier/<uuid:key>/", exporting.file_page, name="file"),
    path("fichier/<uuid:key>/prendre/", exporting.file_take, name="file_take"),
    path("fichier/<uuid:key>/detruit/", exporting.file_destroyed, name="file_destroyed"),
    path("fiche/<slug:slug>/", watching.dataset_page, name="dataset"),
    path("fiche/<slug:slug>/ecrire/", writing.dataset_write, name="dataset_write"),
    path("fiche/<slug:slug>/ouvrir/", writing.dataset_open, name="dataset_open"),
    path("fiche/<slug:slug>/avis/", watching.opinion, name="opinion"),
    path("fiche/<slug:slug>/prolonger/", watching.prolong, name="prolong"),
    path("fiche/<slug:slug>/fermer/", watching.close, name="close"),
    path("fiche/<slug:slug>/detruire/", destroying.destroy, name="destroy"),
    path("fiche/<slug:slug>/lecture/", naming.holder_find, name="holder_find"),
    path("fiche/<slug:slug>/lecture/<uuid:person>/", naming.holder_name, name="holder_name"),
    path("fiche/<slug:slug>/inscrire/", lists.entry_add, name="entry_add"),
    path("fiche/<slug:slug>/retirer/", lists.entry_remove, name="entry_remove"),
    path("fiche/<slug:slug>/fichier/", exporting.file_ask, name="file_ask"),
]
