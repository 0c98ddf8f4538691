"""The agent's pages, and the answers by magic link."""

from django.urls import URLPattern, path

from reflexes.mechanisms.directory.by_link import link_without_token
from reflexes.pistes.resources.micro_mobility.views import (
    agent_answer,
    agent_missions,
    agent_sharing,
    agent_space,
    agent_why,
)

urlpatterns: list[URLPattern] = [
    path("reponse/", link_without_token, name="answer_cut"),
    path("limite/", link_without_token, name="waiver_cut"),
    path("retour/", link_without_token, name="return_cut"),
    path("reponse/<str:token>", agent_answer.answer, name="answer"),
    path("limite/<str:token>", agent_answer.waiver, name="waiver"),
    path("retour/<str:token>", agent_answer.return_by_link, name="return_by_link"),
    path("mon-espace/", agent_space.my_space, name="my_space"),
    path("mon-espace/demi-journees/", agent_space.my_half_days, name="my_half_days"),
    path("mon-espace/demi-journees/enregistrer/", agent_space.my_half_days_autosave, name="my_half_days_autosave"),
    path("mon-espace/conditions/", agent_space.my_terms, name="my_terms"),
    path("mon-espace/envies/", agent_space.my_wish_add, name="my_wish_add"),
    path("mon-espace/envies/<int:pk>/retirer/", agent_space.my_wish_remove, name="my_wish_remove"),
    path("mon-espace/savoir-faire/", agent_space.my_skill_add, name="my_skill_add"),
    path("mon-espace/savoir-faire/<int:pk>/retirer/", agent_space.my_skill_remove, name="my_skill_remove"),
    path("mon-espace/limites/<int:pk>/", agent_space.my_waiver, name="my_waiver"),
    path("mon-espace/pourquoi-pas-moi/", agent_why.why_not_me, name="why_not_me"),
    path("mon-espace/pourquoi-pas-moi/sortir/", agent_why.why_not_me_sheet, name="why_not_me_sheet"),
    path("missions/sortir/", agent_missions.my_missions_sheet, name="my_missions_sheet"),
    path("missions/", agent_missions.my_missions, name="my_missions"),
    path("missions/<int:pk>/", agent_missions.my_mission, name="my_mission"),
    path("missions/<int:pk>/reponse/", agent_missions.my_answer, name="my_answer"),
    path("missions/<int:pk>/renoncer/", agent_missions.my_drop, name="my_drop"),
    path("missions/<int:pk>/remplacement/", agent_missions.my_stand_in, name="my_stand_in"),
    path("missions/<int:pk>/retour/", agent_missions.my_return, name="my_return"),
    path("missions/<int:pk>/bilan/", agent_missions.my_debrief, name="my_debrief"),
    path("missions/<int:pk>/partage/", agent_sharing.my_sharing, name="my_sharing"),
    path("missions/<int:pk>/pourquoi-moi/", agent_why.why_me, name="why_me"),
]
