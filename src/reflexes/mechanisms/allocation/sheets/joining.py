"""Three parsed sheets put together: who, where, what to keep, and what does not fit between them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from reflexes.core.sheets.problems import Level, Problem, has_errors
from reflexes.core.sheets.reading import Source, read_table
from reflexes.mechanisms.allocation.sheets.columns import slug
from reflexes.mechanisms.allocation.sheets.parsing import parse_keep, parse_needs, parse_people
from reflexes.mechanisms.allocation.sheets.rows import KeepRow, NeedRow, Parsed, PersonRow
from reflexes.mechanisms.allocation.sheets.words import said

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """One half-day of a need, as the engine counts it: ``id`` is the line's, with its half-day when it has several."""

    id: str
    half_day: str
    need: NeedRow


@dataclass(slots=True)
class Sheets:
    """What the sheets say once put together. ``labels`` give slugs back as they were written."""

    people: dict[str, PersonRow] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    keep: dict[Pair, KeepRow] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Tell whether no plan can be made of these sheets."""
        return has_errors(self.problems)


def read_sheets(people: Source, needs: Source, keep: Source | None = None) -> Sheets:
    """Read the sheets and put them together; everything wrong is in ``problems``, errors first come to stop."""
    people_read, needs_read = parse_people(read_table(people)), parse_needs(read_table(needs))
    keep_read = parse_keep(read_table(keep)) if keep is not None else Parsed[KeepRow]("")
    return together(people_read, needs_read, keep_read)


def together(people: Parsed[PersonRow], needs: Parsed[NeedRow], keep: Parsed[KeepRow]) -> Sheets:
    """Put parsed sheets together; say what does not fit between them."""
    sheets = Sheets(
        people={row.id: row for row in people.rows},
        places={place.id: place for row in needs.rows for place in _places(row)},
        labels={**needs.labels, **people.labels, **{slug(row.host): row.host for row in needs.rows if row.host}},
        problems=[*people.problems, *needs.problems, *keep.problems],
    )
    if not people.refused:
        sheets.problems += _skills_nobody_has(people, needs)
    grids = {row.position.degrees for row in (*people.rows, *needs.rows) if row.position}
    if len(grids) > 1:
        sheets.problems.append(said("two_grids", needs.file))
    _find_kept(sheets, people.file, needs, keep)
    return sheets


def pair_named(sheets: Sheets, text: str) -> Pair | None:
    """Return the pair that ``PERSON:NEED`` names; identifiers may hold colons themselves."""
    parts = text.split(":")
    for cut in range(1, len(parts)):
        person, need = ":".join(parts[:cut]).strip(), ":".join(parts[cut:]).strip()
        found = _places_named(sheets, need)
        if person in sheets.people and found:
            return person, found[0].id
    return None


def _places(row: NeedRow) -> Iterable[Place]:
    for half_day in row.half_days:
        yield Place(row.id if len(row.half_days) == 1 else f"{row.id} {half_day}", half_day, row)


def _places_named(sheets: Sheets, need: str, half_day: str = "") -> list[Place]:
    """Return the places a text names: a place, else a line of the sheet, else a whole need."""
    if need in sheets.places:
        return [sheets.places[need]]
    places = [place for place in sheets.places.values() if need in (place.need.id, place.need.need)]
    return [place for place in places if half_day in ("", place.half_day)]


def _skills_nobody_has(people: Parsed[PersonRow], needs: Parsed[NeedRow]) -> list[Problem]:
    held = {skill for row in people.rows for skill in row.skills}
    problems = []
    for row in needs.rows:
        if not row.skill or row.skill in held:
            continue
        near = get_close_matches(row.skill, sorted(held), n=1, cutoff=0.75)
        params = {"found": needs.labels.get(row.skill, row.skill), "people": people.file}
        where = {"row": row.row, "column": needs.titles.get("skill", "skill"), "level": Level.WARNING}
        if near:
            params["near"] = people.labels.get(near[0], near[0])
        problems.append(said("skill_near" if near else "skill_nobody_has", needs.file, **where, **params))
    return problems


def _find_kept(sheets: Sheets, people_file: str, needs: Parsed[NeedRow], keep: Parsed[KeepRow]) -> None:
    """Tie each line of the earlier plan to a person and a place; those that are gone are said."""
    by_name: dict[str, list[str]] = {}
    for person in sheets.people.values():
        by_name.setdefault(slug(person.name), []).append(person.id)
    for row in keep.rows:
        named = by_name.get(slug(row.person), [])
        person_id = row.person if row.person in sheets.people else named[0] if len(named) == 1 else None
        places = _places_named(sheets, row.need, row.half_day)
        if person_id is None:
            sheets.problems.append(_gone("keep_no_person", keep, row, people_file))
        elif len(places) != 1:
            code = "keep_several" if places else "keep_no_need"
            sheets.problems.append(_gone(code, keep, row, needs.file))
        else:
            sheets.keep[(person_id, places[0].id)] = row


def _gone(code: str, keep: Parsed[KeepRow], row: KeepRow, sheet: str) -> Problem:
    """Return that a line of the earlier plan names someone or something ``sheet`` does not say."""
    key, found = ("person_id", row.person) if code == "keep_no_person" else ("need_id", row.need)
    column = keep.titles.get(key, key)
    return said(code, keep.file, row=row.row, column=column, level=Level.WARNING, found=found, sheet=sheet)
