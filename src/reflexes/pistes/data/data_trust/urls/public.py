"""What everybody opens, at the root of the site: residents share these addresses."""

from django.urls import URLPattern, path

from reflexes.pistes.data.data_trust.views import own, register

urlpatterns: list[URLPattern] = [
    path("registre-des-donnees/", register.register_page, name="register"),
    path("registre-des-donnees.csv", register.register_csv, name="register_csv"),
    path("registre-des-donnees/<slug:slug>/destruction.pdf", register.destruction_pdf, name="destruction_pdf"),
    path("ce-que-l-on-sait-de-moi/", own.own_ask, name="own_ask"),
    path("ce-que-l-on-sait-de-moi/code/", own.own_code, name="own_code"),
    path("ce-que-l-on-sait-de-moi/fiche/", own.own_sheet, name="own_sheet"),
    path("ce-que-l-on-sait-de-moi/choix/", own.own_choose, name="own_choose"),
    path("ce-que-l-on-sait-de-moi/fermer/", own.own_leave, name="own_leave"),
]
