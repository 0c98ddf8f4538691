"""Cases in people's own words, referred to a service and told back: none is left open (ADR 26)."""
