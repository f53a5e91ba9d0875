"""What was written after a revision, as far as it must be undone to know what was known then."""

from collections import defaultdict
from collections.abc import Mapping

from neo4j import ManagedTransaction

from graph.snapshot.as_of import ChangesAfter
from graph.store import cypher
from graph.store.change_log import native


def read_later(tx: ManagedTransaction, revision: int, until: int) -> ChangesAfter:
    """What was created and changed after a revision, up to one that was loaded already.

    The old values of personal fields come along as ciphertext, and nobody opens them. O(changes).
    """
    asked = {"after": revision, "until": until}
    created = tx.run(cypher.CREATED_BETWEEN, asked).single(strict=True)["ids"]
    before: defaultdict[str, dict[str, object]] = defaultdict(dict)
    for record in tx.run(cypher.CHANGED_BETWEEN, asked):
        stored: Mapping[str, object] = record["stored"]
        known = before[record["touched"]]
        for name in record["fields"]:
            known.setdefault(name, native(stored.get(f"before_{name}")))
    last = tx.run(cypher.LAST_WRITTEN, ids=sorted(before), until=revision)
    return ChangesAfter(
        created=frozenset(created),
        before=before,
        revisions={record["touched"]: record["revision"] for record in last},
    )
