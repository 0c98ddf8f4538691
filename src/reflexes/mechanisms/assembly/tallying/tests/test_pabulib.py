"""Pabulib files: what is read is what was written, and whatever is wrong has its row, its column and its sentence."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.mechanisms.assembly.tallying.pabulib import compose, read_pabulib, write_pabulib

GOOD = """META
key;value
description;Parks
budget;1000,50
vote_type;approval
rule;greedy
num_votes;3
max_length;2
our_own_key;kept
PROJECTS
project_id;cost;votes;name;selected;our_column
p1;400;2;"Benches; and trees";1;north
p2;700.25;1;Fountain;0;
VOTES
voter_id;age;vote;voting_method
1;34;p1;paper
2;51;p2, p1;internet
3;;;internet
"""


def read(text: str):
    return read_pabulib(text, "vote.pb")


def changed(old: str, new: str):
    assert old in GOOD
    return read(GOOD.replace(old, new))


def test_a_file_is_read_whole() -> None:
    file = read(GOOD)
    assert not file.refused
    assert file.budget == Fraction(2001, 2)
    assert file.costs == {"p1": 400, "p2": Fraction(2801, 4)}
    assert file.marks == {(("p1", 1),): 1, (("p1", 1), ("p2", 1)): 1, (): 1}
    assert file.selected == ("p1",)
    assert file.names() == {"p1": "Benches; and trees", "p2": "Fountain"}


def test_a_file_written_again_loses_nothing() -> None:
    once = write_pabulib(read(GOOD))
    assert "our_own_key;kept" in once
    assert 'p1;400;2;"Benches; and trees";1;north' in once
    again = read(once)
    assert {name: (part.titles, part.rows) for name, part in again.parts.items()} == {
        name: (part.titles, part.rows) for name, part in read(GOOD).parts.items()
    }
    assert write_pabulib(again) == once


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(CELLS.map(str.strip), min_size=1, max_size=4), st.lists(st.sets(st.integers(0, 3)), min_size=1, max_size=5)
)
def test_whatever_the_names_a_composed_file_is_read_back(names: list[str], votes: list[set[int]]) -> None:
    projects = [{"project_id": f"p{k}", "cost": k + 1, "name": name} for k, name in enumerate(names)]
    said = [
        {"voter_id": k, "vote": ",".join(f"p{one}" for one in sorted(vote) if one < len(names))}
        for k, vote in enumerate(votes)
    ]
    file = read(write_pabulib(compose({"budget": 10}, projects, said)))
    assert not file.refused
    assert file.parts["PROJECTS"].column("name") == names
    assert sum(file.marks.values()) == len(votes)


@pytest.mark.parametrize(
    ("old", "new", "code", "row", "column"),
    [
        ("PROJECTS\n", "", "no_section", None, ""),
        ("META\n", "", "outside", 1, ""),
        ("budget;1000,50\n", "", "no_key", 1, ""),
        ("budget;1000,50", "budget;much", "not_budget", 4, "value"),
        ("budget;1000,50", "budget;0", "not_budget", 4, "value"),
        ("vote_type;approval", "vote_type;shouting", "not_vote_type", 5, "value"),
        ("max_length;2", "max_length;two", "not_whole", 8, "value"),
        ("project_id;cost", "project_id;price", "no_column", 10, ""),
        ("p1;400", "p1;-400", "not_amount", 12, "cost"),
        ("p1;400", "p1;1e9", "not_amount", 12, "cost"),
        ("p2;700.25", "p1;700.25", "project_again", 13, "project_id"),
        ("p2;700.25", ";700.25", "no_id", 13, "project_id"),
        ("1;34;p1;paper", "1;34;p9;paper", "unknown_project", 16, "vote"),
        ("1;34;p1;paper", "1;34;p1;paper;more", "beyond_titles", 16, ""),
        ('"Benches; and trees"', '"Benches', "quotes", 12, ""),
        ("voter_id;age;vote;", "voter_id;age;choice;", "no_column", 14, ""),
    ],
)
def test_each_fault_has_its_row_and_column(old: str, new: str, code: str, row: int | None, column: str) -> None:
    file = changed(old, new)
    assert file.refused
    found = file.problems[0]
    assert (found.code, found.column) == (code, column)
    if row is not None:
        assert found.row == row
    assert str(found).startswith("vote.pb")


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        ("num_votes;3", "num_votes;4", "count_differs", 7),
        ("p1;400;2", "p1;400;5", "votes_differ", 12),
        ("max_length;2", "max_length;1", "too_long", 17),
        ("2;51;", "1;51;", "voter_again", 17),
        ("p2, p1", "p2,p1,p1", "chosen_again_counted_once", 17),
        ("our_own_key;kept", "budget_per_category;3,4", "budget_parts", 9),
        ("1;34;p1", "1;34;p1", "empty_votes", 18),
    ],
)
def test_what_is_odd_is_said_and_counted(old: str, new: str, code: str, row: int) -> None:
    file = changed(old, new)
    assert not file.refused
    assert (code, row) in {(found.code, found.row) for found in file.problems}


POINTS = """META
key;value
budget;100
vote_type;cumulative
max_sum_points;10
PROJECTS
project_id;cost
a;40
b;70
VOTES
voter_id;vote;points
1;a,b;7,3
2;b;2.5
"""


def test_points_are_read_exactly() -> None:
    file = read(POINTS)
    assert not file.problems
    assert file.marks == {(("a", 7), ("b", 3)): 1, (("b", Fraction(5, 2)),): 1}
    scored = read(POINTS.replace("cumulative", "scoring"))
    assert scored.marks == file.marks


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1;a,b;7,3", "1;a,b;7", "points_apart"),
        ("1;a,b;7,3", "1;a,b;7,-3", "not_points"),
        ("1;a,b;7,3", "1;a,a;7,3", "chosen_again"),
        ("1;a,b;7,3", "1;a,b;9,3", "too_many_points"),
    ],
)
def test_points_that_do_not_fit_are_said(old: str, new: str, code: str) -> None:
    found = read(POINTS.replace(old, new)).problems
    assert [(one.code, one.row) for one in found] == [(code, 12)]


def test_a_ranked_vote_gives_its_first_the_most_points() -> None:
    text = POINTS.replace("cumulative", "ordinal").replace(";points", "").replace(";7,3", "").replace(";2.5", "")
    assert read(text.replace("max_sum_points;10", "max_length;3")).marks == {(("a", 3), ("b", 2)): 1, (("b", 3),): 1}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_a_file_or_sentences(text: str) -> None:
    file = read(text)
    assert file.refused
    assert all(str(found) for found in file.problems)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 30), st.text(max_size=6))
def test_a_file_broken_anywhere_gives_a_file_or_sentences(start: int, length: int, new: str) -> None:
    file = read(GOOD[:start] + new + GOOD[start + length :])
    assert all(str(found).startswith("vote.pb") for found in file.problems)
    assert file.refused or file.marks
