"""The lists of the outbox page: what waits for a person first, then what goes by itself."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core.notifications.models import Message, State
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.services import stuck_jobs
from reflexes.core.text import normalised


@dataclass(frozen=True, slots=True)
class List:
    """One list: its French slug in the address, its name, which messages it holds, and what it says when empty."""

    slug: str
    label: "str | Promise"
    holds: Q
    nothing: "str | Promise"
    latest_first: bool = False


LISTS = (
    List(
        "bloques",
        pgettext_lazy("list of messages", "Stuck"),
        Q(state__in=(State.DEAD, State.UNCERTAIN)),
        _("Nothing is stuck: every message left, or will leave by itself."),
    ),
    List(
        "a-telephoner",
        pgettext_lazy("list of messages", "To telephone"),
        Q(state=State.TO_PHONE),
        _("Nobody is waiting for a call."),
    ),
    List(
        "a-imprimer",
        pgettext_lazy("list of messages", "To print"),
        Q(state=State.TO_PRINT),
        _("No letter is waiting to be printed."),
    ),
    List(
        "en-attente",
        pgettext_lazy("list of messages", "Waiting to leave"),
        Q(state__in=(State.WAITING, State.SENDING)),
        _("Everything has left. Messages wait here during quiet hours."),
    ),
    List(
        "textos",
        _("Text messages kept here"),
        Q(state=State.SENT) & ~Q(page_text=""),
        _("No text message is kept here."),
        latest_first=True,
    ),
    List(
        "partis",
        pgettext_lazy("list of messages", "Gone"),
        Q(state__in=(State.SENT, State.DONE_BY_HAND, State.SET_ASIDE), page_text=""),
        _("Nothing has left yet."),
        latest_first=True,
    ),
    List(
        "exercices",
        _("Exercises"),
        Q(state=State.EXERCISE),
        _("No exercise has written any message."),
        latest_first=True,
    ),
)
BY_SLUG = {each.slug: each for each in LISTS}


def counts() -> dict[str, int]:
    """Return how many messages each list holds, in one query; stuck work that is no message counts as stuck."""
    found: dict[str, int] = Message.objects.aggregate(**{each.slug: Count("pk", filter=each.holds) for each in LISTS})
    found["bloques"] += other_stuck_jobs().count()
    return found


def messages_of(chosen: List, words: str) -> QuerySet[Message]:
    """Return the messages of one list whose recipient or subject holds every one of ``words``."""
    rows = Message.objects.filter(chosen.holds).select_related("job")
    for word in normalised(words).split():
        rows = rows.filter(search__contains=word)
    return rows.order_by("-created_at", "-id") if chosen.latest_first else rows.order_by("created_at", "id")


def other_stuck_jobs() -> QuerySet[Job]:
    """Return the stuck work that is no message: plans, seals, waves."""
    return stuck_jobs().filter(message=None)
