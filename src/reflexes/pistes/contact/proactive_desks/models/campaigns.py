"""Campaigns, people to call, leases and what came of them."""
