"""Réflexes: a register of capacities, a small human cell, and a memory that forces an answer, a limit and a return."""
