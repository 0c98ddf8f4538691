"""Sequences and exercises, mounted at the root: the whole house lives by them."""

from django.urls import path

from reflexes.mechanisms.crisis import exercise_views, views

app_name = "crisis"
urlpatterns = [
    path("sequences/", views.sequences, name="sequences"),
    path("exercices/", exercise_views.exercises, name="exercises"),
    path("exercices/nouveau/", exercise_views.exercise_new, name="exercise_new"),
    path("exercices/quitter/", exercise_views.exercise_leave, name="exercise_leave"),
    path("exercices/<int:pk>/", exercise_views.exercise, name="exercise"),
    path("exercices/<int:pk>/rejoindre/", exercise_views.exercise_join, name="exercise_join"),
    path("exercices/<int:pk>/inviter/", exercise_views.exercise_invite, name="exercise_invite"),
    path(
        "exercices/<int:pk>/inviter/<int:invited>/retirer/", exercise_views.exercise_uninvite, name="exercise_uninvite"
    ),
    path("exercices/<int:pk>/carte/", exercise_views.exercise_card, name="exercise_card"),
    path("exercices/<int:pk>/carte/<int:card>/", exercise_views.exercise_reveal, name="exercise_reveal"),
    path("exercices/<int:pk>/courrier/", exercise_views.exercise_mailbox, name="exercise_mailbox"),
    path("exercices/<int:pk>/horloge/", exercise_views.exercise_clock, name="exercise_clock"),
    path("exercices/<int:pk>/terminer/", exercise_views.exercise_end, name="exercise_end"),
    path("exercices/<int:pk>/bilan/", exercise_views.exercise_debrief, name="exercise_debrief"),
    path("exercices/<int:pk>/bilan/feuille/", exercise_views.exercise_report, name="exercise_report"),
    path("exercices/<int:pk>/decision/", exercise_views.exercise_decide, name="exercise_decide"),
    path("exercices/<int:pk>/decision/<int:lesson>/", exercise_views.exercise_carried_out, name="exercise_carried_out"),
]
