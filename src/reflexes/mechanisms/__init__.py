"""Mechanisms own data. They never name a piste."""
