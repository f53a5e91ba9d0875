"""Measures the commands that import and export files of our own format and of an office."""

import csv
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.exchange.formats.native import native
from graph.exchange.imports import (
    ImportOptions,
    ImportRegister,
    guess,
    preview,
    read_file,
    table_of,
)
from graph.exchange.imports.native import native_columns
from graph.exchange.native_layout import LINKS, NODES, native_cell
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.model import Element, Link, Node, Secret
from graph.snapshot.snapshot import Snapshot
from graph.store.location import open_location
from tests.bench.figures import clocked
from tests.bench.installation import Installation
from tests.graph.exchange.imports.office_lists import denmark, office_workbook

SOURCE: Final = "bench"
_ROWS: Final = 300


def write_native(folder: Path, elements: Iterable[Element]) -> None:
    """Write elements as `nodes.csv` and `links.csv`, with names and contact values in clear."""
    every = tuple(elements)
    for file, of in ((NODES, Node), (LINKS, Link)):
        columns = native_columns(file)
        with (folder / file).open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, delimiter=";")
            writer.writerow(columns)
            for record in every:
                if isinstance(record, of):
                    own = {field.name for field in fields(record)}
                    values = (
                        _cell(getattr(record, name)) if name in own else "" for name in columns[1:]
                    )
                    writer.writerow([str(getattr(record, columns[0])), *values])


def _cell(value: object) -> str:
    return native_cell(value.uncover() if isinstance(value, Secret) else value)


@contextmanager
def temporary_folder(elements: Iterable[Element]) -> Generator[Path]:
    """Yield a temporary folder with the elements in native files."""
    with TemporaryDirectory(prefix="kontaktvej-bench-") as folder:
        write_native(Path(folder), elements)
        yield Path(folder)


def imported(home: Installation, folder: Path, *more: str) -> tuple[float, float, str]:
    """Return seconds, peak memory in MB and output of one `kontaktvej import`.

    Raises: RuntimeError: the command failed.
    """
    return home.watched("import", str(folder), "--source", SOURCE, *more)


def exported_s(home: Installation) -> float:
    """Return the seconds to export all that the operator sees in our own format."""
    with open_location(home.place) as store:
        snapshot = store.load()
    seconds, _content = clocked(partial(_exported, snapshot))
    return seconds


def _exported(snapshot: Snapshot) -> bytes:
    today = datetime.now(UTC).date()
    view = View(snapshot, LOCAL_OPERATOR, today, today=today)
    ids = [view.id(row) for row in np.flatnonzero(view.visible).tolist()]
    selection = ExportSelection(view, ids, with_names=False)
    stamp = Provenance(
        number="bench", account=LOCAL_OPERATOR.account, made_at=datetime.now(UTC), on=today,
        losses=selection.losses, is_demo=False,
    )  # fmt: skip
    return native(selection, stamp, "da")


def office_list_s() -> float:
    """Return the seconds from an Excel file of 300 rows to its preview, in Denmark's register."""
    data, snapshot, on = office_workbook(_ROWS), denmark(), date(2026, 11, 25)
    options = ImportOptions(
        source=SOURCE, batch=f"{SOURCE}:1", on=on, made_by="bench", made_at=datetime.now(UTC)
    )

    def run() -> None:
        table = table_of(read_file("liste.xlsx", data))
        register = ImportRegister.of(snapshot, on)
        preview(table, guess(table, register), register, options)

    return clocked(run)[0]
