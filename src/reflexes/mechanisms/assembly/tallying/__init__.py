"""Votes counted from a Pabulib file, and what is said of any result: words, data, and the format in and out.

Nothing here touches a table: the command line runs it without a database.
"""
