"""The words of every announcement about what people say: what each person reads when something moves."""
