"""Whole screens that take the piste whose address they stand under: one file for each thing that a person does."""
