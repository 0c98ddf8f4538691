"""Trusted data: what is held of people, for what, until when, who looked (P04, first part)."""
