"""The third-party formats that can be read, the detection of each, and the reading of a file.

Nothing is imported of a file with a fault, and nothing that a file refers to is fetched.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

from graph.errors import RefusedContent
from graph.exchange.imports import delimited
from graph.exchange.imports.excel import open_archive, read_members
from graph.exchange.imports.faults import FaultList, FileRefused, ImportRule
from graph.exchange.imports.header_exclusions import is_other_number
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.records.fk_organisation import (
    FkOrganisationReader,
    is_fk_organisation,
)
from graph.exchange.imports.records.hsds import HsdsReader, is_hsds
from graph.exchange.imports.records.json_text import parse_json, refuse_forbidden
from graph.exchange.imports.records.os2mo import Os2moReader, is_os2mo
from graph.exchange.imports.records.popolo import PopoloReader, is_popolo
from graph.exchange.imports.records.record_reader import EndMeaning, JsonObject, RecordReader
from graph.exchange.imports.records.source_records import RecordSet
from graph.exchange.imports.tabular import ZIP_MARK, digest_of
from graph.exchange.imports.words import plain
from graph.model.content_filter import forbidden_column, holds_number, refuse_cells
from graph.vocabulary import Rule, Term

_HEADS: Final = ("organizations", "organization", "services", "service")
_CSV: Final = ".csv"
_WORKBOOK: Final = "[Content_Types].xml"
MOST_LEVELS: Final = 64
"""Largest depth of nested units."""


class RecordFormat(Term):
    """A third-party format that can be imported."""

    OS2MO = "OS2MO", "OS2mo (GraphQL)", "OS2mo (GraphQL)"
    FK_ORG = "FK_ORG", "FK-Organisation (JSON)", "FK-Organisation (JSON)"
    POPOLO = "POPOLO", "Popolo (JSON)", "Popolo (JSON)"
    HSDS = "HSDS", "HSDS 3 (CSV eller JSON)", "HSDS 3 (CSV or JSON)"


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """The bytes of a file, or those of each file of a folder by its name."""

    name: str
    files: tuple[tuple[str, bytes], ...]
    is_folder: bool = False

    @classmethod
    def of(cls, path: Path, limits: ReadingLimits) -> "SourceFiles":
        """Read a file, or the CSV files of a folder; of each at most one byte above the limit.

        Raises: FileRefused: there are too many files in the folder.
        """
        if not path.is_dir():
            with path.open("rb") as stream:
                return cls(path.name, ((path.name, stream.read(limits.file + 1)),))
        files = sorted(
            file for file in path.glob("*.csv") if file.is_file() and not file.is_symlink()
        )
        if len(files) > limits.archive_entries:
            raise FaultList(path.name).refuse(ImportRule.ARCHIVE_ENTRIES)
        contents: list[tuple[str, bytes]] = []
        for file in files:
            with file.open("rb") as stream:
                contents.append((file.name, stream.read(limits.file + 1)))
        return cls(path.name, tuple(contents), is_folder=True)

    def digest(self) -> str:
        """Return the SHA-256 of the file, or of the files of the folder."""
        if not self.is_folder:
            return digest_of(self.files[0][1])
        listed = "\n".join(f"{name}\x1f{digest_of(data)}" for name, data in self.files)
        return hashlib.sha256(listed.encode()).hexdigest()


def detect_format(source: SourceFiles) -> RecordFormat | None:
    """Return the format of a file, if unambiguous; None: it is a list, or ambiguous."""
    if source.is_folder:
        return RecordFormat.HSDS if _is_tables([name for name, _ in source.files]) else None
    data = source.files[0][1]
    if data.startswith(ZIP_MARK):
        try:
            with open_archive(data, FaultList(source.name), ReadingLimits()) as archive:
                names = archive.namelist()
        except FileRefused:
            return None
        return RecordFormat.HSDS if _WORKBOOK not in names and _is_tables(names) else None
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        document = parse_json(data, FaultList(source.name))
    except FileRefused:
        return None
    formats = [
        form
        for form, is_it in (
            (RecordFormat.OS2MO, is_os2mo),
            (RecordFormat.FK_ORG, is_fk_organisation),
            (RecordFormat.POPOLO, is_popolo),
            (RecordFormat.HSDS, is_hsds),
        )
        if is_it(document)
    ]
    return formats[0] if len(formats) == 1 else None


def is_json(source: SourceFiles) -> bool:
    """Return whether a file begins as JSON does."""
    start = source.files[0][1][:64] if source.files and not source.is_folder else b""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _is_tables(names: Sequence[str]) -> bool:
    return any(PurePosixPath(name).stem.casefold() in _HEADS for name in names)


def read_records(
    source: SourceFiles,
    form: RecordFormat,
    on: date,
    *,
    ends: EndMeaning | None = None,
    limits: ReadingLimits | None = None,
) -> RecordSet:
    """Read a file of a format into units, posts and persons.

    Raises: FileRefused: with every fault found.
    """
    limits = limits or ReadingLimits()
    faults = FaultList(source.name)
    if any(len(data) > limits.file for _, data in source.files):
        raise faults.refuse(ImportRule.FILE_TOO_LARGE)
    reader: RecordReader
    is_zip = not source.is_folder and source.files[0][1].startswith(ZIP_MARK)
    if source.is_folder or is_zip:
        if form is not RecordFormat.HSDS:
            raise faults.refuse(ImportRule.OTHER_FORMAT)
        files = source.files if source.is_folder else _csv_files(source, faults, limits)
        reader = HsdsReader(faults, on)
        reader.read_tables(_tables(files, faults, limits))
    else:
        document: Any = parse_json(source.files[0][1], faults)
        refuse_forbidden(document, faults, limits)
        faults.require_none()
        match form:
            case RecordFormat.OS2MO:
                reader = Os2moReader(faults, on, ends)
            case RecordFormat.FK_ORG:
                reader = FkOrganisationReader(faults, on)
            case RecordFormat.POPOLO:
                reader = PopoloReader(faults, on)
            case RecordFormat.HSDS:
                reader = HsdsReader(faults, on)
        reader.read(document)
    if len(reader.units) + len(reader.seats) > limits.rows:
        raise faults.refuse(ImportRule.TOO_MANY_ROWS)
    for unit in reader.units.values():
        above, passed_ids = unit.parent, {unit.id}  # a long cycle is too deep as well
        while above is not None and above in reader.units and above not in passed_ids:
            passed_ids.add(above)
            if len(passed_ids) > MOST_LEVELS:
                faults.add(ImportRule.TOO_MANY_LEVELS, path=unit.path)
                break
            above = reader.units[above].parent
    faults.require_none()
    if not (reader.units or reader.seats or reader.persons or reader.notes):
        raise faults.refuse(ImportRule.EMPTY_FILE)
    return RecordSet(
        file=source.name,
        format=form.value,
        digest=source.digest(),
        units=tuple(reader.units.values()),
        seats=tuple(reader.seats),
        persons=dict(reader.persons),
        notes={note: count for note, count in reader.notes.items() if count},
        unread=dict(reader.unread),
    )


def _csv_files(
    source: SourceFiles, faults: FaultList, limits: ReadingLimits
) -> list[tuple[str, bytes]]:
    """The CSV files of a zip; nothing is written to the disk."""
    with open_archive(source.files[0][1], faults, limits) as archive:
        entries = [
            entry
            for entry in archive.infolist()
            if not entry.is_dir() and entry.filename.casefold().endswith(_CSV)
        ]
        members = read_members(archive, entries, faults, limits, folder=f"{faults.file}/")
        return [(PurePosixPath(name).name, content) for name, content in members]


def _tables(
    files: Sequence[tuple[str, bytes]], faults: FaultList, limits: ReadingLimits
) -> dict[str, list[tuple[JsonObject, str]]]:
    """The rows of each CSV file as objects; faults of content name the file, line and column."""
    tables: dict[str, list[tuple[JsonObject, str]]] = {}
    for name, data in files:
        own = FaultList(f"{faults.file}/{name}")
        sheets, _ = delimited.sheets_of(data, own, limits, "utf-8")
        rows = sheets[0].rows
        header = rows[0] if rows else None
        tables.setdefault(name, [])  # folders of a zip may have files of the same name
        if header is None:
            continue
        names = list(header.cells)
        for column, text in enumerate(header.cells):
            if forbidden_column(text) or holds_number(text):
                own.add(Rule.FORBIDDEN_COLUMN, header.line, column)
                names[column] = ""  # a refused text is not repeated
        if len(set(header.cells)) != len(header.cells):
            own.add(ImportRule.SAME_HEADER, header.line)
        is_other = [is_other_number(plain(text)) for text in header.cells]
        for row in rows[1:]:
            if len(row.cells) != len(header.cells):
                own.add(ImportRule.RAGGED_ROW, row.line)
                continue
            for column, cell in enumerate(row.cells):
                if not is_other[column] and holds_number(cell):
                    own.add(Rule.CPR_NUMBER, row.line, column, names[column])
            try:
                columns = [str(column) for column in range(len(row.cells))]
                refuse_cells(row.cells, columns=columns)
            except RefusedContent as error:
                own.add(error.rule, row.line, int(error.field))
            cells = zip(header.cells, row.cells, strict=True)
            record = {key: cell for key, cell in cells if cell}
            tables[name].append((record, f"{name}[{row.line}]"))
        faults.entries += own.entries
    faults.require_none()
    return tables
