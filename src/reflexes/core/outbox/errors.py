"""What a handler says when it could not do its job."""


class NotSent(Exception):
    """An external handler is certain that nothing left: the job is tried again later."""


class Refused(Exception):
    """An external handler is certain that nothing left and never will: the job becomes a dead letter at once."""


class MaybeSent(Exception):
    """An external handler cannot tell whether it left: the job becomes uncertain and waits for a person."""


class LeaseLost(Exception):
    """Another worker took the job over because this one gave no sign of life."""
