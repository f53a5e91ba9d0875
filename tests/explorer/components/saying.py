"""Words of a screen for the pure functions: each identifier with a mark, so that one sees whose."""

from datetime import date


class Said:
    """Says `MUNICIPAL` as `~MUNICIPAL`."""

    def word(self, identifier: str, /) -> str:
        """An identifier, marked."""
        return f"~{identifier}"

    def check(self, freshness: str, on: date | None, /) -> str:
        """A freshness and its date."""
        return f"{freshness} {on or 'never'}"

    def unnamed(self, label: str, /) -> str:
        """Somebody of a label."""
        return f"some {label}"


SAID = Said()
