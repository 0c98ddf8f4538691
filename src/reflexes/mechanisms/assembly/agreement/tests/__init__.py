"""Tests of what is said of agreement maps."""
