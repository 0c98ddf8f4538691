"""What the demo territory shows of this piste."""


def seed() -> None:
    """Add this piste's rows to the demo territory, through its services."""


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    return []
