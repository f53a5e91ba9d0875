"""A stamp for files made in tests."""

from datetime import UTC, datetime
from typing import Any

from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from tests.kystby import TODAY


def stamp(selection: ExportSelection | None = None, **fields: Any) -> Provenance:
    """Export 7 of account acc-1, at nine in the morning."""
    defaults: dict[str, Any] = {
        "number": "K-20261125-7F3A0001", "account": "acc-1", "on": TODAY, "is_demo": True,
        "made_at": datetime(2026, 11, 25, 8, tzinfo=UTC),
        "losses": () if selection is None else selection.losses,
    }  # fmt: skip
    return Provenance(**{**defaults, **fields})
