"""Sequences and exercises."""
