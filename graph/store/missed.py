"""What has a reader missed since a revision, and is it little enough to be pulled alone?"""

from typing import NamedTuple

from neo4j import ManagedTransaction, Record

from graph.store import cypher
from graph.store.codec import Columns, read_columns
from graph.store.connection import state


class Missed(NamedTuple):
    """The things that were touched, and a record of each time one was."""

    columns: Columns
    touched: list[Record]


def read_missed(tx: ManagedTransaction, since: int, most: int) -> Missed | None:
    """The things touched after a revision, as they are now; None where all must be read anew.

    That is: more than `most` changes; a revision that no change tells of, or a thing that is gone.
    So whoever deletes raises the revision, and is noticed by what no longer stands there.
    """
    now: int = state(tx)["revision"]
    if now < since:  # an older backup was put back
        return None
    found = list(tx.run(cypher.TOUCHED_SINCE, after=since, most=most + 1))
    told = {int(record["revision"]) for record in found}
    if len(found) > most or told != set(range(since + 1, now + 1)):
        return None
    ids = sorted({str(record["touched"]) for record in found})
    columns = read_columns(tx, cypher.NODES, cypher.LINKS, ids=ids)
    is_whole = sum(len(table["id"]) for table in columns.values()) == len(ids)
    return Missed(columns, found) if is_whole else None
