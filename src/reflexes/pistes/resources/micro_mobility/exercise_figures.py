"""What an exercise gave on the screens of this piste, in words, at its own clock."""

from datetime import timedelta

from django.db.models import Count, F, Min, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Assignment, Need, Slot, Wave
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.crisis.models import Exercise

Figure = tuple[str | Promise, str]
UNANSWERED = (State.PROPOSED, State.EXPIRED)
NOTHING = "–"
WAITING = (State.PROPOSED, State.ACCEPTED, State.RELEASED)


def figures(exercise_id: int) -> list[Figure]:
    """Return needs, places, answers, how long the first wave took and the oldest silence."""
    exercise = Exercise.objects.get(pk=exercise_id)
    ended = (exercise.ended_at or clock.real_now()) + exercise.shift
    needs = Need.objects.filter(exercise_id=exercise_id).aggregate(
        stated=Count("pk"), opened=Count("pk", filter=~Q(state="draft"))
    )
    asked = Slot.objects.filter(need__exercise_id=exercise_id).exclude(need__state="draft")
    places = asked.aggregate(asked=Sum("headcount"), held=Sum("held"))
    missions = Assignment.objects.filter(exercise_id=exercise_id)
    told = missions.aggregate(
        sent=Count("pk", filter=Q(wave__isnull=False)),
        heard=Count("pk", filter=Q(wave__isnull=False) & ~Q(state__in=UNANSWERED)),
        oldest=Min(F("changed_at"), filter=Q(state__in=WAITING)),
    )
    first = Wave.objects.filter(exercise_id=exercise_id).order_by("sent_at").values_list("sent_at", flat=True).first()
    return [
        (_("Needs opened, of those begun"), f"{needs['opened']} / {needs['stated']}"),
        (_("Places filled, of those asked"), f"{places['held'] or 0} / {places['asked'] or 0}"),
        (_("Answers, of the proposals sent"), f"{told['heard']} / {told['sent']}"),
        (_("Time to the first wave"), lasted(first - exercise.plays_at) if first else NOTHING),
        (_("Oldest silence at the end"), lasted(ended - told["oldest"]) if told["oldest"] else NOTHING),
    ]


def lasted(time: timedelta) -> str:
    """Say how long something took.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     lasted(timedelta(minutes=25)), lasted(timedelta(minutes=125))
    ('25 minutes', '2 h 05')
    """
    minutes = max(int(time.total_seconds() // 60), 0)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02}"
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
