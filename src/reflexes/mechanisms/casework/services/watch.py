"""Silent services are reminded, then the need comes back to the navigator: expiry never leads to silence (issue 5)."""

from datetime import timedelta

from django.db import transaction

from reflexes.core import clock, drill
from reflexes.mechanisms.casework import limits
from reflexes.mechanisms.casework.models import Referral, ReferralStep, State
from reflexes.mechanisms.casework.models.referrals import AT_A_SERVICE
from reflexes.mechanisms.casework.services.announcing import announce, system_of
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.journal.services import record


def watch() -> tuple[int, int]:
    """Remind and expire what is due, in reality and in each exercise by its own clock; return how many of each."""
    reminded, expired = _watch(None)
    for exercise in Exercise.objects.filter(ended_at=None).order_by("pk"):
        with clock.shifted(exercise.shift), drill.playing(exercise.pk):
            more = _watch(exercise.pk)
        reminded, expired = reminded + more[0], expired + more[1]
    return reminded, expired


def _watch(exercise_id: int | None) -> tuple[int, int]:
    reminded = expired = 0
    delays = limits.steps(crisis=limits.in_crisis())
    silent = Referral.objects.filter(
        case__exercise_id=exercise_id, silent_since__lte=clock.now() - delays[0], state__in=AT_A_SERVICE
    )
    for referral in silent.select_related("case").order_by("silent_since", "pk"):
        if referral.silent_since is not None and referral.silent_since <= clock.now() - delays[-1]:
            expired += _expire(referral)
        else:
            reminded += _remind(referral, delays[:-1])
    return reminded, expired


def _remind(referral: Referral, delays: tuple[timedelta, ...]) -> int:
    """Remind once for each delay that passed; several missed while no worker ran make one reminder."""
    since = referral.silent_since or clock.now()
    due = sum(since <= clock.now() - delay for delay in delays)
    if referral.reminded >= due:
        return 0
    with transaction.atomic():
        claimed = Referral.objects.filter(pk=referral.pk, reminded=referral.reminded, state=referral.state)
        if not claimed.update(reminded=due):
            return 0
        record(
            actor=system_of(referral.case),
            verb="casework.service_reminded",
            object_kind="referral",
            object_key=referral.key,
            params={"times": due},
        )
        announce(referral, "referral_reminder")
    return 1


def _expire(referral: Referral) -> int:
    actor = system_of(referral.case)
    with transaction.atomic():
        claimed = Referral.objects.filter(pk=referral.pk, state=referral.state, moved_at=referral.moved_at)
        if not claimed.update(state=State.EXPIRED, moved_at=clock.now(), silent_since=None):
            return 0
        ReferralStep.objects.create(referral=referral, state=State.EXPIRED, role=actor.role, at=clock.now())
        record(actor=actor, verb="casework.need_expired", object_kind="referral", object_key=referral.key)
        announce(referral, "referral_returned")
    return 1
