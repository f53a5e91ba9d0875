"""Measures large imports and exports, and the driver alone with the same rows.

Each size is measured in a process of its own, so that its memory is that of an import alone.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, LiteralString, cast

from neo4j import GraphDatabase, Session

from graph.model import ChangeReason, ChangeSet, Element, Link, Mark, Node, marked_fields
from graph.snapshot.snapshot import build
from graph.store import cypher
from graph.store.batches import batches
from graph.store.codec import properties, stored_value
from graph.store.engine.process import Engine, embedded_engine, running_engine
from graph.store.location import open_location
from seed.scale import columns
from tests.bench import exchange_files
from tests.bench.figures import Figure, Limit, Subject, at_most, clocked
from tests.bench.installation import Installation, installation, most_mb

SEED: Final = 1
SMALL: Final = Path("docs/first-directory/structure")
_SHARE: Final = 11 / 16  # of a size are bodies; with people about 5 nodes per 4 of the size
_LIMIT_S: Final = 600.0
_LIMITED: Final = 50_000
"""The size the goals are for."""
APPLIED, PLAIN, RATIO = "change set applied", "plain UNWIND in one transaction", "applied / plain"
MEMORY, ENGINE = "memory of the process, at most", "memory of the engine, at most"
PREVIEWED, WRITTEN, AGAIN = "import FOLDER", "import FOLDER --apply", "the same again"
COMMAND_MEMORY, EXPORTED = "memory of the commands, at most", "exported as our own format"
OFFICE_LIST = "Excel list of 300 rows, preview"
LIMITS: Final[Mapping[str, tuple[Limit, ...]]] = {
    APPLIED: at_most(p50=60),
    RATIO: at_most(p50=3),
    MEMORY: at_most(p50=1_200),
    PREVIEWED: at_most(p50=20),
    AGAIN: at_most(p50=15),
    COMMAND_MEMORY: at_most(p50=1_200),
    EXPORTED: at_most(p50=20),
    OFFICE_LIST: at_most(p50=2),
}


def subjects(sizes: Iterable[int]) -> Iterator[Subject]:
    """Yield one subject per size, each measured in its own store."""
    for size in sizes:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            yield pool.submit(_subject, size).result()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """The generated elements of one size, with the label of each node by its id."""

    size: int
    elements: tuple[Node | Link, ...]
    labels: Mapping[str, str]

    def figure(self, name: str, unit: str, *runs: float) -> Figure:
        """A figure with the limits for this size."""
        limits = LIMITS.get(name, ()) if self.size == _LIMITED or unit == "×" else ()
        return Figure(name=name, unit=unit, runs=runs, limits=limits)


def _subject(size: int) -> Subject:
    snapshot = build(columns(round(size * _SHARE), SEED), 1)
    elements = tuple(cast("Iterator[Node | Link]", snapshot.elements()))
    labels = {element.id: str(element.label) for element in elements if isinstance(element, Node)}
    generated = Generated(size=size, elements=elements, labels=labels)
    about = {"nodes": len(labels), "links": len(elements) - len(labels), "seed": SEED}
    figures = [figure for measure in MEASURED for figure in measure(generated)]
    return Subject(name=f"exchange {size // 1_000}k", figures=tuple(figures), about=about)


def _writing(generated: Generated) -> Iterator[Figure]:
    """Yield the times of one change set in a new store, and of the driver alone in another."""
    with installation() as home:
        applied_s, memory_mb, engine_mb = _applied(home, generated)
    with installation() as home:
        plain_s = _plain(home, generated)
    yield generated.figure(APPLIED, "s", applied_s)
    yield generated.figure(PLAIN, "s", plain_s)
    yield generated.figure(RATIO, "×", applied_s / plain_s)
    yield generated.figure(MEMORY, "MB", memory_mb)
    yield generated.figure(ENGINE, "MB", engine_mb)


def _commands(generated: Generated) -> Iterator[Figure]:
    """Yield the times of an operator's commands, with Python's start; the engine is running."""
    with exchange_files.temporary_folder(generated.elements) as folder, installation() as home:
        exchange_files.imported(home, SMALL)  # creates the keys and starts the engine
        runs = [exchange_files.imported(home, folder)]
        runs += [exchange_files.imported(home, folder, "--apply", "--json") for _ in range(2)]
        if json.loads(runs[-1][2])["count"]:
            raise RuntimeError(f"the same again: {runs[-1][2]}")
        for name, (seconds, _mb, _printed) in zip((PREVIEWED, WRITTEN, AGAIN), runs, strict=True):
            yield generated.figure(name, "s", seconds)
        yield generated.figure(COMMAND_MEMORY, "MB", max(mb for _seconds, mb, _printed in runs))
        yield generated.figure(EXPORTED, "s", exchange_files.exported_s(home))
    yield generated.figure(OFFICE_LIST, "s", exchange_files.office_list_s())


MEASURED: Final[tuple[Callable[[Generated], Iterator[Figure]], ...]] = (_writing, _commands)
"""The measurements made with the generated elements."""


def _applied(home: Installation, generated: Generated) -> tuple[float, float, float]:
    """Return seconds, and the peak memory in MB of this process and of the engine."""
    changes = ChangeSet(
        made_by="bench", made_at=datetime.now(UTC), reason=ChangeReason.SEEDED,
        creates=generated.elements,
    )  # fmt: skip
    with ExitStack() as until_done:
        store = until_done.enter_context(open_location(home.place))
        engine = running_engine(home.place.engine_home)
        if engine is None:
            raise RuntimeError("no engine is running")
        ours = until_done.enter_context(most_mb(None))
        its = until_done.enter_context(most_mb(engine.pid))
        seconds, _ = clocked(partial(store.apply, changes))
    return seconds, max(ours), max(its)


def _plain(home: Installation, generated: Generated) -> float:
    """Return the seconds of plain statements without change records; ends are found by an index."""
    rows: defaultdict[LiteralString, list[Mapping[str, Any]]] = defaultdict(list)
    for element in generated.elements:
        if isinstance(element, Link):
            ends = generated.labels[element.source_id], generated.labels[element.target_id]
            row = {"source_id": element.source_id, "target_id": element.target_id}
            rows[_create_links(element.type, *ends)].append({**row, "values": _values(element)})
        else:
            rows[_create_nodes(element.label)].append({"values": _values(element)})
    with (
        embedded_engine(home.place.engine_home) as engine,
        _session(engine) as session,
    ):
        for label in cypher.LABELS:
            session.run(cypher.unique(label, "id")).consume()
        for link_type in cypher.TYPES:
            session.run(cypher.unique_link(link_type)).consume()
        return clocked(partial(_unwind, session, rows))[0]


def _unwind(session: Session, rows: Mapping[LiteralString, list[Mapping[str, Any]]]) -> None:
    with session.begin_transaction(timeout=_LIMIT_S) as transaction:
        for statement, all_rows in rows.items():
            for part in batches(all_rows):
                transaction.run(statement, rows=part).consume()
        transaction.commit()


def _values(element: Element) -> dict[str, object]:
    """Return the stored properties, with the sealed ones in clear."""
    values = {name: getattr(element, name) for name in marked_fields(type(element), Mark.SEALED)}
    clear = {name: stored_value(value) for name, value in values.items() if value is not None}
    return properties(element, clear)


def _create_nodes(label: str) -> LiteralString:
    return cast("LiteralString", f"UNWIND $rows AS row CREATE (node:{label}) SET node = row.values")


def _create_links(link_type: str, source: str, target: str) -> LiteralString:
    statement = (
        f"UNWIND $rows AS row MATCH (source:{source} {{id: row.source_id}}) "
        f"MATCH (target:{target} {{id: row.target_id}}) "
        f"CREATE (source)-[link:{link_type}]->(target) SET link = row.values"
    )
    return cast("LiteralString", statement)


@contextmanager
def _session(engine: Engine) -> Generator[Session]:
    with (
        GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password)) as driver,
        driver.session() as session,
    ):
        yield session
