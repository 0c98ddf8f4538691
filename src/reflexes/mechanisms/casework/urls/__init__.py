"""Addresses of the shared screens: a piste mounts those it needs under its own segment, and gives its slug."""
