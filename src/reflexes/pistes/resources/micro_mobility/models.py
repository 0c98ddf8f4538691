"""This piste's own tables: none yet; needs and missions live in allocation."""
