"""Needs, half-day slots, offers, assignments, plans."""
