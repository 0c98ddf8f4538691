"""Scripts: versions, steps, choices."""
