"""This piste's own tables: none yet."""
