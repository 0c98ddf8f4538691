"""Screens of this piste, one file for each thing that a person does."""
