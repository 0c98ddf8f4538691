"""Tests of the voting engine."""
