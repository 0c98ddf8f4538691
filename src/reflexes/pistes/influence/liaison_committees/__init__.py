"""P01: residents are heard while decisions are taken."""
