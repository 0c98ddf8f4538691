"""Orientation: build up the reallocation of resources."""
