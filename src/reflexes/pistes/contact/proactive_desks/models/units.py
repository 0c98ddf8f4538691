"""Proximity units, their doctrine, their visits and their reports."""
