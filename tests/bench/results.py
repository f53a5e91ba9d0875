"""Writes RESULTS.md from what was measured here: machine, date, versions, and every table."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.bench import bolt
from tests.bench.figures import Subject
from tests.bench.peers import PEERS
from tests.bench.report import HEADINGS, lines, told

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
_HEAD: Final = """# How fast it is

Written by `make bench-results` from what `make bench` measured; do not edit. Times are the median
over the passes of a need, and then a percentile over the needs; a ratio is taken need by need.
*Ours* in a ratio is the search for five paths without the rule that they must differ. In each pass
ours follow one another, so all but the first (*right after the others*) find their need's part of
the graph in the processor's caches; an explanation after the first time finds its facts made.
Limits are the goals of the design, for a quiet machine.
"""
_PEERS: Final = """## Who is compared

They are given an easier problem: one need's graph, already filtered for the caller, the date and
the matter, without parallel links, direction and stops on the way as copies of it, one source, one
sink. They know no limit of hops and need not find paths that differ. *Filtered and built* adds what
it takes to get there: the filter, and their graph. Where their paths are short enough for ours, the
costs must be the same: *costs that disagree* counts those that are not. Needs without a path are
left out. Slow ones are asked fewer needs: the column *of* tells how many.
"""


def write_results(measured: Iterable[tuple[Subject, Mapping[str, Any]]], path: Path) -> None:
    """The page, in place of the one before."""
    path.write_text("\n".join(page(measured)), encoding="utf-8")


def page(measured: Iterable[tuple[Subject, Mapping[str, Any]]]) -> Iterator[str]:
    """Its lines: the tables, and who is compared."""
    yield _HEAD
    for subject, taken_on in measured:
        yield from _section(subject, taken_on)
    yield _PEERS
    yield from _table(("package", "what it is asked"), _asked())


def _section(subject: Subject, taken_on: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {subject.name}\n"
    if subject.about:
        yield f"{told(subject.about)}.\n".capitalize()
    yield f"{_machine(taken_on)}\n"
    yield from _table(HEADINGS, (line.cells for line in lines(subject.figures)))


def _machine(taken_on: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in taken_on["packages"].items())
    return (
        f"{taken_on['at'][:10]}, commit {taken_on['commit']}, {taken_on['processor']}, "
        f"{taken_on['cores']} cores, {taken_on['memory_mb'] // 1024} GB, load "
        f"{taken_on['load'][0]}; {taken_on['system']}, Python {taken_on['python']}, {versions}."
    )


def _asked() -> Iterator[tuple[str, str]]:
    for peer in PEERS:
        yield peer.package, peer.answers
    yield "neo4j", bolt.ANSWERS


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    first = tuple(headings)
    yield _row(first)
    yield _row("---" for _ in first)
    for row in rows:
        yield _row(row)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
