"""Pabulib files (.pb), text in and text out. Nothing here raises: what is wrong is in ``PabulibFile.problems``.

Three parts in one text: META (key;value), PROJECTS and VOTES (a row of titles, then rows), cells apart by semicolons.
Columns and keys that nobody reads here are kept, so that a file written again loses nothing.

Source: pabulib.org/format; Stolicki, Szufa, Talmon, *Pabulib: a participatory budgeting library*, 2020.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from reflexes.core.sheets.problems import Level, Problem, has_errors
from reflexes.mechanisms.assembly.tallying.problems import problem

PARTS = ("META", "PROJECTS", "VOTES")
REQUIRED = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("vote",)}
ONE_POINT = ("approval", "choose-1")
WITH_POINTS = ("cumulative", "scoring")
VOTE_TYPES = (*ONE_POINT, *WITH_POINTS, "ordinal")
AMOUNT = re.compile(r"\d{1,15}([.,]\d{1,6})?", re.ASCII)
LONGEST_CELL = 1_000_000
SPLIT_BUDGETS = ("budget_per_category", "budget_per_neighborhood")

Marks = tuple[tuple[str, int | Fraction], ...]


@dataclass(slots=True)
class Part:
    """One of the three parts: titles, rows, and the row of the file each comes from."""

    titles: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    row: int | None = None

    def place(self, title: str) -> int | None:
        """Return the place of a column, ``None`` when it is not there."""
        return self.titles.index(title) if title in self.titles else None

    def column(self, title: str) -> list[str]:
        """Return the cells of a column; empty cells when it is not there."""
        place = self.place(title)
        return [row[place] if place is not None and place < len(row) else "" for row in self.rows]


@dataclass(slots=True)
class PabulibFile:
    """A file as it is, and what it says: ``costs`` by project, ``marks`` written by so many voters, winners named."""

    name: str
    parts: dict[str, Part] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    budget: Fraction = Fraction(0)
    costs: dict[str, Fraction] = field(default_factory=dict)
    marks: dict[Marks, int] = field(default_factory=dict)
    selected: tuple[str, ...] | None = None

    @property
    def refused(self) -> bool:
        """Tell whether something stops the work."""
        return has_errors(self.problems)

    @property
    def meta(self) -> dict[str, str]:
        """The keys and values of META."""
        return {row[0]: row[1] if len(row) > 1 else "" for row in self.parts.get("META", Part()).rows}

    @property
    def vote_type(self) -> str:
        """How people voted: one of ``VOTE_TYPES``."""
        return self.meta.get("vote_type", "")

    def names(self) -> dict[str, str]:
        """Return what each project is called; its identifier when the file gives no name."""
        part = self.parts["PROJECTS"]
        said = zip(part.column("project_id"), part.column("name"), strict=True)
        return {project: name or project for project, name in said}

    def meta_row(self, key: str) -> int | None:
        """Return the row of a key of META."""
        part = self.parts.get("META", Part())
        return next((number for row, number in zip(part.rows, part.numbers, strict=True) if row[0] == key), None)


def read_pabulib(text: str, name: str) -> PabulibFile:
    """Read the text of a file that people call ``name``; every problem has its row and column.

    Cost: linear; identical votes are read once.

    >>> file = read_pabulib("META\\nkey;value\\nbudget;9\\nvote_type;approval\\nPROJECTS\\nproject_id;cost\\na;5\\n"
    ...     "VOTES\\nvoter_id;vote\\n1;a\\n2;a\\n", "small.pb")
    >>> file.budget, file.costs, file.marks
    (Fraction(9, 1), {'a': Fraction(5, 1)}, {(('a', 1),): 2})
    """
    file = PabulibFile(name)
    for part in _split(text, file):
        _titles(file, part)
    if not file.refused:
        _meta(file)
        _projects(file)
    if not file.refused:
        _votes(file)
    if not file.refused:
        file.problems += _differences(file)
    return file


def write_pabulib(file: PabulibFile) -> str:
    """Return the text of a file, whatever its keys and columns.

    >>> text = write_pabulib(compose({"budget": 9}, [{"project_id": "a", "cost": 5}], [{"voter_id": 1, "vote": "a"}]))
    >>> read_pabulib(text, "again.pb").marks
    {(('a', 1),): 1}
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    for name in PARTS:
        part = file.parts[name]
        out.write(f"{name}\n")
        writer.writerow(part.titles)
        writer.writerows([" ".join(cell.splitlines()) for cell in row] for row in part.rows)
    return out.getvalue()


def compose(
    meta: Mapping[str, object], projects: Iterable[Mapping[str, object]], votes: Iterable[Mapping[str, object]]
) -> PabulibFile:
    """Return a file made of these; the titles are the keys met, required ones first. ``write_pabulib`` takes it."""
    known = {"vote_type": "approval", **meta}
    file = PabulibFile("")
    file.parts["META"] = Part(["key", "value"], [[key, str(value)] for key, value in known.items()])
    file.parts["PROJECTS"] = _part(["project_id", "cost"], projects)
    file.parts["VOTES"] = _part(["voter_id", "vote"], votes)
    return file


def _part(first: list[str], rows: Iterable[Mapping[str, object]]) -> Part:
    rows = list(rows)
    titles = list(dict.fromkeys([*first, *(key for row in rows for key in row)]))
    return Part(titles, [[str(row.get(title, "")) for title in titles] for row in rows])


def _split(text: str, file: PabulibFile) -> Iterator[str]:
    """Cut the text in its parts; yield the names of those found."""
    limit = csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    part: Part | None = None
    before = 0
    try:
        for row in reader:
            number, before = before + 1, reader.line_num
            cells = [cell.strip() for cell in row]
            if reader.line_num > number:
                file.problems.append(problem("quotes", file.name, row=number))
                return
            if not any(cells):
                continue
            if cells[0].upper() in PARTS and not any(cells[1:]):
                part = file.parts.setdefault(cells[0].upper(), Part(row=number))
            elif part is None:
                file.problems.append(problem("outside", file.name, row=number, found=cells[0]))
                return
            elif not part.titles:
                part.titles = [cell.lower() for cell in cells]
            else:
                part.rows.append(cells)
                part.numbers.append(number)
    except csv.Error:
        file.problems.append(problem("quotes", file.name, row=before + 1))
        return
    finally:
        csv.field_size_limit(limit)
    for name in PARTS:
        if name not in file.parts:
            file.problems.append(problem("no_section", file.name, section=name))
    yield from file.parts


def _titles(file: PabulibFile, name: str) -> None:
    part = file.parts[name]
    if not part.titles:
        file.problems.append(problem("no_titles", file.name, row=part.row, section=name))
        return
    for title in REQUIRED[name]:
        if part.place(title) is None:
            file.problems.append(problem("no_column", file.name, row=part.row, section=name, found=title))
    for row, number in zip(part.rows, part.numbers, strict=True):
        beyond = [cell for cell in row[len(part.titles) :] if cell]
        if beyond and name != "META":
            file.problems.append(problem("beyond_titles", file.name, row=number, found=beyond[0]))


def amount_of(cell: str) -> Fraction | None:
    """Return the amount a cell holds, with a decimal point or comma; ``None`` when it is not one.

    >>> amount_of("12,5"), amount_of("-3"), amount_of("1e9")
    (Fraction(25, 2), None, None)
    """
    return Fraction(cell.replace(",", ".")) if AMOUNT.fullmatch(cell) else None


def _meta(file: PabulibFile) -> None:
    meta = file.meta
    for key in ("budget", "vote_type"):
        if key not in meta:
            file.problems.append(problem("no_key", file.name, row=file.parts["META"].row, found=key))
    if "budget" in meta:
        budget = amount_of(meta["budget"])
        if not budget:
            row = file.meta_row("budget")
            file.problems.append(problem("not_budget", file.name, row=row, column="value", found=meta["budget"]))
        file.budget = budget or Fraction(0)
    if "vote_type" in meta and meta["vote_type"] not in VOTE_TYPES:
        row, known = file.meta_row("vote_type"), ", ".join(VOTE_TYPES)
        found = meta["vote_type"]
        file.problems.append(problem("not_vote_type", file.name, row=row, column="value", found=found, known=known))
    for key in ("max_length", "max_sum_points"):
        if meta.get(key) and whole(meta[key]) is None:
            row = file.meta_row(key)
            file.problems.append(problem("not_whole", file.name, row=row, column="value", found=meta[key]))


def whole(cell: str) -> int | None:
    """Return the whole number a cell holds, ``None`` when it is not one."""
    return int(cell) if re.fullmatch(r"\d{1,12}", cell, re.ASCII) else None


def _projects(file: PabulibFile) -> None:
    part = file.parts["PROJECTS"]
    rows: dict[str, int] = {}
    for project, cost, number in zip(part.column("project_id"), part.column("cost"), part.numbers, strict=True):
        amount = amount_of(cost)
        if not project:
            file.problems.append(problem("no_id", file.name, row=number, column="project_id"))
        elif project in rows:
            again = problem(
                "project_again", file.name, row=number, column="project_id", found=project, other=rows[project]
            )
            file.problems.append(again)
        if amount is None:
            file.problems.append(problem("not_amount", file.name, row=number, column="cost", found=cost))
        rows.setdefault(project, number)
        file.costs[project] = amount or Fraction(0)
    if not part.rows:
        file.problems.append(problem("no_projects", file.name, row=part.row))
    if part.place("selected") is not None:
        chosen = zip(part.column("project_id"), part.column("selected"), strict=True)
        file.selected = tuple(project for project, said in chosen if said not in {"", "0"})


def _votes(file: PabulibFile) -> None:
    """Read each distinct vote once, at the first row that says it."""
    part = file.parts["VOTES"]
    if not part.rows:
        file.problems.append(problem("no_votes", file.name, row=part.row))
        return
    first: dict[tuple[str, str], int] = {}
    voters: dict[tuple[str, str], int] = {}
    for said, number in zip(zip(part.column("vote"), part.column("points"), strict=True), part.numbers, strict=True):
        first.setdefault(said, number)
        voters[said] = voters.get(said, 0) + 1
    chosen = {said: _cut(said[0]) for said in first}
    longest = max(map(len, chosen.values()))
    reader = _Vote(file, whole(file.meta.get("max_length", "")) or longest)
    rank = {project: place for place, project in enumerate(file.costs)}
    for said, number in first.items():
        marks = reader.read(chosen[said], said[1], number)
        key = tuple(sorted(marks.items(), key=lambda mark: rank[mark[0]]))
        file.marks[key] = file.marks.get(key, 0) + voters[said]
    file.problems += _limits(file, chosen, first, voters)


def _cut(cell: str) -> list[str]:
    return [one.strip() for one in cell.split(",") if one.strip()]


@dataclass(frozen=True, slots=True)
class _Vote:
    """Reads one vote: projects, and points from the cell, or from the rank (``most`` for the first, one less each)."""

    file: PabulibFile
    most: int

    def read(self, projects: list[str], points: str, row: int) -> dict[str, int | Fraction]:
        given = self._points(projects, points, row)
        marks: dict[str, int | Fraction] = {}
        for project, number in zip(projects, given, strict=True):
            if project not in self.file.costs:
                self._say("unknown_project", row, "vote", found=project)
            elif project in marks:
                self._again(project, row)
            else:
                marks[project] = number
        return marks

    def _points(self, projects: list[str], points: str, row: int) -> list[int | Fraction]:
        kind, cells = self.file.vote_type, _cut(points)
        if kind in ONE_POINT:
            return [1] * len(projects)
        if kind == "ordinal" and not cells:
            return [max(self.most - place, 0) for place in range(len(projects))]
        if len(cells) != len(projects):
            self._say("points_apart", row, "points", points=len(cells), projects=len(projects))
            return [0] * len(projects)
        given: list[int | Fraction] = []
        for cell in cells:
            amount = amount_of(cell)
            if amount is None:
                self._say("not_points", row, "points", found=cell)
            given.append(int(amount) if amount is not None and amount.denominator == 1 else amount or 0)
        return given

    def _again(self, project: str, row: int) -> None:
        once = self.file.vote_type in ONE_POINT
        code, level = ("chosen_again_counted_once", Level.WARNING) if once else ("chosen_again", Level.ERROR)
        self.file.problems.append(problem(code, self.file.name, row=row, column="vote", level=level, found=project))

    def _say(self, code: str, row: int, column: str, **params: object) -> None:
        self.file.problems.append(problem(code, self.file.name, row=row, column=column, **params))


def _limits(
    file: PabulibFile,
    chosen: Mapping[tuple[str, str], list[str]],
    first: Mapping[tuple[str, str], int],
    voters: Mapping[tuple[str, str], int],
) -> Iterator[Problem]:
    """Yield what many rows have in common, once, at the first of them."""
    most, points = whole(file.meta.get("max_length", "")), whole(file.meta.get("max_sum_points", ""))
    given = {said: sum(amount_of(one) or 0 for one in _cut(said[1])) for said in first if points is not None}
    checks = (
        ("empty_votes", "vote", 0, [said for said, projects in chosen.items() if not projects]),
        ("too_long", "vote", most, [said for said, projects in chosen.items() if most and len(projects) > most]),
        ("too_many_points", "points", points, [said for said, sum_of in given.items() if sum_of > (points or 0)]),
    )
    for code, column, limit, rows in checks:
        if rows:
            count, row = sum(voters[said] for said in rows), min(first[said] for said in rows)
            yield problem(code, file.name, row=row, column=column, level=Level.WARNING, count=count, limit=limit)
    seen: set[str] = set()
    again: dict[str, int] = {}
    part = file.parts["VOTES"]
    for voter, number in zip(part.column("voter_id"), part.numbers, strict=True):
        if voter and voter in seen:
            again.setdefault(voter, number)
        seen.add(voter)
    if again:
        row = min(again.values())
        yield problem("voter_again", file.name, row=row, column="voter_id", level=Level.WARNING, count=len(again))


def _differences(file: PabulibFile) -> Iterator[Problem]:
    """Yield where the figures written beside the votes are not those of the votes."""
    meta, warning = file.meta, Level.WARNING
    for key, part in (("num_projects", "PROJECTS"), ("num_votes", "VOTES")):
        counted = len(file.parts[part].rows)
        if meta.get(key) and whole(meta[key]) != counted:
            row = file.meta_row(key)
            yield problem(
                "count_differs", file.name, row=row, column="value", level=warning, found=meta[key], counted=counted
            )
    for key in SPLIT_BUDGETS:
        if meta.get(key):
            yield problem("budget_parts", file.name, row=file.meta_row(key), column="value", level=warning)
    votes = dict.fromkeys(file.costs, 0)
    for marks, voters in file.marks.items():
        for project, _points in marks:
            votes[project] += voters
    part = file.parts["PROJECTS"]
    rows = zip(part.column("project_id"), part.column("votes"), part.numbers, strict=True)
    for project, said, number in rows:
        if said and whole(said) != votes[project]:
            yield problem(
                "votes_differ",
                file.name,
                row=number,
                column="votes",
                level=warning,
                found=said,
                counted=votes[project],
            )
