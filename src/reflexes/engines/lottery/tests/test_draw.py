"""The public draw: the same everywhere, fair, replaceable, and refused by the verifier as soon as a comma moves."""

import copy
import json
import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reflexes.engines.lottery import (
    Departure,
    Impossible,
    ProblemError,
    drawn,
    holds,
    merkle,
    own_line,
    panel_now,
    publish,
    sealed,
    select,
    verify,
    verify_draw,
    with_departures,
)
from reflexes.engines.lottery.draw import ranking, seed_of, ticket_of
from reflexes.engines.lottery.profiles import groups_of
from reflexes.engines.lottery.tests.small import keeps, panels, pool, problems, symmetric

SAID = ["drand:5120000:" + "ab" * 32, "dice:4-7-1"]
SOURCES = [["drand:5120000", "drand:5120001", "loto:2026-11-28"], ["dice"]]


def town():
    """Forty people, two questions, five households of two."""
    rows = ["AX", "AY", "BX", "BY", "BY"] * 8
    quotas = {(0, "A"): (4, 6), (0, "B"): (4, 6), (1, "X"): (4, 6), (1, "Y"): (4, 6)}
    return pool(rows, quotas, 10, [f"h{at // 2}" if at < 10 else "" for at in range(40)])


@pytest.fixture(scope="module")
def announced():
    problem = town()
    return publish(problem, select(problem, tickets=100), sources=SOURCES)


def false(record):
    return [finding.code for finding in verify(record) if finding.ok is False]


def test_a_record_is_verified_before_the_draw_after_it_and_after_departures(announced):
    assert not false(announced)
    record = drawn(announced, SAID, [[], []])
    assert not false(record)
    first = record["draw"]["panel"][0]
    after = with_departures(record, [Departure(first, "illness")])
    assert not false(after)
    assert first not in panel_now(after)
    assert len(panel_now(after)) == 10


def test_the_panel_keeps_quotas_and_households(announced):
    problem = town()
    people = {person.id: person for person in problem.people}
    for round_ in range(40):
        record = drawn(announced, [f"drand:5120000:{round_:064x}", "dice:1-1-1"], [[], []])
        assert keeps(problem, [people[one] for one in record["draw"]["panel"]])


def test_everyone_sits_as_often_as_their_published_chance(announced):
    counts = Counter()
    draws = 1_500
    for round_ in range(draws):
        record = drawn(announced, [f"drand:5120000:{round_:064x}", "dice:1-1-1"], [[], []])
        counts.update(record["draw"]["panel"])
    plan = announced["plan"]
    for person, group, _home in announced["pool"]:
        chance = plan["seats"][group] / (100 * plan["groups"][group]["people"])
        # Five standard deviations.
        assert abs(counts[person] / draws - chance) < 5 * (chance * (1 - chance) / draws) ** 0.5


@settings(max_examples=40, deadline=None)
@given(problems(homes=True), st.binary(min_size=4, max_size=4))
def test_any_small_pool_is_drawn_into_a_panel_that_keeps_every_rule(problem, luck):
    assume(len(panels(problem)))
    record = drawn(publish(problem, select(problem, tickets=7)), [f"dice:{luck.hex()}"])
    people = {person.id: person for person in problem.people}
    assert keeps(problem, [people[one] for one in record["draw"]["panel"]])
    assert not false(record)


@settings(max_examples=40, deadline=None)
@given(problems(homes=True), st.lists(st.integers(0, 7), max_size=6, unique=True))
def test_any_departures_are_replaced_the_same_way_by_the_verifier(problem, leaving):
    assume(len(panels(problem)))
    record = drawn(publish(problem, select(problem, tickets=5)), ["dice:1"])
    ids = [person.id for person in problem.people]
    after = with_departures(record, [Departure(ids[at], "moved") for at in leaving if at < len(ids)])
    assert not false(after)
    people = {person.id: person for person in problem.people}
    homes = [people[one].household for one in panel_now(after) if people[one].household]
    assert len(homes) == len(set(homes))


def test_a_drop_out_is_replaced_by_the_next_of_the_same_profile_in_the_ranking(announced):
    record = drawn(announced, SAID, [[], []])
    panel, pool_ = record["draw"]["panel"], {line[0]: line for line in record["pool"]}
    answers = [tuple(group["answers"]) for group in record["plan"]["groups"]]
    order = ranking(bytes.fromhex(record["draw"]["seed"]), pool_)
    gone = panel[3]
    homes = {pool_[one][2] for one in panel if one != gone} - {""}
    expected = next(
        one
        for one in order
        if one not in panel and answers[pool_[one][1]] == answers[pool_[gone][1]] and pool_[one][2] not in homes
    )
    line = with_departures(record, [Departure(gone, "work")])["departures"][0]
    assert (line["came"], line["manner"], line["rank"]) == (expected, "same_profile", order.index(expected) + 1)


def test_when_a_profile_is_used_up_the_one_who_keeps_the_quotas_comes():
    problem = pool(["A", "B", "C", "C", "B", "B"], {(0, "A"): (0, 1), (0, "B"): (1, 2), (0, "C"): (0, 1)}, 2)
    record = drawn(publish(problem, select(problem, tickets=10)), ["dice:3"])
    people = {person.id: person.answers[0] for person in problem.people}
    leaving = [one for one in record["draw"]["panel"] if people[one] != "B"]
    while leaving:
        record = with_departures(record, [Departure(leaving[0], "illness")])
        leaving = [one for one in panel_now(record) if people[one] != "B"]
    assert Counter(people[one] for one in panel_now(record)) == {"B": 2}
    assert "quotas" in {line["manner"] for line in record["departures"]}
    assert not false(record)


def test_when_nobody_is_left_the_seat_stays_empty_and_says_so():
    problem = pool(["A", "A"], {(0, "A"): (0, 2)}, 2)
    record = with_departures(
        drawn(publish(problem, select(problem, tickets=3)), ["dice:1"]), [Departure("p000", "illness")]
    )
    assert record["departures"][0]["manner"] == "nobody"
    assert not false(record)


def test_somebody_of_the_reserve_who_withdraws_is_never_called(announced):
    record = drawn(announced, SAID, [[], []])
    waiting = next(line[0] for line in record["pool"] if line[0] not in record["draw"]["panel"])
    after = with_departures(record, [Departure(waiting, "no longer available")])
    assert after["departures"][0]["manner"] == "reserve"
    with pytest.raises(ProblemError) as refused:
        with_departures(after, [Departure(waiting, "again")])
    assert refused.value.code == "departure"


def test_a_silent_source_gives_way_to_the_next_announced_and_the_record_says_so(announced):
    record = drawn(announced, ["loto:2026-11-28:3-9-17-22-40", "dice:4-7-1"], [["drand:5120000", "drand:5120001"], []])
    assert not false(record)
    hidden = drawn(announced, ["loto:2026-11-28:3-9-17-22-40", "dice:4-7-1"], [[], []])
    assert false(hidden) == ["seed"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (["drand:5120000:ab"], "sources"),
        (["drand:9:ab", "dice:1"], "not_announced"),
        (["drand:5120000:", "dice:1"], "no_value"),
        (["drand:5120000:a\nb", "dice:1"], "no_value"),
    ],
)
def test_words_that_were_not_announced_are_refused(announced, said, code):
    with pytest.raises(ProblemError) as refused:
        drawn(announced, said)
    assert refused.value.code == code


def test_one_record_is_drawn_once(announced):
    record = drawn(announced, SAID, [[], []])
    with pytest.raises(ProblemError) as refused:
        drawn(record, SAID)
    assert refused.value.code == "already_drawn"


FORGERIES = {
    "a quota after the commitment": (lambda r: r["plan"]["quotas"][0].__setitem__(2, 0), {"commitment"}),
    "a person added to the pool": (lambda r: r["pool"].append(["zz", 0, ""]), {"pool"}),
    "a person moved to another profile": (lambda r: r["pool"][0].__setitem__(1, (r["pool"][0][1] + 1) % 4), {"pool"}),
    "a panel arranged": (lambda r: r["draw"]["panel"].reverse(), {"panel"}),
    "another ticket": (lambda r: r["draw"].__setitem__("ticket", r["draw"]["ticket"] % 100 + 1), {"ticket"}),
    "dice thrown again": (lambda r: r["draw"]["said"].__setitem__(1, "dice:9-9-9"), {"seed"}),
    "a chance embellished": (lambda r: r["plan"]["seats"].__setitem__(0, 999), {"commitment", "chances"}),
    "a bound embellished": (lambda r: r["plan"]["bound"].__setitem__("value", "1/1000"), {"commitment", "bound"}),
    "a ticket of friends": (lambda r: r["plan"]["compositions"][0][0].__setitem__(1, 99), {"commitment", "tickets"}),
    "a reserve jumped": (lambda r: r["departures"][0].__setitem__("rank", 1), {"departures"}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_record_is_refused(announced, name):
    record = drawn(announced, SAID, [[], []])
    record = copy.deepcopy(with_departures(record, [Departure(record["draw"]["panel"][0], "illness")]))
    forge, codes = FORGERIES[name]
    forge(record)
    assert codes <= set(false(record))


def test_a_forged_plan_with_its_commitment_recomputed_still_fails_on_what_it_forged(announced):
    record = copy.deepcopy(announced)
    record["plan"]["bound"]["value"] = "1/1000"
    record["commitment"] = verify_draw.sha256(record["plan"])
    assert false(record) == ["bound"]


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["plan", "commitment", "pool", "draw", "format", "groups", "tickets"]),
                inner,
                max_size=4,
            )
        ),
    )
)
def test_whatever_the_record_the_verifier_answers(record):
    assert not holds(verify(record))


def test_a_person_checks_their_own_line_by_the_tree(announced):
    shown = own_line(announced, "p007")
    assert verify_draw.follows(shown, announced["plan"]["pool"]["root"])
    shown["line"][1] += 1
    assert not verify_draw.follows(shown, announced["plan"]["pool"]["root"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_every_leaf_of_a_tree_has_its_way_and_no_other(lines, data):
    leaves = [merkle.leaf_hash(line) for line in lines]
    place = data.draw(st.integers(0, len(lines) - 1))
    top = merkle.root(leaves)
    way = merkle.proof(leaves, place)
    assert merkle.follows(leaves[place], way, top)
    assert not merkle.follows(merkle.leaf_hash(b"somebody else"), way, top)
    assert verify_draw.root(leaves) == top


def test_the_record_is_verified_without_its_pool_and_names_nobody_else(announced):
    record = drawn(announced, SAID, [[], []])
    closed = sealed(record)
    assert "pool" not in closed
    assert not false(closed)
    outside = {line[0] for line in record["pool"]} - set(record["draw"]["panel"])
    assert not any(person in json.dumps(closed) for person in outside)
    closed["opened"][0]["line"][1] += 1
    assert "opened" in false(closed)


def test_the_record_holds_pseudonyms_and_counts_only_and_no_float(announced):
    def walk(value):
        if isinstance(value, dict):
            assert all(isinstance(key, str) for key in value)
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)
        else:
            assert value is None or isinstance(value, (str, int))

    walk(drawn(announced, SAID, [[], []]))
    assert set(announced) == {"plan", "commitment", "pool"}
    # The households of the sheet are renumbered: their names stay home.
    assert not any(line[2].startswith("h") for line in announced["pool"])


def test_every_ticket_is_equally_likely():
    counts = Counter(ticket_of(seed_of("c", [str(number)]), 7) for number in range(7_000))
    assert set(counts) == set(range(1, 8))
    assert all(abs(count - 1_000) < 150 for count in counts.values())


PROGRAM = """
import json, sys
from reflexes.engines.lottery import *
from reflexes.engines.lottery.tests.test_draw import town, SAID
problem = town()
record = drawn(publish(problem, select(problem, tickets=50)), SAID)
print(record["commitment"], json.dumps(record["draw"]))
"""


def test_the_same_draw_in_every_process_whatever_its_hash_seed():
    root = Path(__file__).resolve().parents[4]
    said = set()
    for seed in ("0", "12345"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        said.add(done.stdout)
    assert len(said) == 1


def test_the_order_of_the_sheet_changes_nothing_to_the_plan():
    problem = town()
    turned = type(problem)(problem.features, problem.people[::-1], problem.quotas, problem.size)
    groups, others = groups_of(problem), groups_of(turned)
    assert groups.answers == others.answers
    assert groups.group_of == others.group_of
    assert (
        publish(problem, select(problem, tickets=20))["commitment"]
        == publish(turned, select(turned, tickets=20))["commitment"]
    )


def test_the_verifier_alone_runs_on_a_record_with_the_standard_library_only(tmp_path, announced):
    record = drawn(announced, SAID, [[], []])
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    run = [sys.executable, "-I", "-S", verify_draw.__file__, str(path), "--en"]
    done = subprocess.run([*run, "--person", "p003"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nobody could promise more than" in done.stdout
    assert "Rank:" in done.stdout
    record["draw"]["panel"].reverse()
    path.write_text(json.dumps(record), encoding="utf-8")
    assert subprocess.run(run, capture_output=True, check=False).returncode == 1
    path.write_text("{", encoding="utf-8")
    assert subprocess.run(run, capture_output=True, check=False).returncode == 2


def test_the_symmetric_pool_publishes_one_tenth_for_everyone():
    problem = symmetric()
    record = publish(problem, select(problem))
    plan = record["plan"]
    chances = {
        Fraction(seats, 1000 * group["people"]) for seats, group in zip(plan["seats"], plan["groups"], strict=True)
    }
    assert chances == {Fraction(1, 10)}
    assert not false(record)


def test_a_selection_that_cannot_be_is_never_published():
    with pytest.raises(Impossible):
        select(pool(["A", "A", "B"], {(0, "A"): (0, 1), (0, "B"): (2, 2)}, 3))
