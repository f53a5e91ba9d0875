"""HTTP as it is read off the line, by llhttp: bounded in bytes, in time and in lines.

A line is slow while no whole request has come on it: its head has to come within some seconds, then
its body. Of one address so many lines may be slow; for one more the oldest is closed, so whoever
sends a request at once is always heard, also from the address of a flood.
"""

from asyncio import TimerHandle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.client_address import line_of

MOST_HEADERS: Final = 16 * 1024
_WRITE_S: Final = 30  # until whoever does not read what was asked for is left alone
_IDLE_TIMES: Final = 4  # as many more lines of an address may wait for a next request
_TOO_LONG: Final = "Too much before the body, between its parts or after it."
Waiting = dict[str, "dict[BoundedHttp, None]"]
"""Lines by address, the oldest first."""


@dataclass(slots=True)
class ConnectionLimits:
    """The lines of a process, and which of them wait: for a whole request, or for a next one.

    `most` in all, `slow_each` slow ones of an address. A head has `head_s` seconds to come, a body
    `body_s`.
    """

    most: int = 2_000
    slow_each: int = 64
    head_s: float = 10
    body_s: float = 120
    _count: int = 0
    _slow: Waiting = field(default_factory=dict[str, "dict[BoundedHttp, None]"])
    _idle: Waiting = field(default_factory=dict[str, "dict[BoundedHttp, None]"])

    def opened(self, line: "BoundedHttp") -> None:
        """A line more; where there are too many, one that waits is closed."""
        self._count += 1
        self.slow(line)
        if self._count > self.most:
            waiting = self._slow or self._idle
            _drop_oldest(max(waiting.values(), key=len))

    def slow(self, line: "BoundedHttp") -> None:
        """Something of a request may have come, and not all of it."""
        self._wait(line, self._slow, self.slow_each)

    def idle(self, line: "BoundedHttp") -> None:
        """The last request was answered, and the next has not begun."""
        self._wait(line, self._idle, self.slow_each * _IDLE_TIMES)

    def busy(self, line: "BoundedHttp") -> None:
        """A whole request is being answered."""
        for waiting in (self._slow, self._idle):
            own = waiting.get(line.address)
            if own is not None and line in own:
                del own[line]
                if not own:
                    del waiting[line.address]

    def closed(self, line: "BoundedHttp") -> None:
        """A line less."""
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
    """A line: closed where it sends more than `MOST_HEADERS` bytes which are no body, at a stretch,
    or is slower than `lines` allow.

    Headers that arrived whole are judged by `RequestLimits`, which answers what it refuses.
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
        """Closes it, whatever was on its way; one that is at rest in good order."""
        self._left()
        if self._is_whole and self._is_answered():
            self.transport.close()
        else:
            self.transport.abort()

    # ---- the line

    def connection_made(self, transport: Any) -> None:
        """It is open; a head is waited for."""
        super().connection_made(transport)
        self.address = line_of(self.client[0] if self.client else "")
        self._is_open = True
        self._arrive(self._lines.head_s)
        self._lines.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed."""
        self._left()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """It goes on as a socket."""
        self._left()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """What was sent is not read: that may last a while."""
        super().pause_writing()
        self._reading = self._reading or self.loop.call_later(_WRITE_S, self.drop)

    def resume_writing(self) -> None:
        """It is read again."""
        super().resume_writing()
        self._stop_reading()

    def _left(self) -> None:
        self._stop_arrival()
        self._stop_reading()
        if self._is_open:
            self._is_open = False
            self._lines.closed(self)

    def _arrive(self, seconds: float) -> None:
        """From now on the rest of the head, or of the body, has so many seconds to come."""
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
        if self.pipeline:  # it is not read on while an answer to what came before is on its way
            self._arrive(self._lines.body_s)
        else:
            self.drop()

    # ---- what comes on it

    def data_received(self, data: bytes) -> None:
        """Bytes from the line."""
        if self._is_whole and self._arrival is None and self._is_answered():
            self._lines.slow(self)
            self._arrive(self._lines.head_s)
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body <= MOST_HEADERS or self.transport.is_closing():
            return
        if self.cycle and not self.cycle.response_complete:
            self.transport.close()  # an answer to what came first may be on its way
        else:
            self.send_400_response(_TOO_LONG)

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        self._is_whole = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are whole."""
        self._beside_body = 0
        self._arrive(self._lines.body_s)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body, without what frames it."""
        self._beside_body = max(0, self._beside_body - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The body and its trailers are whole."""
        self._beside_body = 0
        self._is_whole = True
        self._stop_arrival()
        super().on_message_complete()
        self._rest()

    def on_response_complete(self) -> None:
        """An answer was sent."""
        super().on_response_complete()
        self._rest()

    def _rest(self) -> None:
        """Waits for a next request, where the last has come whole and was answered."""
        if self._is_open and self._is_whole:
            place: Callable[[BoundedHttp], None] = self._lines.busy
            if self._is_answered():
                place = self._lines.idle
            place(self)

    def _is_answered(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is None or cycle.response_complete
