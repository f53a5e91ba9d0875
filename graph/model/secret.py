"""A contact value in clear: held for one answer, and never shown by accident."""

import re
from typing import Final, NoReturn, final

from graph.vocabulary import Channel

_PHONES: Final = frozenset({Channel.PHONE, Channel.MOBILE, Channel.EMERGENCY})
_NOT_DIGITS: Final = re.compile(r"[^0-9]")
_NATIONAL_DIGITS: Final = 8


@final
class Secret:
    """A clear contact value; only reveal, action card and vCard may hold one.

    It cannot be printed, formatted, pickled, copied or put into JSON: a log line, a cache and an
    answer that was not meant to carry it all fail instead of leaking.
    """

    __slots__ = ("_clear",)

    def __init__(self, clear: str) -> None:
        self._clear = clear

    def uncover(self) -> str:
        """The value itself. Every call is a place to look at in review."""
        return self._clear

    def __repr__(self) -> str:
        return "<Secret>"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


def hint(channel: Channel, value: str) -> str:
    """What a list may show of a contact value: the last two digits of a number, nothing else.

    A number too short to hide in two digits, and everything that is no number, shows nothing.
    """
    digits = _NOT_DIGITS.sub("", value)
    if channel not in _PHONES or len(digits) < _NATIONAL_DIGITS:
        return "•••••"
    is_danish = len(digits) == _NATIONAL_DIGITS or re.match(r"\s*(\+|00)45", value)
    return f"{'+45' if is_danish else '+••'} •• •• •• {digits[-2:]}"
