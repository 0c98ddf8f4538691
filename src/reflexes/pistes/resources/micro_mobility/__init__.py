"""Professional micro-mobility (P09): the reallocation cell."""
