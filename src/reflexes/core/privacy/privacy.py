"""What the view journal knows of a person: who read about them, and what they read."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.privacy.models import DataRequest, ViewRecord
from reflexes.core.privacy.services import views_of

WHY = _("To let you see who read what is known of you, and what became of what you asked.")
UNTIL = _("A year for the readings; until you leave for what you asked.")


def export(person_key: UUID) -> dict[str, list[dict[str, object]]]:
    """Return who read what about the person, and what the person read about others (when, not about whom)."""
    about = views_of(person_key).values("viewer_key", "role", "what", "purpose", "at")
    read = ViewRecord.objects.filter(viewer_key=person_key).order_by("-at", "-id").values("what", "purpose", "at")
    asked = DataRequest.objects.filter(person_key=person_key).order_by("made_at", "pk")
    if not about and not read and not asked:
        return {}
    return {
        "read_about_me": [dict(row) for row in about],
        "i_read": [dict(row) for row in read],
        "requests": [
            {"what": str(one.get_what_display()), "words": one.words, "at": one.made_at, "answer": one.answer}
            for one in asked
        ],
    }


def erase(person_key: UUID) -> None:
    """Keep the lines: they hold pseudonyms only, answer for who read what, and end by themselves after a year.

    What the person wrote goes; that they asked, and were answered, stays under the pseudonym.
    """
    DataRequest.objects.filter(person_key=person_key).update(words="", answer="")
    DataRequest.objects.filter(person_key=person_key, answered_at=None).update(answered_at=clock.now())
