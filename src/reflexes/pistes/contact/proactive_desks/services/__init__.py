"""Services of the piste: one file for each thing that people do."""
