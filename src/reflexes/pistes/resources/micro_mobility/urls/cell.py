"""The cell's desk."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import (
    cell_needs,
    cell_people,
    cell_plans,
    cell_silences,
    cell_studio,
    cell_tools,
    cell_waves,
)

urlpatterns: list[URLPattern] = [
    path("ce-qui-attend/", cell_silences.silences, name="silences"),
    path("ce-qui-attend/<slug:code>/", cell_silences.silence_list, name="silence_list"),
    path("offres/<int:pk>/repondre/", cell_people.offer_greet, name="offer_greet"),
    path("missions/<int:pk>/relancer/", cell_silences.mission_nudge, name="mission_nudge"),
    path("missions/<int:pk>/ecrire-la-reponse/", cell_silences.mission_on_behalf, name="mission_on_behalf"),
    path("besoins/", cell_needs.need_board, name="need_board"),
    path("besoins/<int:pk>/", cell_needs.need_detail, name="need_detail"),
    path("plans/", cell_plans.plan_list, name="plan_list"),
    path("plans/nouveau/", cell_plans.plan_new, name="plan_new"),
    path("plans/<int:number>/", cell_studio.plan_detail, name="plan_detail"),
    path("plans/<int:number>/progression/", cell_plans.plan_progress, name="plan_progress"),
    path("plans/<int:number>/arreter/", cell_plans.plan_cancel, name="plan_cancel"),
    path("plans/<int:number>/demi-journee/<int:slot>/", cell_studio.plan_slot, name="plan_slot"),
    path("plans/<int:number>/pourquoi/<int:slot>/<int:person>/", cell_studio.plan_why, name="plan_why"),
    path("plans/<int:number>/demander/<int:slot>/<int:person>/", cell_studio.plan_ask_waiver, name="plan_ask_waiver"),
    path("plans/<int:number>/ligne/", cell_studio.plan_line, name="plan_line"),
    path("plans/<int:number>/equilibre/", cell_plans.plan_spread, name="plan_spread"),
    path("plans/<int:number>/ce-qui-manque/", cell_plans.plan_bottlenecks, name="plan_bottlenecks"),
    path("plans/<int:number>/refaire/", cell_plans.plan_replan, name="plan_replan"),
    path("plans/<int:number>/<int:other>/", cell_plans.plan_compare, name="plan_compare"),
    path("plans/<int:number>/vague/", cell_waves.wave_preview, name="wave_preview"),
    path("plans/<int:number>/vague/envoyer/", cell_waves.wave_send, name="wave_send"),
    path("vagues/<int:pk>/", cell_waves.wave_detail, name="wave_detail"),
    path("la-cellule/", cell_tools.tools, name="tools"),
    path("personnes/", cell_people.pool, name="pool"),
    path("personnes/<int:pk>/", cell_people.person_sheet, name="person_sheet"),
]
