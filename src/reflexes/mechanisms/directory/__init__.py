"""Organisations, units, people, capacities, skills, places."""
