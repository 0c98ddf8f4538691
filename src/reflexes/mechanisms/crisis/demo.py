"""An exercise played a few weeks ago, with what it showed: the page is not empty, and the next one has a date."""

from datetime import timedelta

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.crisis import exercises
from reflexes.mechanisms.crisis.models import Exercise, Lesson
from reflexes.mechanisms.directory.models import Person


def seed(cell: Actor, carried_by: Person) -> None:
    """Write one invented exercise from its opening to its decisions."""
    began = clock.real_now() - timedelta(days=40)
    exercise = exercises.do_start_exercise(
        actor=cell,
        name="Inondation\u00a0: un centre d’accueil ouvre ce soir",
        purpose="Tenir un centre d'accueil trois jours, et que chacun revienne à son poste à la date dite.",
        plays_at=began,
        surprises=[("Le pont est fermé", "Les personnes de l'autre rive ne peuvent pas venir.")],
    )
    exercises.do_join_exercise(actor=cell, exercise=exercise)
    exercises.do_end_exercise(actor=cell, exercise=exercise)
    Exercise.objects.filter(pk=exercise.pk).update(started_at=began, ended_at=began + timedelta(hours=1, minutes=10))
    exercises.do_debrief(
        actor=cell,
        exercise=Exercise.objects.get(pk=exercise.pk),
        worked="Les phrases du plan : chacun a compris pourquoi on pensait à lui.",
        hard="Joindre les responsables après 17 heures ; savoir qui accueille quand le référent est absent.",
        next_on=clock.real_today() + timedelta(days=120),
    )
    for words, verdict, days in (
        ("Un suppléant par responsable, avec son numéro", "adapt", 30),
        ("Le deuxième contact sur chaque feuille de mission", "keep", 60),
    ):
        exercises.do_decide(
            actor=cell,
            exercise=exercise,
            words=words,
            verdict=Lesson.Verdict(verdict),
            owner=carried_by,
            due_on=clock.real_today() + timedelta(days=days),
        )
