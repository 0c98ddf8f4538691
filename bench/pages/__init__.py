"""The pages of every role on a big instance, on both databases, beside Django's admin on the same rows."""
