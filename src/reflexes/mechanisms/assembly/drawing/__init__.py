"""The sheets of a draw, read alike by the screens and by the command line."""
