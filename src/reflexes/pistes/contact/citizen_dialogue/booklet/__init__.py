"""What a booklet says, in parts: the same plain data is read on screen and printed, so that both never drift."""
