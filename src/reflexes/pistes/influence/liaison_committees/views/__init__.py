"""Screens of the committees: thin, each calls a service of the assembly."""
