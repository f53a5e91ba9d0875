"""Which key a token names: the issuer's keys, read again when due, and kept while it is away.

They are read again every ten minutes, and for an unknown key at most every thirty seconds, so that
made-up key ids cannot turn us against the issuer. Whoever finds them due reads them; meanwhile
others go on with what is known, and wait only if they have nothing to go on with. When the issuer
is away a known key counts for an hour after it was last read: no token lives longer, so whoever is
signed in stays so, and after that hour there is no token left that it could prove.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from joserfc.jwk import Key, KeySet

from api.errors import Refused
from api.identity.issuer import IssuerAway

EVERY_S: Final = 600.0
APART_S: Final = 30.0  # between two readings, for whatever reason
LONGEST_S: Final = 3_600.0  # the longest life of a token
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Keys, when they were last read, and when we last tried; one value, replaced as a whole."""

    keys: KeySet
    read_at: float
    tried_at: float

    @property
    def is_away(self) -> bool:
        return self.tried_at > self.read_at

    def has(self, kid: str) -> bool:
        return any(key.kid == kid for key in self.keys)


class IssuerKeys:
    """The keys of one issuer, as `read` finds them; safe under threads.

    `clock` counts seconds and never goes back.
    """

    def __init__(
        self, read: Callable[[], KeySet], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._clock = read, clock
        self._known = _Known(keys=KeySet([]), read_at=-math.inf, tried_at=-math.inf)
        self._reading = threading.Lock()

    def key(self, kid: str, alg: str) -> Key:
        """The key of that id, if it may be used with that algorithm.

        Raises:
            InvalidKeyIdError: the issuer has no such key.
            Refused: the issuer is away, and what is known of it does not settle it.
        """
        known = self._refreshed(kid)
        if self._age(known) > LONGEST_S or (known.is_away and not known.has(kid)):
            retry_after = max(1, math.ceil(APART_S - (self._clock() - known.tried_at)))
            raise Refused("issuer-unavailable", retry_after=retry_after)
        return known.keys.get_by_kid(kid, {"alg": alg, "use": "sig"})

    def _refreshed(self, kid: str) -> _Known:
        known = self._known
        can_go_on = self._age(known) <= LONGEST_S and known.has(kid)
        is_due = self._age(known) > EVERY_S or not known.has(kid)
        may_try = self._clock() - known.tried_at >= APART_S
        if is_due and may_try and self._reading.acquire(blocking=not can_go_on):
            try:
                if self._known is known:  # else somebody has read them while we waited
                    self._known = self._read_again(known)
            finally:
                self._reading.release()
        return self._known

    def _read_again(self, known: _Known) -> _Known:
        started = self._clock()
        try:
            keys = self._read()
        except IssuerAway as error:
            _log.warning("the keys of the OpenID issuer cannot be read: %s", error)
            return replace(known, tried_at=self._clock())
        _log.info("%d keys of the OpenID issuer read", len(keys.keys))
        return _Known(keys=keys, read_at=started, tried_at=started)

    def _age(self, known: _Known) -> float:
        return self._clock() - known.read_at
