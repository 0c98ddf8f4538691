"""One line of each sheet, understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from reflexes.core.sheets.problems import Problem, has_errors

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Position:
    """Where someone lives or something happens: degrees (``lat``, ``lon``) or kilometres on a plane (``x``, ``y``)."""

    first: float
    second: float
    degrees: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Someone of the people sheet. ``hard`` and ``soft`` are wishes as (kind, value); skills and kinds are slugs."""

    row: int
    id: str
    name: str
    skills: tuple[str, ...]
    half_days: tuple[str, ...]
    cap: int
    position: Position | None = None
    max_km: float | None = None
    hard: tuple[tuple[str, str], ...] = ()
    soft: tuple[tuple[str, str], ...] = ()
    mentor: bool = False
    unit: str = ""
    status: str = ""
    category: str = ""
    trade: str = ""
    sex: str = ""
    birth_date: date | None = None
    experience: tuple[str, ...] = ()
    recent_missions: int = 0
    certificates: Mapping[str, date] = field(default_factory=dict)
    commune: str = ""
    commune_code: str = ""
    email: str = ""
    phone: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A line of the needs sheet: one or several half-days of one need, for one skill (a slug, empty for anyone)."""

    row: int
    id: str
    title: str
    half_days: tuple[str, ...]
    headcount: int
    priority: int
    skill: str = ""
    position: Position | None = None
    place: str = ""
    commune: str = ""
    commune_code: str = ""
    min_team: int = 0
    mentor_required: bool = False
    newcomers_per_mentor: int | None = None
    host: str = ""
    need: str = ""
    kind: str = ""
    min_age: int | None = None
    certificates: tuple[str, ...] = ()
    remote: bool = False
    sector: str = ""
    tasks: str = ""
    host_mentor: str = ""
    second_contact: str = ""
    return_date: date | None = None
    constraints: str = ""
    provided: str = ""
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class KeepRow:
    """A line of an earlier plan: this person stays on this need if that can be."""

    row: int
    person: str
    need: str
    half_day: str = ""


@dataclass(slots=True)
class Parsed(Generic[Row]):
    """The lines understood, and everything wrong in the sheet. ``labels`` give slugs as they were written."""

    file: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Tell whether something in the sheet stops the work."""
        return has_errors(self.problems)
