"""Screens of the reallocation cell: thin, each calls a service."""
