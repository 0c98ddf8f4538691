"""Accounts, sign-in, magic links."""
