"""One run of ``sortition-algorithms`` in a process of its own: its HiGHS and our OR-Tools cannot share one.

Asked by name: ``python -m bench.lottery.peer "400 / 40"`` reads the pool as JSON and prints what the package found.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main() -> None:
    """Read a pool on the standard input, print the worst chance and the seconds, CPU and wall."""
    given: dict[str, Any] = json.load(sys.stdin)
    from sortition_algorithms.committee_generation.maximin import find_distribution_maximin
    from sortition_algorithms.features import read_in_features
    from sortition_algorithms.people import read_in_people
    from sortition_algorithms.settings import Settings

    settings = Settings(id_column="id", columns_to_keep=["id"])
    features, *_ = read_in_features(["feature", "value", "min", "max"], given["quotas"], number_to_select=given["size"])
    people, _ = read_in_people(list(given["people"][0]), given["people"], features, settings)
    wall, cpu = time.perf_counter(), time.process_time()
    committees, probabilities, _report = find_distribution_maximin(features, people, given["size"], [])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    chances = dict.fromkeys((one["id"] for one in given["people"]), 0.0)
    for committee, probability in zip(committees, probabilities, strict=True):
        for person in committee:
            chances[person] += probability
    print(json.dumps({"worst": min(chances.values()), "wall": wall, "cpu": cpu}))


if __name__ == "__main__":
    main()
