"""Screens of the piste: one file for each thing that a person does."""
