"""A screen."""

from explorer import frame


def show(_seen: frame.Seen) -> None:
    """Draws it."""
    frame.title("network")
