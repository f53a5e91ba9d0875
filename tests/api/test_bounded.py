"""Is what comes off the line bounded while it arrives, and a body within bounds read whole?"""

from typing import Final

from api.doorway import MOST_BODY, MOST_HEADERS
from tests.api.process import Process, read_all
from tests.api.test_serving import posix

_HEAD: Final = b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
_CHUNKED: Final = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_KIB: Final = 1024


@posix
def test_what_is_no_body_is_bounded_while_it_arrives(process: Process) -> None:
    wide = b"X-Wide: " + b"a" * (2 * MOST_HEADERS)
    assert process.answer(_HEAD + wide).startswith(b"HTTP/1.1 400")  # and it would go on
    assert process.answer(_HEAD + wide + b"\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert hangs_up(process, _CHUNKED + b"2\r\n{}\r\n0\r\nX-Wide: ", b"a" * MOST_HEADERS)
    assert hangs_up(process, _CHUNKED, b"1\r\n \r\n" * MOST_HEADERS)


def hangs_up(process: Process, begun: bytes, more: bytes) -> bool:
    """Whether more and more of it is not listened to, nor answered."""
    with process.connect() as line:
        line.sendall(begun)
        try:
            for _ in range(50):
                line.sendall(more)
            return read_all(line) == b""
        except ConnectionError:
            return True


@posix
def test_a_body_within_bounds_is_read_in_whatever_parts_it_comes(process: Process) -> None:
    body = b'"%b"' % (b"a" * (MOST_BODY - 2))
    whole = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    assert process.answer(_HEAD + whole).startswith(b"HTTP/1.1 404")
    parts = (body[at : at + _KIB] for at in range(0, MOST_BODY, _KIB))
    chunks = b"".join(b"%x\r\n%b\r\n" % (_KIB, part) for part in parts)
    assert process.answer(_CHUNKED + chunks + b"0\r\n\r\n").startswith(b"HTTP/1.1 404")
