"""Run every benchmark: each prints Markdown, our figure beside the baseline's, from this run."""

from __future__ import annotations

import subprocess
import sys

BENCHES = (
    "bench.matching.quality",
    "bench.matching.speed",
    "bench.matching.replan",
    "bench.lottery",
    "bench.fortnight",
    "bench.voting",
    "bench.pages",
    "bench.weight",
    "bench.votes",
    "bench.calls",
    "bench.calls.pages",
)

for name in BENCHES:
    # A process each: the peak memory of one must not be counted in the next.
    subprocess.run([sys.executable, "-m", name], check=True)
    print(flush=True)
