"""What the allocation of half-days knows of a person."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.core import registry
from reflexes.mechanisms.allocation.models import (
    Assignment,
    CalendarFeed,
    Call,
    Concern,
    Debrief,
    Departure,
    Handover,
    ImportLine,
    LearningWish,
    MentorAbsence,
    Objection,
    Offer,
    OtherHalfDay,
    PersonalPlan,
    PlanLine,
    SkillGained,
    Thanks,
    WeekLoad,
    WishWaiver,
)
from reflexes.mechanisms.allocation.services.learning import SHARES
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.allocation.wishes import WISHES
from reflexes.web.words import half_day_full

# Who may read what of a return, when the person ticked it.

WHY = _("To propose you missions that fit, within your limits, and to recognise what you gave.")
UNTIL = _("Half-days, wishes and your own plan until you take them back; missions until you leave.")


READERS = {
    "share_remarks_with_host": _("the host: remarks"),
    "share_with_lab": _("the innovation cell: remarks"),
    "share_with_hr": _("human resources: remarks"),
    "share_answers_with_hr": _("human resources: answers"),
    "share_skills_with_hr": _("human resources: skills kept"),
}


def export(person_key: UUID) -> dict[str, object]:
    """Return what the person offered, wished and did, and what they said when they came back."""
    offer = Offer.objects.filter(person__key=person_key).first()
    missions = (
        Assignment.objects.filter(person__key=person_key)
        .select_related("slot__need__organisation", "debrief")
        .prefetch_related("skills_gained__skill")
        .order_by("day", "half", "pk")
    )
    known: dict[str, object] = {
        "offer": _offer(offer) if offer else {},
        "missions": [_mission(mission) for mission in missions],
        "concerns": [_concern(one) for one in Concern.objects.filter(person__key=person_key).order_by("received_at")],
        "objections": [
            {"said": one.words, "said_at": one.made_at, "answer": one.answer, "answered_at": one.answered_at}
            for one in Objection.objects.filter(assignment__person__key=person_key).order_by("made_at")
        ],
        "absences": [
            half_day_full(one.day, one.half)
            for one in MentorAbsence.objects.filter(person__key=person_key).order_by("day", "half")
        ],
    }
    known |= _kept_for_oneself(person_key)
    return {name: facts for name, facts in known.items() if facts}


def _kept_for_oneself(person_key: UUID) -> dict[str, object]:
    """Return the person's own plan, what they would like to learn, when they were thanked, their calendar addresses."""
    plan = PersonalPlan.objects.filter(person__key=person_key).first()
    words = ("can_do", "to_learn", "matters", "mentor", "reviewed_on")
    learning = LearningWish.objects.filter(person__key=person_key).select_related("skill").order_by("pk")
    thanks = Thanks.objects.filter(person__key=person_key).select_related("wave").order_by("pk")
    feeds = CalendarFeed.objects.filter(person__key=person_key).order_by("pk")
    return {
        "departures": [
            {"what": str(one.capacity), "last_day": one.last_day, "revoked_at": one.taken_back_at}
            for one in Departure.objects.filter(person__key=person_key).select_related("capacity").order_by("pk")
        ],
        "calls": [
            {"what": one.slot.need.title, "at": one.claimed_at, "state": str(Call.Outcome(one.outcome).label)}
            for one in Call.objects.filter(person__key=person_key).select_related("slot__need").order_by("pk")
        ],
        "handovers": [
            {"what": one.note} for one in Handover.objects.filter(capacity__person__key=person_key).order_by("pk")
        ],
        "own_plan": {name: getattr(plan, name) for name in words} if plan else {},
        "to_learn": [str(one.skill) for one in learning],
        "thanked": [{"at": one.wave.sent_at} for one in thanks],
        "calendar": [{"created_at": one.made_at, "revoked_at": one.revoked_at} for one in feeds],
    }


def _offer(offer: Offer) -> dict[str, object]:
    free = offer.half_days.order_by("day", "half").values_list("day", "half")
    return {
        "weekly_cap": offer.weekly_cap,
        "max_km": offer.max_km,
        "came_forward_at": offer.came_forward_at,
        "kind": [str(registry.kinds().get(one.kind, one.kind)) for one in offer.kinds.order_by("kind")],
        "half_day": [half_day_full(day, half) for day, half in free],
        "wishes": [
            {"what": str(WISHES[one.kind].limit if one.hard else WISHES[one.kind].preference), "subject": one.value}
            for one in offer.wishes.order_by("pk")
            if one.kind in WISHES
        ],
    }


def _mission(mission: Assignment) -> dict[str, object]:
    debrief = getattr(mission, "debrief", None)
    return {
        "what": mission.slot.need.title,
        "organisation": str(mission.slot.need.organisation),
        "half_day": half_day_full(mission.day, mission.half),
        "state": str(State(mission.state).label),
        "hours": mission.hours,
        "remarks": debrief.remarks if debrief else "",
        "shared_with": [str(READERS[name]) for name in READERS if debrief and getattr(debrief, name)],
        "skills_kept": [str(one.skill) for one in mission.skills_gained.all()],
    }


def _concern(concern: Concern) -> dict[str, object]:
    return {
        "said": concern.words,
        "said_at": concern.received_at,
        "state": str(Concern.State(concern.state).label),
        "hr_may_read": concern.hr_may_read,
        "answer": concern.answer,
        "answered_at": concern.answered_at,
    }


def erase(person_key: UUID) -> None:
    """Delete what was offered and wished, and what was proposed; keep missions done, under the pseudonym alone."""
    forget_offer(person_key)
    Thanks.objects.filter(person__key=person_key).delete()
    ImportLine.objects.filter(person__key=person_key).update(key="", before={}, after={})
    Concern.objects.filter(person__key=person_key).delete()
    Objection.objects.filter(assignment__person__key=person_key).delete()
    MentorAbsence.objects.filter(person__key=person_key).delete()
    PlanLine.objects.filter(person__key=person_key).delete()
    WeekLoad.objects.filter(person__key=person_key).delete()
    SkillGained.objects.filter(assignment__person__key=person_key).delete()
    OtherHalfDay.objects.filter(assignment__person__key=person_key).delete()
    Debrief.objects.filter(assignment__person__key=person_key).update(
        remarks="", passed_on_at=None, **dict.fromkeys(SHARES, False)
    )
    missions = Assignment.objects.filter(person__key=person_key)
    missions.update(capacity_loss="")
    # That somebody was designated stays counted; on what basis may tell who it was, and may not be empty.
    missions.filter(mode=Assignment.Mode.DESIGNATED).update(basis="–")


def forget_offer(person_key: UUID) -> None:
    """Delete what only serves to propose missions: what was offered, wished and planned for oneself."""
    for table in (Offer, PersonalPlan, LearningWish, CalendarFeed, WishWaiver, Call):
        table.objects.filter(person__key=person_key).delete()
