"""Needs in half-days, offers of time, assignments with their whole life, plans with their reasons."""

from reflexes.mechanisms.allocation.models.calls import Call
from reflexes.mechanisms.allocation.models.day import Concern, MentorAbsence
from reflexes.mechanisms.allocation.models.imports import Import, ImportLine
from reflexes.mechanisms.allocation.models.missions import Assignment, Debrief
from reflexes.mechanisms.allocation.models.needs import Half, Need, Priority, Slot, half_day_starts
from reflexes.mechanisms.allocation.models.offers import (
    ChosenKind,
    FreeHalfDay,
    Offer,
    ServiceMinimum,
    WeekLoad,
    Wish,
    WishWaiver,
)
from reflexes.mechanisms.allocation.models.plans import Plan, PlanFill, PlanLine, Wave

__all__ = [
    "Assignment",
    "Call",
    "ChosenKind",
    "Concern",
    "Debrief",
    "FreeHalfDay",
    "Half",
    "Import",
    "ImportLine",
    "MentorAbsence",
    "Need",
    "Offer",
    "Plan",
    "PlanFill",
    "PlanLine",
    "Priority",
    "ServiceMinimum",
    "Slot",
    "Wave",
    "WeekLoad",
    "Wish",
    "WishWaiver",
    "half_day_starts",
]
