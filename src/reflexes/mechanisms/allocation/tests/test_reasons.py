"""Every code the engine can give has a sentence, and no sentence names anyone."""

import ast
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

from reflexes.engines import matching
from reflexes.mechanisms.allocation import reasons
from reflexes.mechanisms.allocation.services import problem, waves
from tests.harness.words import plain

NAMES = reasons.Names({"driving": "conduire"}, {"4": "Les Paniers"}, {"calls": "appels"}, {"unit": {"7": "Voirie"}})
ENGINE = Path(matching.__file__).parent
HALF = "2026-11-24/am"
# One example of each reason, with the facts the engine gives.
EXAMPLES = {
    "skill": {"skill": "driving"},
    "not_free": {"half_day": HALF},
    "distance": {"km": 12.4, "max_km": 5.0},
    "distance_unknown": {"max_km": 5.0},
    "certificate": {"certificate": "driving", "state": "expired", "end": "2026-01-31"},
    "age": {"min_age": 18, "state": "under"},
    "busy": {"half_day": HALF},
    "cap": {"cap": 3, "day_cap": 2},
    "unit_minimum": {"half_day": HALF},
    "no_mentor": {},
    "team_too_small": {"eligible": 1, "min_team": 3},
    "wish": {"kind": "no_weekday", "value": "2"},
    **{f"forbidden:{code}": {} for code in problem.ENDED.values()},
}
VALUES = {
    "no_weekday": "2",
    "no_date": "2026-11-24",
    "no_half": "am",
    "prefers_half": "pm",
    "no_host": "4",
    "no_kind": "calls",
    "only_kind": "calls|food_aid",
    "near_home": "3.5",
}


def parsed() -> list[ast.Module]:
    return [ast.parse(file.read_text(encoding="utf-8")) for file in ENGINE.glob("*.py")]


def codes_of_the_engine() -> set[str]:
    """Return every literal code given to ``Reason(...)`` in the engine."""
    found = set()
    for tree in parsed():
        for node in ast.walk(tree):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason"
            if named and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def texts_in(function: str) -> set[str]:
    """Return the texts returned by a function of the engine."""
    found = set()
    for tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == function:
                returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
                found |= {
                    part.value
                    for value in returned
                    for part in ast.walk(value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def said(code: str, **params: object) -> str:
    return reasons.sentence(SimpleNamespace(code=code, params=params), NAMES)


def test_every_code_of_the_engine_has_an_example_here():
    found = codes_of_the_engine()
    assert found, "the engine's reasons are no longer written as Reason(code, …): look for them elsewhere"
    assert found <= set(EXAMPLES)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", EXAMPLES)
def test_every_reason_reads_as_a_sentence(code, language):
    with translation.override(language):
        sentence = said(code, **EXAMPLES[code])
        assert sentence.endswith(".")
        assert "%(" not in sentence
        assert not sentence.startswith(said("nobody_foresaw_it").partition("(")[0])


@pytest.mark.parametrize("kind", matching.WISH_KINDS)
def test_every_kind_of_wish_of_the_engine_has_its_own_sentence(kind):
    sentences = {said("wish", kind=one, value=VALUES.get(one, "")) for one in matching.WISH_KINDS}
    assert len(sentences) == len(matching.WISH_KINDS)
    sentence = said("wish", kind=kind, value=VALUES.get(kind, ""))
    assert sentence.endswith(".")
    assert sentence != said("wish", kind="a_kind_nobody_foresaw", value="")


@pytest.mark.parametrize("state", ["missing", "expired"])
def test_certificates_say_whether_they_are_missing_or_ended(state):
    assert "conduire" in said("certificate", certificate="driving", state=state, end="2026-01-31")
    assert said("age", min_age=18, state="unknown") != said("age", min_age=18, state="under")


def test_a_half_of_the_day_reads_well_in_french():
    with translation.override("fr"):
        assert said("wish", kind="no_half", value="pm") == "Une limite n’est jamais dépassée : jamais l’après-midi."
        assert said("wish", kind="no_half", value="am") == "Une limite n’est jamais dépassée : jamais le matin."


def codes_of_a_wave() -> set[str]:
    """Return every literal code a line is held back with."""
    tree = ast.parse(Path(waves.__file__).read_text(encoding="utf-8"))
    return {
        node.args[0].elts[1].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func) == "held_back.append"
        and isinstance(node.args[0], ast.Tuple)
        and isinstance(node.args[0].elts[1], ast.Constant)
    }


def test_every_line_held_back_says_why():
    unforeseen = reasons.held_back("something_else")
    assert unforeseen.endswith(".")
    assert len(codes_of_a_wave()) > 2
    for code in {*EXAMPLES, *codes_of_a_wave()}:
        assert reasons.held_back(code).endswith(".")
        assert reasons.held_back(code) != unforeseen, code


def test_every_cause_of_an_empty_place_has_its_sentence():
    assert texts_in("_why") == set(reasons.WHY_EMPTY)
    assert all(reasons.why_empty(code).endswith(".") for code in reasons.WHY_EMPTY)


def test_the_funnel_says_where_people_are_lost():
    counts = {"people": 90, "skill": 41, "free": 12, "wish": 12, "distance": 5, "eligible": 4, "forbidden:declined": 1}
    with translation.override("en"):
        assert reasons.funnel(counts) == [
            "90 people came forward.",
            "41 have the skill.",
            "12 of them offer that half-day.",
            "5 accept the way.",
            "4 people can still be asked.",
            "1 was asked and said not this time.",
        ]


def test_the_funnel_stops_where_nobody_is_left():
    with translation.override("en"):
        counts = {"people": 9, "skill": 2, "free": 0, "wish": 0, "distance": 0, "eligible": 0, "forbidden:declined": 2}
        assert reasons.funnel(counts) == [
            "9 people came forward.",
            "2 have the skill.",
            "None of them offers that half-day.",
        ]
        assert reasons.funnel({"people": 0, "skill": 0, "free": 0, "eligible": 0}) == ["Nobody came forward yet."]
        counts = {"people": 9, "skill": 2, "free": 2, "eligible": 0, "forbidden:declined": 2, "busy": 0}
        assert reasons.funnel(counts)[3:] == ["Nobody can still be asked.", "2 were asked and said not this time."]


def test_every_step_and_motive_of_the_funnel_is_told():
    people = (matching.Person("p", skills=frozenset({"s"}), half_days=frozenset({HALF})),)
    demands = (matching.Demand("d", "n", HALF, skill="s", headcount=1),)
    counts = matching.ledger_counts(matching.Problem(people=people, demands=demands), "d")
    assert set(counts) == set(reasons.STEPS)
    motives = {*problem.ENDED.values(), problem.SET_ASIDE, "account_spent"}
    assert {f"forbidden:{code}" for code in motives} | {"busy"} == set(reasons.OUTCOMES)


def price(**facts: object) -> list[str]:
    usual = matching.Price()
    given = {name: getattr(usual, name) for name in usual.__slots__} | facts
    return reasons.price(SimpleNamespace(**given), seed=7)


def test_the_exact_price_reads_in_words():
    with translation.override("en"):
        assert price(places_lost_by_priority={3: 1}, km_more=-2.0) == [
            "Placing this person here would leave a vital need 1 place short.",
            "It saves 2 km in all, and places come first.",
        ]
        assert price(places_lost_by_priority={3: 1, 1: -2})[1] == "It would fill 2 places that the plan leaves empty."
        assert price(km_more=2.8) == ["It adds 2.8 km in all."]
        assert price(soft_missed_more=1) == ["1 more preference would not be followed."]
        assert "7" in price(tie=True)[0]
        assert len(price(km_more=2.8, exact=False)) == 2
        assert len(price()) == 1


@pytest.mark.parametrize("kind", ["skill", "half_day", "place", "cap"])
def test_what_lacks_most_reads_in_words(kind):
    one = SimpleNamespace(kind=kind, value="driving" if kind == "skill" else "4", half_day=HALF, places=6)
    sentence = reasons.bottleneck(one, NAMES)
    assert "6" in sentence
    assert {"skill": "conduire", "place": "Les Paniers"}.get(kind, "") in sentence


def test_a_group_reads_in_words_with_its_skew():
    facts = {"selected": 3, "pool": 4, "expected": 1.25, "skewed": True}
    with translation.override("en"):
        assert reasons.spread(SimpleNamespace(trait="unit", value="7", **facts), NAMES) == (
            "Home service, Voirie: 3 of 4 people — SKEW, more than their share (about 1.2 expected)"
        )
        even = SimpleNamespace(trait="age_band", value="30_44", **(facts | {"skewed": False}))
        assert reasons.spread(even, NAMES) == "Age, 30 to 44: 3 of 4 people"
        assert reasons.trait_words("sex", "", NAMES) == ("Sex", "not said")


def test_the_sentences_are_said_in_french_without_a_site():
    script = (
        "from reflexes.config import bare; bare.configure()\n"
        "from reflexes.mechanisms.allocation import reasons\n"
        "from reflexes.engines.matching import Reason\n"
        "facts = {'km': 12.4, 'max_km': 5.0}\n"
        "print(reasons.sentence(Reason('distance', facts), reasons.Names()), reasons.half_day_words('2026-11-24/am'))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert plain(told).strip() == (
        "C’est trop loin : 12 km, alors que la limite dite est de 5 km. mardi 24 novembre 2026, matin"
    )
