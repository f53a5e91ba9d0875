"""The Cypher statements of the store, each a constant; values are passed as parameters only.

CALL … IN TRANSACTIONS is forbidden here, since it is not atomic: committed batches remain if a
later one fails.
"""

from collections.abc import Mapping
from typing import Final, LiteralString

LABELS: Final[tuple[LiteralString, ...]] = (
    "Area", "Authority", "Network", "Actor", "Person",
    "ResourceIndividual", "Organization", "ContactDetail", "Consent", "Plan",
)  # fmt: skip
TYPES: Final[tuple[LiteralString, ...]] = (
    "HOLDS", "DEPUTIZES_FOR", "BELONGS_TO", "PART_OF", "COVERS", "LIES_IN", "ENTRY_POINT_FOR",
    "MEMBER_OF", "COORDINATES", "SUPPORTS", "REFERS_TO", "ESCALATES_TO", "KNOWS",
    "DOOR_OPENER_FOR", "REPRESENTS", "SUCCEEDED_BY", "GOVERNED_BY", "REACHED_BY", "GAVE_CONSENT",
)  # fmt: skip
_LITERAL: Final[Mapping[str, LiteralString]] = {word: word for word in (*LABELS, *TYPES)}
_NODE: Final[LiteralString] = "|".join(LABELS)
_LINK: Final[LiteralString] = "|".join(TYPES)

# One node, Store, holds the revision counter, the schema version and small marks (the state node).

STATE: Final[LiteralString] = """
MATCH (store:Store {id: "store"})
RETURN properties(store) AS properties
"""

# Writing any property takes the node's lock until the transaction ends. The revision itself is not
# usable: `SET store.revision = store.revision` reads before it locks, and undid others' increments.
LOCK: Final[LiteralString] = """
MATCH (store:Store {id: "store"}) SET store.locked = true
"""

# A second lock, for reads during a write: the writer takes it last and holds it only to commit.
LOCK_COMMITS: Final[LiteralString] = """
MERGE (commits:Commits {id: "commits"}) SET commits.locked = true
"""

INCREMENT_REVISION: Final[LiteralString] = """
MATCH (store:Store {id: "store"})
SET store.locked = true
SET store.revision = store.revision + 1
RETURN store.revision AS revision
"""

SET_ON_STORE: Final[LiteralString] = """
MATCH (store:Store {id: "store"}) SET store += $properties
"""

# Columns: one record for each field of each label or type. Reading rows took twice as long.

_COLUMNS: Final[LiteralString] = """
UNWIND $fields[sort] AS field
RETURN sort, field.name AS name, CASE
  WHEN field.name = "source_id" THEN sources
  WHEN field.name = "target_id" THEN targets
  WHEN field.is_date THEN [thing IN things | toString(thing[field.name])]
  ELSE [thing IN things | thing[field.name]]
END AS values
"""


def _node_columns(which: LiteralString) -> LiteralString:
    return f"""
MATCH (node:{_NODE}) {which}
WITH labels(node)[0] AS sort, collect(node) AS things, [] AS sources, [] AS targets
{_COLUMNS}"""


def _link_columns(match: LiteralString) -> LiteralString:
    return f"""
{match}
WITH type(link) AS sort, collect(link) AS things,
     collect(source.id) AS sources, collect(target.id) AS targets
{_COLUMNS}"""


ALL_NODES: Final[LiteralString] = _node_columns("")
NODES: Final[LiteralString] = _node_columns("WHERE node.id IN $ids")
ALL_LINKS: Final[LiteralString] = _link_columns(f"MATCH (source)-[link:{_LINK}]->(target)")
LINKS: Final[LiteralString] = _link_columns(
    f"MATCH (source)-[link:{_LINK}]->(target) WHERE link.id IN $ids"
)
LINKS_AROUND: Final[LiteralString] = _link_columns(f"""
MATCH (node:{_NODE})-[link:{_LINK}]-() WHERE node.id IN $ids
WITH DISTINCT link, startNode(link) AS source, endNode(link) AS target""")
# The cycle that a new PART_OF or SUCCEEDED_BY would close may extend beyond the neighbors.
LINKS_ABOVE: Final[LiteralString] = _link_columns(f"""
MATCH (node:{_NODE})-[climb:PART_OF|SUCCEEDED_BY*]->() WHERE node.id IN $ids
UNWIND climb AS link
WITH DISTINCT link, startNode(link) AS source, endNode(link) AS target""")

# In two steps: in one step, a plan cached while the store was small read every REACHED_BY per id.
DETAILS: Final[LiteralString] = """
MATCH (detail:ContactDetail) WHERE detail.id IN $ids
WITH collect(detail) AS details UNWIND details AS detail
MATCH (owner)-[:REACHED_BY]->(detail)
RETURN DISTINCT detail.id AS id, owner.id AS owner, detail.channel AS channel,
       detail.sealed AS sealed, detail.key_id AS key_id
ORDER BY id, owner
"""

# Owners of sealed values: people, and nodes reached by a contact detail.
OWNERS: Final[LiteralString] = """
MATCH (owner:Person|ResourceIndividual) RETURN owner.id AS id
UNION
MATCH (owner)-[:REACHED_BY]->(detail:ContactDetail) WHERE detail.sealed IS NOT NULL
RETURN owner.id AS id
"""

COUNTS: Final[LiteralString] = f"""
MATCH (node:{_NODE}) RETURN labels(node)[0] AS sort, count(*) AS count
UNION ALL
MATCH ()-[link:{_LINK}]->() RETURN type(link) AS sort, count(*) AS count
"""

OWN_KINDS_IN_USE: Final[LiteralString] = f"""
MATCH (node:{_NODE})
WHERE (node.valid_to IS NULL OR node.valid_to > $on)
  AND (node.own_kind IS NOT NULL OR node.own_sector IS NOT NULL
       OR node.own_competences IS NOT NULL)
UNWIND [["own_kind", node.own_kind, [node.kind]], ["own_sector", node.own_sector, [node.sector]]]
       + [own IN coalesce(node.own_competences, []) | ["own_competences", own, node.competences]]
       AS use
WITH node, use[0] AS field, use[1] AS own_kind, use[2] AS words
WHERE own_kind IS NOT NULL
RETURN field, own_kind, words, node.tier AS tier, node.is_unit_only AS is_unit_only,
       node.gate AS gate, count(*) AS nodes
ORDER BY own_kind, words
"""

COUNT_ALL_NODES: Final[LiteralString] = "MATCH (node) RETURN count(node) AS count"

COMPONENTS: Final[LiteralString] = """
CALL dbms.components() YIELD name, versions, edition
WHERE name = "Neo4j Kernel"
RETURN versions[0] AS version, edition
"""

# Writing.

# The record of a creation names no fields. It shares a row with its element, which is sent once.
_CREATED: Final[LiteralString] = """
CREATE (:Change {
  revision: $revision, touched: row.values.id, kind: "CREATED", what: $what, fields: [],
  external_name: row.external_name
})"""


def create_nodes(label: str) -> LiteralString:
    """Return the statement that creates nodes of one label, each with its change record.

    Raises: KeyError: no such label.
    """
    return f"""
UNWIND $rows AS row
CREATE (node:{_LITERAL[label]}) SET node = row.values
{_CREATED}"""


def create_links(link_type: str, source_label: str, target_label: str) -> LiteralString:
    """Return the statement that creates links of one type between nodes of given labels.

    Each has its change record. With the labels, each end is found by one index seek.

    Raises: KeyError: no such label or type.
    """
    return f"""
UNWIND $rows AS row
MATCH (source:{_LITERAL[source_label]} {{id: row.source_id}})
MATCH (target:{_LITERAL[target_label]} {{id: row.target_id}})
CREATE (source)-[link:{_LITERAL[link_type]}]->(target) SET link = row.values
{_CREATED}"""


def update_nodes(label: str) -> LiteralString:
    """Return the statement that overwrites nodes of one label.

    Raises: KeyError: no such label.
    """
    return f"""
UNWIND $rows AS row MATCH (node:{_LITERAL[label]} {{id: row.values.id}}) SET node = row.values
"""


def update_links(link_type: str) -> LiteralString:
    """Return the statement that overwrites links of one type.

    Raises: KeyError: no such type.
    """
    return f"""
UNWIND $rows AS row
MATCH ()-[link:{_LITERAL[link_type]} {{id: row.values.id}}]->() SET link = row.values
"""


# The change log (what, by whom, why): one ChangeSet per write, one Change per element in it.

WRITTEN_BEFORE: Final[LiteralString] = """
MATCH (set:ChangeSet {idempotency: $idempotency}) RETURN set.revision AS revision
"""

# Every element has a change record of its creation: one index seek instead of thirty.
EXISTING_IDS: Final[LiteralString] = """
MATCH (change:Change) WHERE change.touched IN $ids RETURN DISTINCT change.touched AS id
"""

# Every element that was ever given an external id has a change record that contains its name.
HAD_EXTERNAL_ID: Final[LiteralString] = """
MATCH (change:Change) WHERE change.external_name IN $names
RETURN DISTINCT change.external_name AS name, change.touched AS id
"""

CREATE_CHANGE_SET: Final[LiteralString] = "CREATE (set:ChangeSet) SET set = $properties"

CREATE_CHANGES: Final[LiteralString] = "UNWIND $rows AS row CREATE (change:Change) SET change = row"

_RECORDS: Final[LiteralString] = """
MATCH (set:ChangeSet {revision: change.revision})
RETURN change.revision AS revision, change.touched AS touched, change.kind AS kind,
       change.what AS what, change.fields AS fields, properties(change) AS stored,
       set.made_by AS made_by, set.made_at AS made_at, set.reason AS reason
"""
_CHANGES: Final[LiteralString] = f"""{_RECORDS}
ORDER BY revision, touched
"""

# Changes after a revision: every write creates a Change for each element it touched.
TOUCHED_SINCE: Final[LiteralString] = """
MATCH (change:Change) WHERE change.revision > $after
WITH change LIMIT $most
RETURN change.revision AS revision, change.touched AS touched,
       change.what AS what, change.fields AS fields
ORDER BY revision, touched
"""

# The last write per set of fields, in a few rows; elements of civilians are grouped separately.
LAST_WRITES_BY_FIELDS: Final[LiteralString] = """
MATCH (change:Change) WHERE change.what IS NOT NULL
RETURN change.what AS what, change.fields AS fields, change.touched IN $civil AS is_civil,
       max(change.revision) AS revision
"""

CHANGES_SINCE: Final[LiteralString] = f"""
MATCH (change:Change) WHERE $after < change.revision <= $until
{_CHANGES}"""

CHANGES_OF: Final[LiteralString] = f"""
MATCH (change:Change {{touched: $touched}}) WHERE change.revision <= $until
{_CHANGES}"""

CHANGES_AFTER: Final[LiteralString] = f"""
MATCH (change:Change) WHERE $after <= change.revision <= $until
  AND (change.revision > $after OR change.touched > $touched)
WITH change ORDER BY change.revision, change.touched LIMIT $limit
{_CHANGES}"""

# What an import wrote; several change sets may belong to it. Not in order: they may be too many to
# be sorted in the memory of the database.
CHANGES_OF_BATCH: Final[LiteralString] = f"""
MATCH (of:ChangeSet {{batch: $batch}})
MATCH (change:Change {{revision: of.revision}}) WHERE change.revision <= $until
{_RECORDS}"""

# What one change set of an account wrote that is not part of an import.
CHANGES_OF_SET: Final[LiteralString] = f"""
MATCH (of:ChangeSet {{idempotency: $change_set, made_by: $made_by}}) WHERE of.batch IS NULL
MATCH (change:Change {{revision: of.revision}}) WHERE change.revision <= $until
{_RECORDS}"""

# What was written to some elements after a revision.
CHANGES_OF_SOME: Final[LiteralString] = f"""
MATCH (change:Change) WHERE change.touched IN $ids AND $after < change.revision <= $until
{_RECORDS}"""

# A creation has no changed fields, so these are the writes after creation.
CHANGES_TO: Final[LiteralString] = f"""
MATCH (change:Change) WHERE change.revision <= $until AND $field IN change.fields
{_CHANGES}"""

# Changes to undo for an older revision: the first change after it has the old value.
CREATED_BETWEEN: Final[LiteralString] = """
MATCH (change:Change) WHERE $after < change.revision <= $until AND change.kind = "CREATED"
RETURN collect(change.touched) AS ids
"""

CHANGED_BETWEEN: Final[LiteralString] = """
MATCH (change:Change) WHERE $after < change.revision <= $until AND change.kind <> "CREATED"
RETURN change.touched AS touched, change.fields AS fields, properties(change) AS stored
ORDER BY change.revision, touched
"""

LAST_WRITTEN: Final[LiteralString] = """
MATCH (change:Change) WHERE change.touched IN $ids AND change.revision <= $until
RETURN change.touched AS touched, max(change.revision) AS revision
ORDER BY touched
"""

# Schema.


def unique(label: LiteralString, field: LiteralString) -> LiteralString:
    """Return a uniqueness constraint on nodes, which also creates the index that finds them."""
    return (
        f"CREATE CONSTRAINT {label}_{field} IF NOT EXISTS "
        f"FOR (node:{label}) REQUIRE node.{field} IS UNIQUE"
    )


def unique_link(link_type: LiteralString) -> LiteralString:
    """Return a uniqueness constraint on the ids of links of a type, with the index for them."""
    return (
        f"CREATE CONSTRAINT {link_type}_id IF NOT EXISTS "
        f"FOR ()-[link:{link_type}]-() REQUIRE link.id IS UNIQUE"
    )


def create_index(label: LiteralString, field: LiteralString) -> LiteralString:
    """Return the statement that creates an index on a property of nodes.

    It must not be used for a personal value, which would remain in the index pages after erasure.
    """
    return f"CREATE INDEX {label}_{field} IF NOT EXISTS FOR (node:{label}) ON (node.{field})"


CREATE_STORE: Final[LiteralString] = """
MERGE (store:Store {id: "store"}) ON CREATE SET store.revision = 0, store.schema = 0
"""
