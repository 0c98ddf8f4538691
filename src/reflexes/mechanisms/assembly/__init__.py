"""Bodies, consultations, answers, draws and votes: people who speak get an answer from somebody named (ADR 23)."""
