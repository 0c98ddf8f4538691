"""Needs in half-days, offers of time, assignments with their whole life, plans with their reasons."""

from reflexes.mechanisms.allocation.models.accounts import DayAllowance
from reflexes.mechanisms.allocation.models.calls import Call
from reflexes.mechanisms.allocation.models.day import Concern, MentorAbsence
from reflexes.mechanisms.allocation.models.departures import Departure, Handover
from reflexes.mechanisms.allocation.models.imports import ColumnChoice, Import, ImportLine
from reflexes.mechanisms.allocation.models.learning import OtherHalfDay, RemarkAnswer, SkillGained
from reflexes.mechanisms.allocation.models.missions import Assignment, Debrief
from reflexes.mechanisms.allocation.models.needs import Half, Need, Priority, Slot, half_day_starts, next_working_day
from reflexes.mechanisms.allocation.models.objections import Objection
from reflexes.mechanisms.allocation.models.offers import (
    ChosenKind,
    FreeHalfDay,
    Offer,
    ServiceMinimum,
    WeekLoad,
    Wish,
    WishWaiver,
)
from reflexes.mechanisms.allocation.models.personal import CalendarFeed, LearningWish, PersonalPlan
from reflexes.mechanisms.allocation.models.plans import Plan, PlanFill, PlanLine, Wave
from reflexes.mechanisms.allocation.models.readings import PlanPrice, PlanReading, PlanView
from reflexes.mechanisms.allocation.models.thanks import Thanks, ThanksWave

__all__ = [
    "Assignment",
    "CalendarFeed",
    "Call",
    "ChosenKind",
    "ColumnChoice",
    "Concern",
    "DayAllowance",
    "Debrief",
    "Departure",
    "FreeHalfDay",
    "Half",
    "Handover",
    "Import",
    "ImportLine",
    "LearningWish",
    "MentorAbsence",
    "Need",
    "Objection",
    "Offer",
    "OtherHalfDay",
    "PersonalPlan",
    "Plan",
    "PlanFill",
    "PlanLine",
    "PlanPrice",
    "PlanReading",
    "PlanView",
    "Priority",
    "RemarkAnswer",
    "ServiceMinimum",
    "SkillGained",
    "Slot",
    "Thanks",
    "ThanksWave",
    "Wave",
    "WeekLoad",
    "Wish",
    "WishWaiver",
    "half_day_starts",
    "next_working_day",
]
