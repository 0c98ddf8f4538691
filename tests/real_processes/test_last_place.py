"""Twelve people say yes at once to the two last places: two missions, ten people on reserve, nobody lost, nobody twice."""

import json
import subprocess
import sys

from tests.real_processes.last_place import CALLERS, PEOPLE, PLACES


def at_once(child_env: dict[str, str], *commands: tuple[str, ...]) -> list[object]:
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.real_processes.last_place", *words],
            env=child_env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for words in commands
    ]
    found = []
    for process in started:
        out, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors[-2000:]
        found.append(json.loads(out) if out else None)
    return found


def test_everybody_says_yes_to_the_last_places_at_once_and_the_cell_takes_one_call_once(
    child_env: dict[str, str],
) -> None:
    at_once(child_env, ("seed",))
    answers = at_once(child_env, *(("yes", str(number)) for number in range(PEOPLE)))
    assert sorted(answers) == ["accepted"] * PLACES + ["reserve"] * (PEOPLE - PLACES)
    (found,) = at_once(child_env, ("report",))
    assert found == {
        "states": {"accepted": PLACES, "reserve": PEOPLE - PLACES},
        "held": PLACES,
        "weeks": PLACES,
        "told": {"accepted": PLACES, "reserved": PEOPLE - PLACES},
        "open_calls": 0,
    }

    taken = at_once(child_env, *(("call", str(number)) for number in range(CALLERS)))
    assert sorted(taken) == ["being_called"] * (CALLERS - 1) + ["taken"]
    (found,) = at_once(child_env, ("report",))
    assert found["open_calls"] == 1
