"""Pistes own meaning. They never import one another."""
