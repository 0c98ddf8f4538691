"""The five short steps of a need: what, where, when, how many, who welcomes (screens.md 2). One file for each."""
