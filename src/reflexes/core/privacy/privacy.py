"""What the view journal knows of a person: who read about them, and what they read."""

from uuid import UUID

from reflexes.core.privacy.models import ViewRecord
from reflexes.core.privacy.services import views_of


def export(person_key: UUID) -> dict[str, list[dict[str, object]]]:
    """Return who read what about the person, and what the person read about others (when, not about whom)."""
    about = views_of(person_key).values("viewer_key", "role", "what", "purpose", "at")
    read = ViewRecord.objects.filter(viewer_key=person_key).order_by("-at", "-id").values("what", "purpose", "at")
    if not about and not read:
        return {}
    return {"read_about_me": [dict(row) for row in about], "i_read": [dict(row) for row in read]}


def erase(person_key: UUID) -> None:
    """Keep the lines: they hold pseudonyms only, answer for who read what, and end by themselves after a year."""
