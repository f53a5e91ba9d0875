"""How does a replica come to be asked? Two things at a time, since a start is work, not waiting.

Source of what is worth it: `make bench BENCH=analysis`.
"""

import logging
from collections.abc import Callable
from typing import Final

from api.analysis.examples import EXAMPLES
from api.analysis.replica_content import LABELS, NAMES, ReplicaContent
from api.store_monitor import in_thread
from graph.store.replica.replica import Replica
from graph.store.replica.results import QueryFailed

Start = Callable[[], Replica]
_FIRST: Final = 4  # after so many examples another question is planned in 0.1 s, not in 0.4
_WARM_S: Final = 10.0
_WARM_ROWS: Final = 10
_WARM_BYTES: Final = 100_000

_log = logging.getLogger(__name__)


def start(start: Start, content: Callable[[], ReplicaContent]) -> tuple[Replica, ReplicaContent]:
    """An empty replica, and what is to go in.

    Raises: whatever `start` or `content` raises; no replica is left then.
    """
    starting = in_thread(lambda: _begun(start))
    try:
        found = content()
    except BaseException:
        if starting.exception() is None:
            starting.result().kill()
        raise
    return starting.result(), found


def _begun(start: Start) -> Replica:
    replica = start()
    try:
        replica.prepare(LABELS, NAMES)
    except BaseException:
        replica.kill()
        raise
    return replica


def fill(replica: Replica, content: ReplicaContent) -> None:
    """Puts content in, in place of what there was; the next question is then answered soon.

    Raises: ReplicaGone.
    """
    warming = in_thread(lambda: warm_up(replica))
    replica.refill(content.nodes, content.links)
    warming.result()


def warm_up(replica: Replica) -> None:
    """Asks some examples: an engine that has planned nothing yet takes long for its first."""
    for example in EXAMPLES[:_FIRST]:
        try:
            replica.explain(example.query, {}, timeout_s=_WARM_S)
            replica.run(
                example.query, {}, timeout_s=_WARM_S, most_rows=_WARM_ROWS, most_bytes=_WARM_BYTES
            )
        except QueryFailed as error:
            _log.warning("an example cannot be asked: %s", error.rule)
