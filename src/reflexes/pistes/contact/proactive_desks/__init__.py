"""Proactive desks: say in one line what it is for."""
