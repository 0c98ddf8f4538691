"""Tests of votes counted from a file."""
