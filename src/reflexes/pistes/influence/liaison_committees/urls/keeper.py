"""The participation officer's desk."""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.services import silences
from reflexes.mechanisms.assembly.urls import draws_keeper, votes_keeper, waiting, words
from reflexes.pistes.influence.liaison_committees.circles import COMMITTEES
from reflexes.pistes.influence.liaison_committees.views import (
    keeper_bodies,
    keeper_consultations,
    keeper_expenses,
    keeper_hand_over,
    keeper_register,
    keeper_seats,
    keeper_sessions,
)
from reflexes.pistes.influence.liaison_committees.views.silence_words import SAYINGS

urlpatterns: list[URLPattern] = [
    *waiting.keeper("liaison_committees", silences.BODIES, SAYINGS, name="silences"),
    path("bureau/nouveau-comite/", keeper_bodies.body_new, name="keeper_body_new"),
    path("bureau/comites/", keeper_bodies.body_list, name="keeper_bodies"),
    path("bureau/comites/<slug:body>/", keeper_bodies.body_page, name="keeper_body"),
    path("bureau/comites/<slug:body>/modifier/", keeper_bodies.body_write, name="keeper_body_write"),
    path("bureau/comites/<slug:body>/ouvrir/", keeper_bodies.body_open, name="keeper_body_open"),
    path("bureau/comites/<slug:body>/confier/", keeper_hand_over.body_hand_over, name="keeper_body_hand_over"),
    path("bureau/comites/<slug:body>/clore/", keeper_bodies.body_close, name="keeper_body_close"),
    path("bureau/comites/<slug:body>/college/", keeper_bodies.college_new, name="keeper_college_new"),
    path("bureau/colleges/<int:college>/", keeper_bodies.college_write, name="keeper_college"),
    path("bureau/colleges/<int:college>/retirer/", keeper_bodies.college_remove, name="keeper_college_remove"),
    path("bureau/colleges/<int:college>/siege/", keeper_seats.seat_fill, name="keeper_seat_fill"),
    path("bureau/colleges/<int:college>/personne/", keeper_seats.sitter_new, name="keeper_sitter_new"),
    path("bureau/sieges/<int:seat>/reponse/", keeper_seats.seat_answer, name="keeper_seat_answer"),
    path("bureau/sieges/<int:seat>/depart/", keeper_seats.seat_leave, name="keeper_seat_leave"),
    path("bureau/comites/<slug:body>/sujet/", keeper_bodies.topic_new, name="keeper_topic_new"),
    path("bureau/sujets/<int:topic>/", keeper_bodies.topic_write, name="keeper_topic"),
    path("bureau/sujets/<int:topic>/retirer/", keeper_bodies.topic_withdraw, name="keeper_topic_withdraw"),
    path("bureau/seances/", keeper_sessions.session_list, name="keeper_sessions"),
    path("bureau/comites/<slug:body>/convoquer/", keeper_sessions.session_call, name="keeper_session_call"),
    path("bureau/seances/<int:session>/", keeper_sessions.session_page, name="keeper_session"),
    path("bureau/seances/<int:session>/ordre-du-jour/", keeper_sessions.agenda, name="keeper_agenda"),
    path("bureau/seances/<int:session>/compte-rendu/", keeper_sessions.minutes_write, name="keeper_minutes"),
    path("bureau/seances/<int:session>/publier/", keeper_sessions.minutes_publish, name="keeper_minutes_publish"),
    path("bureau/seances/<int:session>/annuler/", keeper_sessions.session_cancel, name="keeper_session_cancel"),
    path("bureau/seances/<int:session>/registre/", keeper_register.register_page, name="keeper_register"),
    path("bureau/seances/<int:session>/arrivee/", keeper_register.arrival, name="keeper_arrival"),
    path("bureau/registre/<int:attendance>/presence/", keeper_register.presence, name="keeper_presence"),
    path("bureau/registre/<int:attendance>/reponse/", keeper_register.call_answer, name="keeper_call_answer"),
    path("bureau/frais/", keeper_expenses.expense_list, name="keeper_expenses"),
    path("bureau/frais/<int:expense>/", keeper_expenses.expense_settle, name="keeper_expense"),
    path("bureau/comites/<slug:body>/question/", keeper_consultations.consultation_new, name="keeper_consultation_new"),
    *words.keeper(COMMITTEES, under="comites/<slug:slug>/"),
    *draws_keeper.keeper("liaison_committees"),
    *votes_keeper.keeper("liaison_committees"),
]
