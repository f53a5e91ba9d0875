"""Writes RESULTS.md from what was measured here: machine, date, versions, and every table.

Sections that were not measured here stay unchanged, with their own date and commit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.bench import bolt
from tests.bench.figures import Subject
from tests.bench.peers import PEERS
from tests.bench.report import HEADINGS, description, lines

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
SHORT: Final = Path(__file__).with_name("SHORT.md")
"""What misses its limit and why: written by hand, and included in the page."""
_BEGIN: Final = "## "
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


def write_results(
    measured: Iterable[tuple[Subject, Mapping[str, Any]]], path: Path, order: Sequence[str]
) -> None:
    """Write the page over the one before. `order` holds the first words of headings."""
    before = path.read_text("utf-8") if path.exists() else ""
    text = "\n".join(page(measured, before, order, SHORT.read_text("utf-8")))
    path.write_text(text, encoding="utf-8")


def page(
    measured: Iterable[tuple[Subject, Mapping[str, Any]]],
    before: str,
    order: Sequence[str],
    short: str,
) -> Iterator[str]:
    """Yield its lines: the tables, what misses its limit and why, and the peers."""
    yield _HEAD
    sections = _standing(before, order)
    for subject, taken_on in measured:
        sections[subject.name] = "\n".join(_section(subject, taken_on))
    for name in sorted(sections, key=lambda name: order.index(_word(name))):
        yield f"{_BEGIN}{name}\n"
        yield sections[name]
    yield short
    yield _PEERS
    yield from _table(("package", "what it is asked"), _limits())


def _standing(before: str, order: Sequence[str]) -> dict[str, str]:
    """The sections of a page by name: those of subjects, without their headings."""
    _, *parts = f"\n{before}".split(f"\n{_BEGIN}")
    sections = (part.partition("\n\n") for part in parts)
    return {name: text for name, _, text in sections if _word(name) in order}


def _word(name: str) -> str:
    return name.partition(" ")[0]


def _section(subject: Subject, taken_on: Mapping[str, Any]) -> Iterator[str]:
    if subject.about:
        yield f"{description(subject.about)}.\n".capitalize()
    yield f"{_machine(taken_on)}\n"
    yield from _table(HEADINGS, (line.cells for line in lines(subject.figures)))


def _machine(taken_on: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in taken_on["packages"].items())
    return (
        f"{taken_on['at'][:10]}, commit {taken_on['commit']}, {taken_on['processor']}, "
        f"{taken_on['cores']} cores, {taken_on['memory_mb'] // 1024} GB, load "
        f"{taken_on['load'][0]}; {taken_on['system']}, Python {taken_on['python']}, {versions}."
    )


def _limits() -> Iterator[tuple[str, str]]:
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
