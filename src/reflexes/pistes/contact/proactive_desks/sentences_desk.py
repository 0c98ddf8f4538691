"""Sentences of the journal said by the call desk of this piste."""

SENTENCES: dict[str, object] = {}
