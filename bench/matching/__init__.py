"""Benchmarks of the matching engine: quality, speed, re-planning. Ratios come from one run."""
