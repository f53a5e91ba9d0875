"""How a line of log looks: UTC with milliseconds first, and never what an error said of data."""

import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType


class RedactingFormatter(logging.Formatter):
    """A formatter that tells of an exception its kind and place alone."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - the name is logging's
        """As 2026-11-25T09:30:00.123Z."""
        at = datetime.fromtimestamp(record.created, UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Its text may hold what somebody sent."""
        kind, _, place = ei
        return f"{kind.__name__ if kind else ''}\n{''.join(traceback.format_tb(place))}"
