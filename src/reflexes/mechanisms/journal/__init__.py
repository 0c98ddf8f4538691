"""Append-only, hash-chained memory of acts."""
