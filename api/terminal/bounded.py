"""HTTP as it is read off the line: by llhttp, with a bound on what is no body.

Without one, a header or trailer that never ends would be kept in memory as long as it comes.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.doorway import MOST_HEADERS

_TOO_LONG: Final = "Too much before the body, between its parts or after it."


class BoundedHttp(HttpToolsProtocol):
    """Ends a connection that sends more than `MOST_HEADERS` bytes which are no body, at a stretch.

    Headers that arrived whole are judged by `Doorway`, which answers what it refuses.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._beside_body = 0

    def data_received(self, data: bytes) -> None:
        """Bytes from the line."""
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body <= MOST_HEADERS or self.transport.is_closing():
            return
        if self.cycle and not self.cycle.response_complete:
            self.transport.close()  # an answer to what came first may be on its way
        else:
            self.send_400_response(_TOO_LONG)

    def on_headers_complete(self) -> None:
        """The headers are whole."""
        self._beside_body = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body, without what frames it."""
        self._beside_body = max(0, self._beside_body - len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The body and its trailers are whole."""
        self._beside_body = 0
        super().on_message_complete()
