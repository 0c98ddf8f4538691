"""Whatever the map, there is a sentence, in both languages."""

import pytest
from django.utils import translation

from reflexes.engines import opinion
from reflexes.mechanisms.assembly.agreement import words
from reflexes.mechanisms.assembly.agreement.services import read_map


def test_three_people_and_two_statements_have_a_plain_sentence() -> None:
    votes = [("a", "s", 1), ("b", "s", -1), ("c", "t", 0)]
    with translation.override("en"):
        reading = read_map(votes, statements=["s", "t"], seed=1)
    assert reading.map.groups == ()
    assert reading.instead.startswith("Groups are shown from 10 people on; 3 voted so far.")
    with translation.override("fr"):
        reading = read_map(votes, statements=["s", "t"], seed=1)
    assert reading.instead.startswith("Les groupes sont montrés à partir de 10 personnes")


@pytest.mark.parametrize("people", [0, 1, 2, 3, 9, 10, 25])
@pytest.mark.parametrize("statements", [0, 1, 2, 9])
def test_a_map_without_groups_always_says_why(people: int, statements: int) -> None:
    votes = [(f"p{k:02d}", f"s{s}", (-1, 0, 1)[(k * s) % 3]) for k in range(people) for s in range(statements)]
    reading = read_map(votes, statements=[f"s{s}" for s in range(statements)], seed=1)
    assert bool(reading.instead) == (reading.map.groups == ())


def test_what_is_hidden_and_what_marks_a_group_are_said() -> None:
    with translation.override("en"):
        assert words.shares_words(None).startswith("Too few people voted on it")
        assert words.shares_words(opinion.Shares(9, 5, 3, 1)) == "5 agree, 3 disagree, 1 pass"
        one = opinion.Typical("s1", -1, 0.8, 0.25, 3.0)
        assert words.typical_words(one, "More trees") == "disagrees with “More trees”: 80 % here, 25 % elsewhere"
        assert words.group_words(opinion.Group(1, 12, ())) == "Group B, 12 people"
        found = opinion.route([opinion.Exposure("a"), opinion.Exposure("b")], person="p")
        assert words.uniform_words(found).startswith("No statement was shown yet")
