"""Sentences of the journal said by the proximity units of this piste."""

SENTENCES: dict[str, object] = {}
