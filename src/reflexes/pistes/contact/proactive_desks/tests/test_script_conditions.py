"""Conditions of a script are parsed, never run; answers take one road through the steps."""

import pytest

from reflexes.pistes.contact.proactive_desks.script.conditions import BadCondition, holds, parse
from reflexes.pistes.contact.proactive_desks.script.steps import (
    Choice,
    Step,
    faults,
    kept,
    needs_told,
    road,
    step_after,
    step_before,
    urgent_choices,
    why_not,
)

CONDITIONS = [
    ("${food} = 'no'", True),
    ('${food} != "no"', False),
    ("${missing} = ''", True),
    ("selected(${who}, 'son')", True),
    ("selected(${who}, 'neigh')", False),
    ("not(selected(${who}, 'daughter'))", True),
    ("${age} >= 80", True),
    ("${age} < 9", False),
    ("80 <= ${age}", True),
    ("${food} > 3", False),
    ("${food} = 3", False),
    ("${food} != 3", True),
    ("${age} = 82.0", True),
    ("${food} = 'yes' or ${age} > 80 and ${food} = 'no'", True),
    ("(${food} = 'yes' or ${age} > 80) and ${food} = 'yes'", False),
    ("not(${food} = 'yes') and not(${age} < 60)", True),
    ("${who} = ${missing}", False),
    (" ${ food }='no' ", True),
]
ANSWERS = {"food": "no", "who": "son neighbour", "age": "82", "empty": ""}


@pytest.mark.parametrize(("said", "expected"), CONDITIONS)
def test_a_condition_says_what_xlsform_says(said: str, expected: bool) -> None:
    assert holds(parse(said), ANSWERS) is expected


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "unfinished"),
        ("${food} =", "unfinished"),
        ("${food} = 'no' or", "unfinished"),
        ("${food} 'no'", "unexpected"),
        ("${food} = 'no' ${age}", "unexpected"),
        ("food = 'no'", "unexpected"),
        ("__import__('os')", "unexpected"),
        ("${food} = 'no", "unexpected"),
        ("selected(${who})", "unexpected"),
        ("count(${who}) > 2", "unexpected"),
        ("${a.b} = 1", "unexpected"),
        ("(" * 30 + "${a} = 1" + ")" * 30, "too_deep"),
        ("not(" * 30 + "${a} = 1" + ")" * 30, "too_deep"),
        ("${a} = '" + "x" * 600 + "'", "too_long"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_stands_there(said: str, code: str) -> None:
    with pytest.raises(BadCondition) as refused:
        parse(said)
    assert refused.value.code == code


def word(value: str) -> dict[str, str]:
    return {"fr": value, "en": value}


YES_NO = (Choice("yes", word("oui")), Choice("no", word("non"), need="food", urgent=True))
STEPS = [
    Step("hello", "note", word("Bonjour")),
    Step("food", "select_one", word("Mangez-vous ?"), choices=YES_NO, required=True),
    Step("since", "integer", word("Depuis combien de jours ?"), relevant="${food} = 'no'"),
    Step("more", "text", word("Racontez"), relevant="${since} > 2", need="health"),
    Step("end", "note", word("Merci")),
]


def test_a_step_is_asked_only_when_its_condition_holds() -> None:
    assert [step.name for step in road(STEPS, {"food": "yes"})] == ["hello", "food", "end"]
    assert [step.name for step in road(STEPS, {"food": "no", "since": "3"})] == [step.name for step in STEPS]
    assert step_after(STEPS, {"food": "yes"}, "food").name == "end"  # type: ignore[union-attr]
    assert step_after(STEPS, {"food": "no"}, "food").name == "since"  # type: ignore[union-attr]
    assert step_before(STEPS, {"food": "yes"}, "end").name == "food"  # type: ignore[union-attr]
    assert step_after(STEPS, {}, "end") is None
    assert step_before(STEPS, {}, "hello") is None
    assert step_after(STEPS, {}, "gone").name == "hello"  # type: ignore[union-attr]


def test_an_answer_hidden_by_an_earlier_one_no_longer_counts() -> None:
    answers = {"food": "yes", "since": "5", "more": "Plus rien depuis mardi."}
    assert [step.name for step in road(STEPS, answers)] == ["hello", "food", "end"]
    assert kept(STEPS, answers) == {"food": "yes"}
    assert needs_told(STEPS, answers) == []
    assert needs_told(STEPS, {**answers, "food": "no"}) == ["food", "health"]
    assert urgent_choices(STEPS, answers) == []
    assert urgent_choices(STEPS, {"food": "no"}) == ["food"]


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("food", "", "required"),
        ("food", "yes", ""),
        ("food", "yes no", "not_a_choice"),
        ("food", "perhaps", "not_a_choice"),
        ("since", "three", "not_a_number"),
        ("since", "3", ""),
        ("since", "", ""),
        ("hello", "x", "note"),
        ("more", "x" * 5000, "too_long"),
    ],
)
def test_an_answer_is_checked_against_its_step(name: str, said: str, code: str) -> None:
    step = next(one for one in STEPS if one.name == name)
    assert why_not(step, said) == code


def test_a_day_is_a_day_and_several_choices_are_known_ones() -> None:
    day = Step("day", "date", word("Quand ?"))
    assert (why_not(day, "2026-11-31"), why_not(day, "2026-11-30")) == ("not_a_day", "")
    several = Step("who", "select_multiple", word("Qui ?"), choices=YES_NO)
    assert (why_not(several, "yes no"), why_not(several, "yes maybe")) == ("", "not_a_choice")


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step("1a", "text", word("x")), "bad_name"),
        (Step("food", "text", word("x")), "name_twice"),
        (Step("x", "geopoint", word("x")), "unknown_kind"),
        (Step("x", "text", {"fr": " "}), "no_label"),
        (Step("x", "select_one", word("x")), "no_choices"),
        (Step("x", "select_one", word("x"), choices=(Choice("a b", word("x")),)), "bad_value"),
        (Step("x", "select_one", word("x"), choices=(Choice("a", word("x")),) * 2), "value_twice"),
        (Step("x", "text", word("x"), relevant="${later} = 1"), "condition_before_asked"),
        (Step("x", "text", word("x"), relevant="${food} = 'noo'"), "condition_unknown_choice"),
        (Step("x", "text", word("x"), relevant="selected(${food}, 'noo')"), "condition_unknown_choice"),
        (Step("x", "text", word("x"), relevant="${food} is 'no'"), "condition_unexpected"),
    ],
)
def test_a_script_that_cannot_work_is_named_step_by_step(step: Step, code: str) -> None:
    assert [fault.code for fault in faults([*STEPS, step])] == [code]


def test_a_script_without_faults_has_none_and_an_empty_one_has_one() -> None:
    assert faults(STEPS) == []
    assert [fault.code for fault in faults([])] == ["no_steps"]
