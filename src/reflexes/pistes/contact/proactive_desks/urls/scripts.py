"""Addresses of the script of a campaign: its versions, its steps, its sheets."""

from django.urls import URLPattern, path

from reflexes.pistes.contact.proactive_desks.views import scripts

ONE = "scripts/version/<int:script>/"

urlpatterns: list[URLPattern] = [
    path("scripts/<slug:slug>/", scripts.script_list, name="scripts"),
    path("scripts/<slug:slug>/commencer/", scripts.script_begin, name="script_begin"),
    path("scripts/<slug:slug>/feuille/", scripts.script_import, name="script_import"),
    path("scripts/<slug:slug>/prevenir/", scripts.forewarn, name="forewarn"),
    path(ONE, scripts.script_page, name="script"),
    path(f"{ONE}publier/", scripts.script_publish, name="script_publish"),
    path(f"{ONE}etape/", scripts.step_write, name="step_new"),
    path(f"{ONE}etape/<int:place>/", scripts.step_write, name="step"),
    path(f"{ONE}etape/<int:place>/deplacer/", scripts.step_move, name="step_move"),
    path(f"{ONE}feuille.<slug:kind>", scripts.script_sheet, name="script_sheet"),
]
