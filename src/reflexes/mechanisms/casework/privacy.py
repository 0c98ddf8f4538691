"""What casework knows of those who use the site. The people helped are sealed under their dataset's key (ADR 26)."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.mechanisms.casework.models import Answered, Case

WHY = _("To tell you what became of the people you talked to, and to sign the answers you wrote.")
UNTIL = _("Until you leave; the cases themselves end with the campaign or the desk they come from.")


def export(person_key: UUID) -> dict[str, object]:
    """Return how many needs the person heard and the answers they wrote; the words of others are not theirs."""
    heard = Case.objects.filter(told_by__key=person_key).order_by("opened_at", "pk")
    written = Answered.objects.filter(by__key=person_key).select_related("question").order_by("pk")
    known: dict[str, object] = {
        "cases_told": [{"at": one.opened_at, "by_way": str(one.get_channel_display())} for one in heard],
        "questions_answered": [{"what": str(one.question), "words": one.words, "at": one.at} for one in written],
    }
    return {name: rows for name, rows in known.items() if rows}


def erase(person_key: UUID) -> None:
    """Take the person's name off what they heard and wrote; what was told stays followed to its end."""
    Case.objects.filter(told_by__key=person_key).update(told_by=None)
    Answered.objects.filter(by__key=person_key).update(by=None)
