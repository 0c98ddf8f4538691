"""What a script of a call means, without any framework: conditions, steps, and what sounds urgent (P12 (2), (7))."""
