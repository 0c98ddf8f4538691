"""Datasets: purpose, basis, end; who read what; the end that really deletes (ADR 26)."""
