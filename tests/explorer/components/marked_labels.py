"""Words of a screen for tests of pure functions: each identifier with a mark before it."""

from datetime import date


class MarkedLabels:
    """Words that show `MUNICIPAL` as `~MUNICIPAL`."""

    def word(self, identifier: str, /) -> str:
        return f"~{identifier}"

    def check(self, freshness: str, on: date | None, /) -> str:
        return f"{freshness} {on or 'never'}"

    def kind(self, kind: str | None, own_kind: str | None, label: str, /) -> str:
        return self.word(own_kind or kind or label)

    def generic_name(self, label: str, /) -> str:
        return f"some {label}"


LABELS = MarkedLabels()
