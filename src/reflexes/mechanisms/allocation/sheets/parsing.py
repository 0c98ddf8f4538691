"""People, needs and an earlier plan, line by line, with everything that is wrong in each (issue 2, part 4).

Used by the command line and by the dry run of the site's import: nothing is written here.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeVar

from reflexes.core.sheets.problems import Level
from reflexes.core.sheets.reading import Table
from reflexes.mechanisms.allocation.geography import where_is
from reflexes.mechanisms.allocation.sheets import columns
from reflexes.mechanisms.allocation.sheets.columns import Titled
from reflexes.mechanisms.allocation.sheets.halfdays import NotUnderstood, day_of, half_of
from reflexes.mechanisms.allocation.sheets.lines import Line
from reflexes.mechanisms.allocation.sheets.rows import KeepRow, NeedRow, Parsed, PersonRow, Position
from reflexes.mechanisms.allocation.sheets.wishes import EXAMPLES, Wish, merged, wish_of
from reflexes.mechanisms.allocation.sheets.words import said

DEFAULT_CAP = 3
MOST_HALF_DAYS_A_WEEK = 14
MOST_PEOPLE = 200  # what a slot of the site holds
MOST_GUIDED = 20  # what a need of the site holds
FURTHEST = 20_000.0
FOREVER = date(9999, 12, 31)
NONE_CHOSEN: Mapping[str, str] = MappingProxyType({})
Row = TypeVar("Row")


def parse_people(table: Table, chosen: Mapping[str, str] = NONE_CHOSEN) -> Parsed[PersonRow]:
    """Return the people of a sheet and its problems. Only ``id``, ``skills`` and ``half_days`` must be there."""
    titled, parsed = _opened(table, columns.PEOPLE, chosen=chosen)
    if "cap" not in titled.places and table.rows:
        parsed.problems.append(said("default_cap", table.name, level=Level.WARNING, used=DEFAULT_CAP))
    _each_line(titled, parsed, _person)
    _count_unplaced(parsed, [row for row in parsed.rows if row.position is None])
    return parsed


def parse_needs(table: Table, chosen: Mapping[str, str] = NONE_CHOSEN) -> Parsed[NeedRow]:
    """Return the needs of a sheet and its problems. Only ``id``, ``half_day`` and ``headcount`` must be there."""
    titled, parsed = _opened(table, columns.NEEDS, chosen=chosen)
    for key, code in (("priority", "default_priority"), ("skill", "no_skill_column")):
        if key not in titled.places and table.rows:
            parsed.problems.append(said(code, table.name, level=Level.WARNING))
    _each_line(titled, parsed, _need)
    _count_unplaced(parsed, [row for row in parsed.rows if row.position is None and not row.remote])
    return parsed


def parse_keep(table: Table) -> Parsed[KeepRow]:
    """Return the lines of an earlier plan: the sheet that ``--out`` wrote, or any with a person and a need."""
    titled, parsed = _opened(table, columns.KEEP, strangers=False)
    for key, other in (("person_id", "person_name"), ("need_id", "need_title")):
        if key in titled.places:
            continue
        if other in titled.places:
            titled.places[key], titled.titles[key] = titled.places[other], titled.titles[other]
        elif table.headers:
            parsed.problems.append(said("missing_column", table.name, found=key, titles=other))
    if not parsed.refused:
        _each_line(titled, parsed, _kept, unique=False)
    return parsed


def _opened(
    table: Table,
    known: tuple[columns.Column, ...],
    *,
    strangers: bool = True,
    chosen: Mapping[str, str] = NONE_CHOSEN,
) -> tuple[Titled, Parsed[Row]]:
    titled, problems = columns.titled(table, known, strangers=strangers, chosen=chosen)
    problems = [*columns.reading_problems(titled), *problems]
    return titled, Parsed(table.name, problems=problems, titles=titled.titles)


def _each_line(titled: Titled, parsed: Parsed[Row], read: Callable[[Line], Row | None], *, unique: bool = True) -> None:
    """Read each line into a row; an identifier is there and is told once."""
    if unique and "id" not in titled.places:
        return
    seen: dict[str, int] = {}
    for number, cells in titled.lines():
        line = Line(titled, number, cells, parsed.problems, parsed.labels)
        if unique:
            key = line.text("id")
            if not key:
                line.wrong("no_id", "id")
                continue
            if key in seen:
                line.wrong("duplicate_id", "id", other=seen[key])
                continue
            seen[key] = number
        row = read(line)
        if row is not None:
            parsed.rows.append(row)


def _count_unplaced(parsed: Parsed[Row], rows: list[Row]) -> None:
    if rows:
        parsed.problems.append(said("no_position", parsed.file, level=Level.WARNING, count=len(rows)))


def _person(line: Line) -> PersonRow:
    hard = _wishes(line, "hard_wishes")
    soft = _wishes(line, "soft_wishes")
    prefers = line.text("prefers")
    half = line.understood("prefers", half_of, "not_half", prefers) if prefers else None
    if half:
        soft.append(("prefers_half", str(half)))
    name = " ".join(part for part in (line.text("first_name"), line.text("name")) if part)
    return PersonRow(
        row=line.row,
        id=line.text("id"),
        name=name or line.text("id"),
        skills=line.slugs("skills"),
        half_days=line.half_days("half_days"),
        cap=line.whole("cap", 0, MOST_HALF_DAYS_A_WEEK, DEFAULT_CAP),
        position=_position(line),
        max_km=line.number("max_km", 0, FURTHEST),
        hard=merged(hard),
        soft=merged(soft),
        mentor=line.yes_no("mentor"),
        unit=line.text("unit"),
        status=line.text("status"),
        category=line.text("category"),
        trade=line.text("trade"),
        sex=line.text("sex"),
        birth_date=line.day("birth_date"),
        experience=line.slugs("experience"),
        recent_missions=line.whole("recent_missions", 0, 1000, 0),
        certificates=_certificates(line),
        commune=line.text("commune"),
        commune_code=line.text("commune_code"),
        email=line.text("email"),
        phone=line.text("phone"),
        channel=line.text("channel"),
    )


def _need(line: Line) -> NeedRow:
    if not line.text("headcount"):
        line.wrong("empty_headcount", "headcount")
    if not line.text("half_day"):
        line.wrong("empty_half_day", "half_day")
    headcount = line.whole("headcount", 1, MOST_PEOPLE, 1)
    min_team = line.whole("min_team", 0, MOST_PEOPLE, 0)
    if min_team > headcount:
        line.wrong("team_over_headcount", "min_team", headcount=headcount)
    skills = line.slugs("skill")
    if len(skills) > 1:
        line.wrong("two_skills", "skill")
    return NeedRow(
        row=line.row,
        id=line.text("id"),
        title=line.text("title") or line.text("id"),
        half_days=line.half_days("half_day"),
        headcount=headcount,
        priority=line.priority("priority"),
        skill=skills[0] if skills else "",
        position=_position(line, "place"),
        place=line.text("place"),
        commune=line.text("commune"),
        commune_code=line.text("commune_code"),
        min_team=min(min_team, headcount),
        mentor_required=line.yes_no("mentor_required"),
        newcomers_per_mentor=line.whole("newcomers_per_mentor", 1, MOST_GUIDED, 0) or None,
        host=line.text("host"),
        need=line.text("need"),
        kind=line.slug(line.text("kind")),
        min_age=line.whole("min_age", 0, 120, 0) or None,
        certificates=line.slugs("certificates"),
        remote=line.yes_no("remote"),
        sector=line.text("sector"),
        tasks=line.text("tasks"),
        host_mentor=line.text("host_mentor"),
        second_contact=line.text("second_contact"),
        return_date=line.day("return_date"),
        constraints=line.text("constraints"),
        provided=line.text("provided"),
        criteria=line.text("criteria"),
    )


def _kept(line: Line) -> KeepRow | None:
    person, need = line.text("person_id"), line.text("need_id")
    if not person or not need:
        line.wrong("keep_empty", "need_id" if person else "person_id")
        return None
    half_days = line.half_days("half_day")
    return KeepRow(line.row, person, need, half_days[0] if half_days else "")


def _position(line: Line, place: str = "") -> Position | None:
    """Return where the line is: its numbers first, else the commune it names."""
    for one, two, degrees, most in (("lat", "lon", True, (90.0, 180.0)), ("x_km", "y_km", False, (FURTHEST, FURTHEST))):
        texts = line.text(one), line.text(two)
        if not any(texts):
            continue
        if not all(texts):
            line.wrong(
                "half_position", one if texts[1] else two, one=line.titled.title(one), two=line.titled.title(two)
            )
            return None
        first, second = line.number(one, -most[0], most[0]), line.number(two, -most[1], most[1])
        return None if first is None or second is None else Position(first, second, degrees)
    for key in ("commune_code", "commune", place):
        found = where_is(line.text(key)) if key and line.text(key) else None
        if found is not None:
            return Position(*found, degrees=True)
    return None


def _wishes(line: Line, key: str) -> list[Wish]:
    found = [line.understood(key, wish_of, "not_wish", item, examples=EXAMPLES) for item in line.items(key)]
    return [wish for wish in found if isinstance(wish, tuple)]


def _certificates(line: Line) -> dict[str, date]:
    """Read ``permis-c|caces:2027-01-31``: a certificate without a date does not end."""
    held: dict[str, date] = {}
    for item in line.items("certificates"):
        name, _colon, end = item.partition(":")
        if not end.strip():
            held[line.slug(name)] = FOREVER
            continue
        try:
            held[line.slug(name)] = day_of(end.strip())
        except NotUnderstood as problem:
            line.wrong(str(problem), "certificates", found=end.strip())
    return held
