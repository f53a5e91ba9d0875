"""Connection limits below HTTP parsing (llhttp): in bytes, in time and in number of connections.

A connection is slow until a whole request has arrived on it: its head must arrive within some
seconds, and then its body. The number of slow connections of one address is limited; for one more
the oldest is closed, so a client that sends a request at once is always answered, even from the
address of a flood.
"""

from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.client_address import line_of

MOST_HEADERS: Final = 16 * 1024
_WRITE_S: Final = 30  # until a client that does not read its response is disconnected
_IDLE_TIMES: Final = 4  # times `slow_each`: the limit on idle connections of an address
_TOO_LONG: Final = "Too much before the body, between its parts or after it."
Waiting = dict[str, "dict[BoundedHttp, None]"]
"""Connections by address, the oldest first."""


@dataclass(slots=True)
class ConnectionLimits:
    """The connections of a process, and those that wait for a whole request or for a next one.

    `most` in all, `slow_each` slow ones per address. A head must arrive within `head_s` seconds, a
    body within `body_s`.
    """

    most: int = 2_000
    slow_each: int = 64
    head_s: float = 10
    body_s: float = 120
    _count: int = 0
    _slow: Waiting = field(default_factory=dict[str, "dict[BoundedHttp, None]"])
    _idle: Waiting = field(default_factory=dict[str, "dict[BoundedHttp, None]"])

    def opened(self, line: "BoundedHttp") -> None:
        """Register a connection; if there are too many, a waiting one is closed."""
        self._count += 1
        self.slow(line)
        if self._count > self.most:
            waiting = self._slow or self._idle
            _drop_oldest(max(waiting.values(), key=len))

    def slow(self, line: "BoundedHttp") -> None:
        """Mark a connection as slow: a request may have begun but is not complete."""
        self._wait(line, self._slow, self.slow_each)

    def idle(self, line: "BoundedHttp") -> None:
        """Mark a connection as idle: the last request was answered, and the next has not begun."""
        self._wait(line, self._idle, self.slow_each * _IDLE_TIMES)

    def busy(self, line: "BoundedHttp") -> None:
        """Mark a connection as busy: a whole request is being answered."""
        for waiting in (self._slow, self._idle):
            own = waiting.get(line.address)
            if own is not None and line in own:
                del own[line]
                if not own:
                    del waiting[line.address]

    def closed(self, line: "BoundedHttp") -> None:
        """Unregister a connection."""
        self._count -= 1
        self.busy(line)

    def _wait(self, line: "BoundedHttp", waiting: Waiting, most: int) -> None:
        self.busy(line)
        own = waiting.setdefault(line.address, {})
        own[line] = None
        if len(own) > most:
            _drop_oldest(own)


def _drop_oldest(own: "dict[BoundedHttp, None]") -> None:
    next(iter(own)).drop()


LINES: Final = ConnectionLimits()


class BoundedHttp(HttpToolsProtocol):
    """A connection with limits on bytes outside bodies and on the arrival time of requests.

    It is closed once it sends more than `MOST_HEADERS` bytes in a row that are not body, or is
    slower than `lines` allow. Complete headers are checked by `RequestLimits`, which answers what
    it refuses.
    """

    def __init__(self, *args: Any, lines: ConnectionLimits = LINES, **options: Any) -> None:
        super().__init__(*args, **options)
        self.address = ""
        self._lines = lines
        self._beside_body = 0
        self._is_open, self._is_whole = False, True
        self._arrival: TimerHandle | None = None
        self._reading: TimerHandle | None = None

    def drop(self) -> None:
        """Close the connection: gracefully if it is at rest, else by abort."""
        self._left()
        if self._is_whole and self._is_answered():
            self.transport.close()
        else:
            self.transport.abort()

    # ---- connection events

    def connection_made(self, transport: Any) -> None:
        """The connection is open, and waits for a head."""
        super().connection_made(transport)
        self.address = line_of(self.client[0] if self.client else "")
        self._is_open = True
        self._arrive(self._lines.head_s)
        self._lines.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        self._left()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """The connection becomes a WebSocket."""
        self._left()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """The client does not read the response; it is disconnected after `_WRITE_S`."""
        super().pause_writing()
        self._reading = self._reading or self.loop.call_later(_WRITE_S, self.drop)

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._stop_reading()

    def _left(self) -> None:
        self._stop_arrival()
        self._stop_reading()
        if self._is_open:
            self._is_open = False
            self._lines.closed(self)

    def _arrive(self, seconds: float) -> None:
        """Start the deadline for the rest of the head, or of the body."""
        self._stop_arrival()
        self._arrival = self.loop.call_later(seconds, self._late)

    def _stop_arrival(self) -> None:
        if self._arrival is not None:
            self._arrival.cancel()
            self._arrival = None

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _late(self) -> None:
        self._arrival = None
        if self.pipeline:  # input is not read while the response to an earlier request is pending
            self._arrive(self._lines.body_s)
        else:
            self.drop()

    # ---- parser events

    def data_received(self, data: bytes) -> None:
        """Bytes were received."""
        if self._is_whole and self._arrival is None and self._is_answered():
            self._lines.slow(self)
            self._arrive(self._lines.head_s)
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body <= MOST_HEADERS or self.transport.is_closing():
            return
        if self.cycle and not self.cycle.response_complete:
            self.transport.close()  # the response to an earlier request may be pending
        else:
            self.send_400_response(_TOO_LONG)

    def on_message_begin(self) -> None:
        """The first byte of a head has arrived."""
        self._is_whole = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are complete."""
        self._beside_body = 0
        self._arrive(self._lines.body_s)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body, without its framing."""
        self._beside_body = max(0, self._beside_body - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The body and its trailers are complete."""
        self._beside_body = 0
        self._is_whole = True
        self._stop_arrival()
        super().on_message_complete()
        self._rest()

    def on_response_complete(self) -> None:
        """A response was sent."""
        super().on_response_complete()
        self._rest()

    def _rest(self) -> None:
        """Mark the connection, after a complete request, as idle if that is answered, else busy."""
        if self._is_open and self._is_whole:
            place: Callable[[BoundedHttp], None] = self._lines.busy
            if self._is_answered():
                place = self._lines.idle
            place(self)

    def _is_answered(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is None or cycle.response_complete
