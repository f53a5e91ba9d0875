"""What has a reader missed since a revision, and is it little enough to be pulled alone?"""

from neo4j import ManagedTransaction

from graph.store import cypher
from graph.store.connection import state
from graph.store.records import Columns, read_columns


def read_missed(tx: ManagedTransaction, since: int, most: int) -> Columns | None:
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
    return columns if sum(len(table["id"]) for table in columns.values()) == len(ids) else None
