"""Reads Kontaktvej's own format: a row for each node and link, with the model's field names."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from graph.errors import Invalid, RefusedContent
from graph.exchange.csv import unescape_formula
from graph.exchange.imports.excel import open_archive, read_members
from graph.exchange.imports.faults import FaultList, FileRefused, ImportRule
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.tabular import SheetRow, SourceFile, digest_of
from graph.exchange.native_layout import ABOUT, ABOUT_FORMAT, LINKS, NODES, SHEETS, SORT_COLUMN
from graph.model import (
    LINK_CLASSES,
    NODE_CLASSES,
    Link,
    Node,
    Person,
    Secret,
)
from graph.snapshot.field_types import FieldKind, FieldType, field_types
from graph.vocabulary import Rule, Term

_VALUE: Final = "value"
_UNNAMED: Final = {"name": "Uden Navn"}
_OURS: Final = frozenset({"revision"})
"""Fields that each installation counts for itself."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER: Final = re.compile(r"-?\d{1,10}")
_SHARE: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_MEMBER: Final = re.compile(r"(?:[^|\\]|\\.)+")
_ESCAPE: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeElement:
    """An element as read, with its file and line.

    `is_unnamed`: it is a person whose name the file does not have, as in exports without names; the
    name of the element stands for the one in the register.
    """

    element: Node | Link
    file: str
    line: int
    is_unnamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeData:
    """The elements of a folder or zip, and the columns of each file.

    `digest` is the SHA-256 of its files.
    """

    file: str
    digest: str
    elements: tuple[NativeElement, ...]
    columns: Mapping[str, frozenset[str]]
    about: Mapping[str, Any]


def is_native(path: Path) -> bool:
    """Return whether a folder, or a zip by its list of files, is in this format."""
    if path.is_dir():
        return (path / NODES).is_file() or (path / LINKS).is_file()
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return holds_native(archive.namelist())


def holds_native(names: Collection[str]) -> bool:
    """Return whether the names of the files of a zip are those of this format."""
    return not {NODES, LINKS}.isdisjoint(names)


def native_files(path: Path, limits: ReadingLimits | None = None) -> dict[str, bytes]:
    """Return the files of a folder or zip. Raises: FileRefused: one is too large or unexpected."""
    limits = limits or ReadingLimits()
    if path.is_dir():
        files: dict[str, bytes] = {}
        for file in sorted(path.iterdir()):
            if file.name.startswith("."):
                continue
            if file.name not in (NODES, LINKS, ABOUT) or not file.is_file() or file.is_symlink():
                raise FaultList(file.name).refuse(ImportRule.UNKNOWN_FORMAT)
            if file.stat().st_size > limits.file:
                raise FaultList(file.name).refuse(ImportRule.FILE_TOO_LARGE)
            files[file.name] = file.read_bytes()
        return files
    if path.stat().st_size > limits.file:
        raise FaultList(path.name).refuse(ImportRule.FILE_TOO_LARGE)
    return unpacked_native(path.name, path.read_bytes(), limits)


def unpacked_native(name: str, data: bytes, limits: ReadingLimits) -> dict[str, bytes]:
    """Return the files of a zip. Raises: FileRefused: it is beyond a limit, or one unexpected."""
    faults = FaultList(name)
    with open_archive(data, faults, limits) as archive:
        if not {NODES, LINKS, ABOUT}.issuperset(archive.namelist()):
            raise faults.refuse(ImportRule.UNKNOWN_FORMAT)
        return dict(read_members(archive, archive.infolist(), faults, limits))


def native_sheets(file: SourceFile) -> dict[str, bytes] | None:
    """Return the tables of a workbook as those of a folder; None: it is not in this format.

    Rows keep their lines. Raises: FileRefused: a table has faults as a sheet.
    """
    sheets = {sheet.name: sheet for sheet in file.sheets}
    tables = {name: sheets[SHEETS[name]] for name in (NODES, LINKS) if SHEETS[name] in sheets}
    if not any(
        sheet.rows and SORT_COLUMN[name] in sheet.rows[0].cells for name, sheet in tables.items()
    ):
        return None
    if faults := [fault for sheet in tables.values() for fault in sheet.faults]:
        raise FileRefused(faults)
    return {name: _sheet_csv(sheet.rows) for name, sheet in tables.items() if sheet.rows}


def _sheet_csv(rows: Sequence[SheetRow]) -> bytes:
    """The rows of a sheet as a table of a folder, each on its line and as wide as the headers."""
    text, width, line = io.StringIO(), len(rows[0].cells), 1
    write = csv.writer(text, delimiter=";", lineterminator="\n")
    for row in rows:
        text.write("\n" * (row.line - line))
        write.writerow(
            [cell.replace("\n", " ") for cell in row.cells] + [""] * (width - len(row.cells))
        )
        line = row.line + 1
    return text.getvalue().encode()


def read_native(
    name: str, files: Mapping[str, bytes], limits: ReadingLimits | None = None
) -> NativeData:
    """Read the files of a folder.

    Raises: FileRefused: with every fault: unknown columns, labels and words, values of the wrong
        form, broken rules of the model, content that is never stored, an id twice.
    """
    limits = limits or ReadingLimits()
    about = _about(files.get(ABOUT))
    elements: list[NativeElement] = []
    fault_lists: list[FaultList] = []
    seen_ids: set[str] = set()
    columns: dict[str, frozenset[str]] = {}
    for file in (NODES, LINKS):
        if file not in files:
            continue
        faults = FaultList(file)
        fault_lists.append(faults)
        for entry in _read_table(files[file], file, faults, limits, columns):
            if entry.element.id in seen_ids:
                faults.add(Rule.DUPLICATE, entry.line, header="id")
            seen_ids.add(entry.element.id)
            elements.append(entry)
    if broken := [fault for fault_list in fault_lists for fault in fault_list.entries]:
        raise FileRefused(broken)
    if not elements:
        raise FaultList(name).refuse(ImportRule.EMPTY_FILE)
    digest = digest_of(b"\x1f".join(files[file] for file in (NODES, LINKS) if file in files))
    return NativeData(
        file=name, digest=digest, elements=tuple(elements), columns=columns, about=about
    )


def _about(data: bytes | None) -> Mapping[str, Any]:
    if data is None:
        return {}
    faults = FaultList(ABOUT)
    try:
        about = json.loads(data)
    except (ValueError, RecursionError):
        raise faults.refuse(ImportRule.UNKNOWN_FORMAT) from None
    if not isinstance(about, dict):
        raise faults.refuse(ImportRule.UNKNOWN_FORMAT)
    content = cast("dict[str, Any]", about)
    if any(content.get(name) != value for name, value in ABOUT_FORMAT.items()):
        raise faults.refuse(ImportRule.UNKNOWN_FORMAT)
    return content


def native_columns(file: str) -> tuple[str, ...]:
    """Return the columns of a file: its label or type, then every field of its classes."""
    classes = NODE_CLASSES.values() if file == NODES else LINK_CLASSES.values()
    names = dict.fromkeys(
        field.name for cls in classes for field in fields(cls) if field.name not in _OURS
    )
    return (SORT_COLUMN[file], *names)


# ---- reading


class _Unreadable(Exception):
    """Raised for a cell that is not a value of its field."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.rule = rule


def _read_table(
    data: bytes,
    file: str,
    faults: FaultList,
    limits: ReadingLimits,
    columns_of: dict[str, frozenset[str]],
) -> Iterable[NativeElement]:
    """Yield the elements of a file, and add its columns to `columns_of`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(ImportRule.ENCODING, error.object.count(b"\n", 0, error.start) + 1)
        return
    if "\0" in text:
        faults.add(ImportRule.NUL, text.count("\n", 0, text.index("\0")) + 1)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    columns: list[str] | None = None
    layouts: Mapping[str, _Layout] = {}
    sort, line, count = 0, 1, 0
    try:
        for cells in reader:
            here, line = line, reader.line_num + 1
            if not any(cells):
                continue
            if columns is None:
                columns = cells
                _check_columns(columns, file, here, faults)
                if faults.entries:
                    return
                classes = NODE_CLASSES if file == NODES else LINK_CLASSES
                layouts = {
                    str(what): _Layout.of(cls, columns, file) for what, cls in classes.items()
                }
                sort = columns.index(SORT_COLUMN[file])
                columns_of[file] = frozenset(columns)
                continue
            count += 1
            if count > limits.rows:
                faults.add(ImportRule.TOO_MANY_ROWS, here)
                return
            if len(cells) != len(columns):
                faults.add(ImportRule.RAGGED_ROW, here)
                continue
            if (layout := layouts.get(unescape_formula(cells[sort]))) is None:
                faults.add(Rule.UNKNOWN_WORD, here, sort, SORT_COLUMN[file])
                continue
            name = layout.places.get("name")
            is_unnamed = layout.cls is Person and (name is None or not cells[name])
            element = _element(cells, layout, here, faults, _UNNAMED if is_unnamed else {})
            if element is not None:
                yield NativeElement(element=element, file=file, line=here, is_unnamed=is_unnamed)
    except csv.Error as error:
        is_long = "limit" in str(error)
        faults.add(ImportRule.CELL_TOO_LONG if is_long else ImportRule.QUOTES, line)
    if columns is None:
        faults.add(ImportRule.NO_HEADER, 1)


def _check_columns(columns: Sequence[str], file: str, line: int, faults: FaultList) -> None:
    known_columns = native_columns(file)
    for at, name in enumerate(columns):
        if name not in known_columns and name not in _OURS:
            faults.add(Rule.UNKNOWN_FIELD, line, at)
        elif columns.index(name) != at:
            faults.add(ImportRule.SAME_HEADER, line, at, name)
    for name in (known_columns[0], "id", "source"):
        if name not in columns:
            faults.add(ImportRule.MISSING_COLUMN, line, header=name)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a table for a class: place, name and type of each field; type None: a secret.

    `others` are the columns that are not fields of it, `required` the fields that a row must have.
    """

    cls: type[Node | Link]
    fields: tuple[tuple[int, str, FieldType | None], ...]
    others: tuple[tuple[int, str], ...]
    required: frozenset[str]
    places: Mapping[str, int]

    @classmethod
    def of(cls, element_class: type[Node | Link], columns: Sequence[str], file: str) -> "_Layout":
        """The layout of a class in a table with these columns."""
        own = {field.name: field for field in fields(element_class)}
        types = field_types(element_class)
        value_columns = [
            (place, name)
            for place, name in enumerate(columns)
            if name not in (SORT_COLUMN[file], *_OURS)
        ]
        return cls(
            cls=element_class,
            fields=tuple(
                (place, name, None if name == _VALUE else types[name])
                for place, name in value_columns
                if name in own
            ),
            others=tuple((place, name) for place, name in value_columns if name not in own),
            required=frozenset(
                name
                for name, field in own.items()
                if field.default is MISSING and field.default_factory is MISSING
            ),
            places={name: place for place, name in enumerate(columns)},
        )


def _element(
    cells: Sequence[str],
    layout: _Layout,
    line: int,
    faults: FaultList,
    defaults: Mapping[str, Any],
) -> Node | Link | None:
    """The element of a row, with `defaults` for empty cells; None: it has faults."""
    values = dict(defaults)
    before = len(faults.entries)
    for place, name in layout.others:
        if cells[place]:
            faults.add(Rule.UNKNOWN_FIELD, line, place, name)
    unreadable: set[str] = set()
    for place, name, kind in layout.fields:
        if not cells[place]:
            continue
        cell = unescape_formula(cells[place])
        try:
            values[name] = Secret(cell) if kind is None else _value(kind, cell)
        except _Unreadable as error:
            unreadable.add(name)
            faults.add(error.rule, line, place, name)
    for name in sorted(layout.required - values.keys() - unreadable):
        faults.add(Rule.REQUIRED, line, layout.places.get(name), name)
    if len(faults.entries) > before:
        return None
    try:
        return layout.cls(**values)
    except (Invalid, RefusedContent) as error:
        for fault in error.faults:
            faults.add(fault.rule, line, layout.places.get(fault.field), fault.field)
        return None


def _value(field: FieldType, cell: str) -> Any:
    match field.kind:
        case FieldKind.TEXT:
            return cell
        case FieldKind.TEXTS:
            return frozenset(_members(cell))
        case FieldKind.WORD:
            return _word(field, cell)
        case FieldKind.WORDS:
            return frozenset(_word(field, text) for text in _members(cell))
        case FieldKind.DATE if _DATE.fullmatch(cell):
            try:
                return date.fromisoformat(cell)
            except ValueError:
                raise _Unreadable(Rule.BAD_FORMAT) from None
        case FieldKind.NUMBER if _NUMBER.fullmatch(cell):
            return int(cell)
        case FieldKind.SHARE if _SHARE.fullmatch(cell):
            return float(cell)
        case FieldKind.FLAG if cell in ("true", "false"):
            return cell == "true"
        case _:
            raise _Unreadable(Rule.BAD_FORMAT)


def _members(cell: str) -> Iterable[str]:
    if not re.fullmatch(rf"{_MEMBER.pattern}(?:\|{_MEMBER.pattern})*", cell):
        raise _Unreadable(Rule.BAD_FORMAT)
    return (_ESCAPE.sub(r"\1", match[0]) for match in _MEMBER.finditer(cell))


def _word(field: FieldType, text: str) -> Term:
    try:
        return cast("type[Term]", field.words)(text)
    except ValueError:
        raise _Unreadable(Rule.UNKNOWN_WORD) from None
