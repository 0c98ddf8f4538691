"""The host's pages, and the sheets of the cell."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import (
    host_home,
    host_missions,
    host_needs,
    host_papers,
    host_places,
    host_series,
    host_start,
    sheets,
)

urlpatterns: list[URLPattern] = [
    path("accueil/", host_home.host_home, name="host_home"),
    path("accueil/feuille/", host_home.needs_export, name="needs_export"),
    path("besoins/nouveau/", host_start.need_new, name="need_new"),
    path("besoins/nouveau/page-blanche/", host_start.need_blank, name="need_blank"),
    path("besoins/<int:pk>/etape/<slug:step>/", host_needs.need_step, name="need_step"),
    path("besoins/<int:pk>/etape/<slug:step>/enregistrer/", host_needs.need_autosave, name="need_autosave"),
    path("besoins/<int:pk>/relire/", host_needs.need_read_back, name="need_read_back"),
    path("besoins/<int:pk>/ouvrir/", host_needs.need_open, name="need_open"),
    path("besoins/<int:pk>/fermer/", host_needs.need_close, name="need_close"),
    path("besoins/<int:pk>/reprendre/", host_needs.need_copy, name="need_copy"),
    path("besoins/<int:pk>/renouveler/", host_series.need_renew, name="need_renew"),
    path("besoins/<int:pk>/laisser-finir/", host_series.need_let_end, name="need_let_end"),
    path("besoins/<int:pk>/demi-journee/<int:slot>/retirer/", host_series.half_day_call_off, name="half_day_call_off"),
    path("arrivees/", host_missions.arrivals, name="arrivals"),
    path("missions/<int:pk>/accueil/", host_missions.mission_detail, name="mission_detail"),
    path("missions/<int:pk>/accueil/confirmer/", host_missions.mission_confirm, name="mission_confirm"),
    path("missions/<int:pk>/accueil/decliner/", host_missions.mission_turn_down, name="mission_turn_down"),
    path("missions/<int:pk>/accueil/preparer/", host_missions.mission_prepare, name="mission_prepare"),
    path("missions/<int:pk>/accueil/commencer/", host_missions.mission_start, name="mission_start"),
    path("missions/<int:pk>/accueil/terminer/", host_missions.mission_finish, name="mission_finish"),
    path("missions/<int:pk>/accueil/absence/", host_missions.mission_absent, name="mission_absent"),
    path("missions/<int:pk>/accueil/arreter/", host_missions.mission_drop, name="mission_drop"),
    path("missions/<int:pk>/feuille/", host_papers.mission_sheet_pdf, name="mission_sheet_pdf"),
    path("lieux/<int:pk>/feuille/", host_papers.site_sheet_pdf, name="site_sheet_pdf"),
    path("lieux/", host_places.place_new, name="place_new"),
    path("lieux/<int:pk>/", host_places.place_edit, name="place_edit"),
    path("feuilles/", sheets.sheets, name="sheets"),
    path("feuilles/essai/", sheets.sheets_dry_run, name="sheets_dry_run"),
    path("feuilles/sortir/", sheets.export, name="export"),
    path("feuilles/<int:pk>/", sheets.sheets_import, name="sheets_import"),
    path("feuilles/<int:pk>/confirmer/", sheets.sheets_confirm, name="sheets_confirm"),
    path("feuilles/<int:pk>/reprendre/", sheets.sheets_undo, name="sheets_undo"),
]
