"""What an exercise gave: its figures, told by the pistes that were played, and its printed report."""

from django.utils.translation import gettext as _

from reflexes.core import clock, registry
from reflexes.core.printing import pdf
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.web import words


def figures_of(exercise: Exercise) -> list[tuple[str, str]]:
    """Return what was counted during an exercise, in words, at its own clock."""
    with clock.shifted(exercise.shift):
        return [
            (str(label), str(value))
            for piste in registry.pistes()
            if piste.exercise_figures is not None
            for label, value in piste.exercise_figures(exercise.pk)
        ]


def _held(exercise: Exercise) -> str:
    """Return the real hour or so it took, which proves that the territory rehearsed; nothing while it goes on."""
    if exercise.ended_at is None:
        return ""
    span = {"start": words.full_date(exercise.started_at), "end": words.full_date(exercise.ended_at)}
    return _("from %(start)s to %(end)s") % span


def report_pdf(exercise: Exercise, labels: dict[str, str], *, language: str) -> bytes:
    """Return the report of an exercise on paper: what was played, what it gave, what was decided."""
    lessons = exercise.lessons.select_related("owner").order_by("due_on", "pk")
    data = {
        "title": labels["title"],
        "exercise": labels["band"],
        "labels": labels,
        "purpose": exercise.purpose,
        "played": words.full_date(exercise.plays_at),
        "held": _held(exercise),
        "players": exercise.players.values("person_id").distinct().count(),
        "figures": [{"label": label, "value": value} for label, value in figures_of(exercise)],
        "worked": exercise.worked,
        "hard": exercise.hard,
        "lessons": [
            {
                "words": lesson.words,
                "verdict": lesson.get_verdict_display(),
                "owner": str(lesson.owner or ""),
                "due": words.full_date(lesson.due_on),
            }
            for lesson in lessons
        ],
        "next": words.full_date(exercise.next_on) if exercise.next_on else "",
    }
    return pdf("crisis/report", data, language=language)
