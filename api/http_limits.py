"""Connection limits that uvicorn lacks, below HTTP parsing: in bytes, in time and by address.

A connection is slow until a whole request has arrived on it: its head must arrive within some
seconds, and then its body. The number of slow connections of one address is limited; when it is
exceeded, the oldest is closed, so a client that sends a request at once is always answered, even
from the address of a flood.
"""

from asyncio import TimerHandle
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.client_address import line_of

MOST_HEADERS: Final = 16 * 1024
_TOO_LONG: Final = "Too much before the body, between its parts or after it."
_WRITE_S: Final = 30  # until a client that does not read its response is disconnected
_IDLE_TIMES: Final = 4  # times `slow_each`: the limit on idle connections of an address


class Phase(Enum):
    """The phase of a connection, named by the event that it waits for."""

    HEAD = "HEAD"
    BODY = "BODY"
    RESPONSE = "RESPONSE"
    NEXT = "NEXT"  # the last request was answered, and the next has not begun
    CLOSED = "CLOSED"


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
    _open: int = 0
    _slow: Waiting = field(default_factory=dict[str, "dict[BoundedHttp, None]"])
    _idle: Waiting = field(default_factory=dict[str, "dict[BoundedHttp, None]"])

    def count_opened(self) -> None:
        """Count a connection; if there are too many, a waiting one, perhaps itself, is closed."""
        self._open += 1
        if self._open > self.most:
            waiting = self._slow or self._idle
            next(iter(max(waiting.values(), key=len))).drop()

    def count_closed(self) -> None:
        """Count a closed connection."""
        self._open -= 1

    def move(self, connection: "BoundedHttp", phase: Phase) -> None:
        """Register the phase of a connection; if too many of its address wait, close the oldest."""
        groups = {Phase.HEAD: self._slow, Phase.BODY: self._slow, Phase.NEXT: self._idle}
        group = groups.get(phase)
        for other in (self._slow, self._idle):
            own = other.get(connection.address, {})
            if other is not group and connection in own:
                del own[connection]
                if not own:
                    del other[connection.address]
        if group is not None:
            own = group.setdefault(connection.address, {})
            own[connection] = None  # a known connection keeps its place
            if len(own) > self.slow_each * (_IDLE_TIMES if group is self._idle else 1):
                next(iter(own)).drop()


SHARED: Final = ConnectionLimits()


class BoundedHttp(HttpToolsProtocol):
    """A connection with limits on bytes outside bodies and on the arrival time of requests.

    It is closed once it sends more than `MOST_HEADERS` bytes in a row that are not body, or is
    slower than `limits` allow. Complete headers are checked by `RequestLimits`, which answers what
    it refuses. The parser is llhttp: h11 accepts bare line feeds, folded headers and a length
    beside chunks, and needs a hundred times as long for a body in chunks of one byte.
    """

    def __init__(self, *args: Any, limits: ConnectionLimits = SHARED, **options: Any) -> None:
        super().__init__(*args, **options)
        self.address = ""
        self._limits = limits
        self._phase, self._outside_body = Phase.CLOSED, 0
        self._arrival: TimerHandle | None = None
        self._reading: TimerHandle | None = None

    def drop(self) -> None:
        """Close the connection: gracefully if it is at rest, else by abort."""
        is_at_rest = self._phase is Phase.NEXT
        self._enter(Phase.CLOSED)
        if is_at_rest:
            self.transport.close()
        else:
            self.transport.abort()

    def _enter(self, phase: Phase) -> None:
        if phase is self._phase:
            return
        is_change = Phase.CLOSED in (phase, self._phase)
        is_answered = self._is_answered()
        self._phase = phase
        self._start_arrival()
        # While the response to an earlier request is pending, the connection is not slow.
        self._limits.move(self, phase if is_answered else Phase.RESPONSE)
        if is_change:
            _cancel(self._reading)
            (self._limits.count_closed if phase is Phase.CLOSED else self._limits.count_opened)()

    def _start_arrival(self) -> None:
        """Start the deadline for the rest of the head, or of the body."""
        _cancel(self._arrival)
        seconds = {Phase.HEAD: self._limits.head_s, Phase.BODY: self._limits.body_s}
        if self._phase in seconds:
            self._arrival = self.loop.call_later(seconds[self._phase], self._late)

    def _late(self) -> None:
        is_body = self._phase is Phase.BODY
        if self.pipeline or not (is_body or self._is_answered()):
            self._start_arrival()  # the response to an earlier request is pending
        else:
            self.drop()

    def _is_answered(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is None or cycle.response_complete

    # ---- events of the connection

    def connection_made(self, transport: Any) -> None:
        """The connection is open, and waits for a head."""
        super().connection_made(transport)
        self.address = line_of(self.client[0] if self.client else "")
        self._enter(Phase.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        self._enter(Phase.CLOSED)
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """The connection becomes a WebSocket."""
        self._enter(Phase.CLOSED)
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """The client does not read the response; it is disconnected after `_WRITE_S`."""
        super().pause_writing()
        _cancel(self._reading)
        self._reading = self.loop.call_later(_WRITE_S, self.drop)

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        _cancel(self._reading)

    # ---- events of the parser

    def data_received(self, data: bytes) -> None:
        """Bytes were received, perhaps only blank lines, which begin no message."""
        if self._phase is Phase.NEXT:
            self._enter(Phase.HEAD)
        self._outside_body += len(data)
        super().data_received(data)
        if self._outside_body <= MOST_HEADERS or self.transport.is_closing():
            return
        if self._is_answered():
            self.send_400_response(_TOO_LONG)
        else:
            self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a head has arrived."""
        self._enter(Phase.HEAD)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are complete."""
        self._outside_body = 0
        self._enter(Phase.BODY)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body, without its framing."""
        self._outside_body = max(0, self._outside_body - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The body and its trailers are complete."""
        self._outside_body = 0
        super().on_message_complete()
        self._enter(Phase.NEXT if self._is_answered() else Phase.RESPONSE)

    def on_response_complete(self) -> None:
        """A response was sent."""
        super().on_response_complete()
        if self._phase is Phase.RESPONSE and self._is_answered():
            self._enter(Phase.NEXT)
        elif self._phase is Phase.HEAD:  # of a request that came before this response
            self._limits.move(self, Phase.HEAD)


def _cancel(timer: TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
