"""Drawing a panel from two sheets, for the command line: reading, the engine, what is said."""
