"""A whole département called: people taken one at a time by many processes, killed in the middle, on both databases."""
