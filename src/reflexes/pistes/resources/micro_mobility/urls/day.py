"""The day before, the day itself, and what goes wrong; paper. For every reader."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import (
    agent_day,
    cell_day,
    cell_offer,
    eve,
    host_attendance,
    host_day,
    objections,
    papers,
)

urlpatterns: list[URLPattern] = [
    path("veille/", eve.eve, name="eve"),
    path("missions/<int:pk>/remplacant/", cell_day.stand_in, name="stand_in"),
    path("missions/<int:pk>/remplacant/personne/", cell_day.stand_in_nobody, name="stand_in_nobody"),
    path("missions/<int:pk>/demander-au-dessus/", cell_day.mission_escalate, name="mission_escalate"),
    path("missions/<int:pk>/arreter/", agent_day.my_stop, name="my_stop"),
    path("missions/<int:pk>/confidence/", agent_day.concern_new, name="concern_new"),
    path("reponse/<str:token>/confidence/", agent_day.concern_by_answer, name="concern_by_answer"),
    path("retour/<str:token>/confidence/", agent_day.concern_by_return, name="concern_by_return"),
    path("missions/<int:pk>/objection/", objections.my_objection, name="my_objection"),
    path("missions/<int:pk>/objection-recue/", objections.objection_write, name="objection_write"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
    path("confidences/", cell_day.concern_list, name="concern_list"),
    path("confidences/<int:pk>/", cell_day.concern, name="concern"),
    path("confidences/<int:pk>/prendre/", cell_day.concern_take, name="concern_take"),
    path("confidences/<int:pk>/repondre/", cell_day.concern_answer, name="concern_answer"),
    path("confidences/<int:pk>/rh/", cell_day.concern_hr, name="concern_hr"),
    path("arrivees/presence/", host_attendance.attendance_sheet, name="attendance"),
    path("arrivees/accueil-absent/<int:pk>/", host_day.mentor_say_away, name="mentor_say_away"),
    path("accueil-absent/<int:pk>/", host_day.mentor_away, name="mentor_away"),
    path("accueil-absent/<int:pk>/revenu/", host_day.mentor_back, name="mentor_back"),
    path("missions/<int:pk>/accueil/reprendre/", host_day.mission_undo, name="mission_undo"),
    path("tout-arreter/", host_day.stop_choose, name="stop_choose"),
    path("tout-arreter/confirmer/", host_day.stop_all, name="stop_all"),
    path("tout-arreter/rouvrir/", host_day.stop_reopen, name="stop_reopen"),
    path("papier/", papers.papers, name="papers"),
    path("papier/<slug:slug>/", papers.paper_pdf, name="paper_pdf"),
    path("missions/<int:pk>/bilan-recu/", papers.debrief_on_behalf, name="debrief_on_behalf"),
    path("offres/nouvelle/", cell_offer.offer_on_behalf, name="offer_on_behalf"),
]
