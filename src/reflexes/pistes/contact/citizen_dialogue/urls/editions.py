"""The desk of whoever keeps the budgets; services and people answer from here too, signed in or by link."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.urls import votes_keeper, waiting, words
from reflexes.mechanisms.directory.by_link import link_without_token
from reflexes.pistes.contact.citizen_dialogue.circles import DIALOGUE
from reflexes.pistes.contact.citizen_dialogue.services.waiting import KINDS
from reflexes.pistes.contact.citizen_dialogue.views import (
    goals_by_link,
    keeper_editions,
    keeper_editions_diary,
    keeper_editions_feasibility,
    keeper_editions_goals,
    keeper_editions_steps,
    service_feasibility,
)
from reflexes.pistes.contact.citizen_dialogue.views.silence_words import SAYINGS

ONE = "bureau/budgets/<slug:edition>/"
STEP = "bureau/phases/<int:step>/"
CHANGE = "bureau/changements/<int:variable>/"

urlpatterns: list[URLPattern] = [
    *waiting.keeper("citizen_dialogue", KINDS, SAYINGS, name="waiting"),
    path("bureau/budgets/", keeper_editions.edition_list, name="keeper_editions"),
    path("bureau/nouveau-budget/", keeper_editions.edition_new, name="keeper_edition_new"),
    path(ONE, keeper_editions.edition_page, name="keeper_edition"),
    path(f"{ONE}modifier/", keeper_editions.edition_write, name="keeper_edition_write"),
    path(f"{ONE}ouvrir/", keeper_editions.edition_open, name="keeper_edition_open"),
    path(f"{ONE}jouer/", keeper_editions.edition_play, name="keeper_edition_play"),
    path(f"{ONE}reglement/", keeper_editions.rules_publish, name="keeper_rules"),
    path(f"{ONE}finir/", keeper_editions.edition_end, name="keeper_edition_end"),
    path(f"{ONE}changement/", keeper_editions_diary.variable_new, name="keeper_variable_new"),
    path(CHANGE, keeper_editions_diary.variable_write, name="keeper_variable"),
    path(f"{CHANGE}retirer/", keeper_editions_diary.variable_remove, name="keeper_variable_remove"),
    path(f"{CHANGE}appris/", keeper_editions_diary.variable_learned, name="keeper_variable_learned"),
    path(STEP, keeper_editions_steps.step_write, name="keeper_step"),
    path(f"{STEP}ouvrir/", keeper_editions_steps.door_open, name="keeper_door_open"),
    path(f"{STEP}canal/", keeper_editions_steps.step_switch, name="keeper_step_switch"),
    path(f"{STEP}prolonger/", keeper_editions_steps.step_prolong, name="keeper_step_prolong"),
    path(f"{STEP}resultat/", keeper_editions_steps.step_done, name="keeper_step_done"),
    path(f"{ONE}faisabilite/", keeper_editions_feasibility.feasibility_list, name="keeper_feasibility"),
    path(f"{ONE}faisabilite/demander/", keeper_editions_feasibility.feasibility_ask, name="keeper_feasibility_ask"),
    path(
        "bureau/faisabilite/<int:feasibility_id>/",
        keeper_editions_feasibility.feasibility_say,
        name="keeper_feasibility_say",
    ),
    path(f"{ONE}vote/", keeper_editions_feasibility.edition_vote, name="keeper_edition_vote"),
    path(f"{ONE}realisation/", keeper_editions_feasibility.delivery, name="keeper_delivery"),
    path(f"{ONE}objectifs/", keeper_editions_goals.goals_list, name="keeper_goals"),
    path(f"{ONE}objectifs/demander/", keeper_editions_goals.goals_ask, name="keeper_goals_ask"),
    path(f"{ONE}objectifs/<int:proposal>/", keeper_editions_goals.goals_type, name="keeper_goals_type"),
    path("bureau/portes/<slug:slug>/", keeper_editions_steps.door, name="keeper_door"),
    *words.keeper(DIALOGUE, under="questions/<slug:slug>/"),
    *words.answerer(DIALOGUE),
    *words.author(DIALOGUE),
    path("service/", service_feasibility.questions, name="service_questions"),
    path("service/<int:feasibility_id>/", service_feasibility.say, name="service_say"),
    path("lien/faisabilite/", link_without_token, name="say_cut"),
    path("lien/faisabilite/<str:token>", service_feasibility.say_by_link, name="say_by_link"),
    path("lien/objectifs/", link_without_token, name="goals_cut"),
    path("lien/objectifs/<str:token>", goals_by_link.goals_by_link, name="goals_by_link"),
    *votes_keeper.keeper("citizen_dialogue"),
]
