"""Sequences and exercises, mounted at the root: the whole house lives by them."""

from django.urls import path

from reflexes.mechanisms.crisis import views

app_name = "crisis"
urlpatterns = [
    path("sequences/", views.sequences, name="sequences"),
    path("exercices/", views.exercises, name="exercises"),
    path("exercices/quitter/", views.exercise_leave, name="exercise_leave"),
    path("exercices/<int:pk>/rejoindre/", views.exercise_join, name="exercise_join"),
    path("exercices/<int:pk>/terminer/", views.exercise_end, name="exercise_end"),
]
