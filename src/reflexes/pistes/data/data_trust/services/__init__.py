"""What the screens of trusted data read and do; rows lie in ``mechanisms/evidence``, this piste has no table."""
