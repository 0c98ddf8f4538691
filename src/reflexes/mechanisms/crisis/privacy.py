"""What exercises know of a person: that they were invited, that they played, what they carry afterwards."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.mechanisms.crisis.models import Invited, Lesson, Player

WHY = _("To remember who takes part in exercises and what was decided after them.")
UNTIL = _("Until you leave, or ask for it to be erased.")


def export(person_key: UUID) -> dict[str, object]:
    """Return the exercises the person was invited to or played, and the decisions they carry."""
    invited = Invited.objects.filter(person__key=person_key).select_related("exercise").order_by("pk")
    played = Player.objects.filter(person__key=person_key).select_related("exercise").order_by("pk")
    lessons = Lesson.objects.filter(owner__key=person_key).order_by("pk")
    found: dict[str, object] = {
        "exercises_invited": [one.exercise.name for one in invited],
        "exercises_played": [
            {"exercise": one.exercise.name, "role": one.role, "joined_at": one.joined_at} for one in played
        ],
        "lessons_to_carry": [{"words": one.words, "due_on": one.due_on} for one in lessons],
    }
    return {key: rows for key, rows in found.items() if rows}


def erase(person_key: UUID) -> None:
    """Forget that the person was there; what was decided stays, carried by nobody until somebody takes it."""
    Invited.objects.filter(person__key=person_key).delete()
    Player.objects.filter(person__key=person_key).delete()
    Lesson.objects.filter(owner__key=person_key).update(owner=None)
