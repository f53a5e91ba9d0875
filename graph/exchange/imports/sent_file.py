"""Reading of a file of any importable format from its bytes: list, Kontaktvej's own, third-party.

The format follows from the contents, or is chosen; the reader of each format has the same limits,
and `preview_sent` compares the result with the register.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from graph.exchange.imports.comparison import ImportOptions, KnownContacts
from graph.exchange.imports.excel import is_workbook, open_archive
from graph.exchange.imports.faults import FaultList, FileRefused, ImportRule
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.mapping import TableMapping
from graph.exchange.imports.native import (
    NativeData,
    holds_native,
    is_native,
    native_files,
    native_sheets,
    read_native,
    unpacked_native,
)
from graph.exchange.imports.native_preview import preview_native
from graph.exchange.imports.native_source import as_source
from graph.exchange.imports.planned_elements import PlannedChanges
from graph.exchange.imports.preview import Preview
from graph.exchange.imports.records import (
    EndMeaning,
    RecordFormat,
    RecordMapping,
    RecordSet,
    SourceFiles,
    detect_format,
    is_json,
    preview_records,
    read_records,
)
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.table_preview import preview
from graph.exchange.imports.tabular import ZIP_MARK, SourceTable, read_file, table_of
from graph.model import Change, Element
from graph.progress import Progress, Stage, report
from graph.vocabulary import Rule, Term

SentFile = SourceTable | NativeData | RecordSet


class ImportFormat(Term):
    """A format that can be imported."""

    LIST = "LIST", "Liste (CSV eller Excel)", "List (CSV or Excel)"
    NATIVE = "NATIVE", "Kontaktvejs eget format (zip)", "Kontaktvej's own format (zip)"
    OS2MO = RecordFormat.OS2MO.value, RecordFormat.OS2MO.label_da, RecordFormat.OS2MO.label_en
    FK_ORG = RecordFormat.FK_ORG.value, RecordFormat.FK_ORG.label_da, RecordFormat.FK_ORG.label_en
    POPOLO = RecordFormat.POPOLO.value, RecordFormat.POPOLO.label_da, RecordFormat.POPOLO.label_en
    HSDS = RecordFormat.HSDS.value, RecordFormat.HSDS.label_da, RecordFormat.HSDS.label_en

    @property
    def word(self) -> str:
        """The name of the format on the command line."""
        return self.value.lower().replace("_", "-")


RECORD_FORMATS: Final = {ImportFormat(form.value): form for form in RecordFormat}


def format_of(name: str, data: bytes, limits: ReadingLimits) -> ImportFormat | None:
    """Return the format of a file by its contents; None: JSON of an ambiguous format."""
    if data.startswith(ZIP_MARK):
        try:
            with open_archive(data, FaultList(name), limits) as archive:
                if holds_native(archive.namelist()):
                    return ImportFormat.NATIVE
        except FileRefused:
            return ImportFormat.LIST  # its reader reports the fault of the zip
    source = SourceFiles(name, ((name, data),))
    form = detect_format(source)
    if form is not None:
        return ImportFormat(form.value)
    return None if is_json(source) else ImportFormat.LIST


def read_sent(
    name: str,
    data: bytes,
    on: date,
    *,
    form: ImportFormat | None = None,
    sheet: str | None = None,
    ends: EndMeaning | None = None,
    encoding: str | None = None,
    limits: ReadingLimits | None = None,
) -> SentFile:
    """Read a file; `sheet` and `encoding` apply to a list, `ends` to OS2mo.

    Raises: FileRefused: with every fault found; also where the format must be chosen.
    """
    report(Progress(Stage.READING))
    limits, faults = limits or ReadingLimits(), FaultList(name)
    if len(data) > limits.file:
        raise faults.refuse(ImportRule.FILE_TOO_LARGE)
    is_chosen = form is not None
    form = form or format_of(name, data, limits)
    match form:
        case None:
            raise faults.refuse(ImportRule.UNCLEAR_JSON)
        case ImportFormat.LIST:
            file = read_file(name, data, limits=limits, encoding=encoding)
            tables = None if is_chosen else native_sheets(file)
            return table_of(file, sheet) if tables is None else read_native(name, tables, limits)
        case ImportFormat.NATIVE:
            if not data.startswith(ZIP_MARK):
                raise faults.refuse(ImportRule.OTHER_FORMAT)
            if is_workbook(data):
                tables = native_sheets(read_file(name, data, limits=limits))
            else:
                tables = unpacked_native(name, data, limits)
            if tables is None:
                raise faults.refuse(ImportRule.OTHER_FORMAT)
            return read_native(name, tables, limits)
        case _:
            source = SourceFiles(name, ((name, data),))
            return read_records(source, RECORD_FORMATS[form], on, ends=ends, limits=limits)


def read_path(
    path: Path,
    on: date,
    *,
    limits: ReadingLimits,
    form: ImportFormat | None = None,
    sheet: str | None = None,
    ends: EndMeaning | None = None,
    encoding: str | None = None,
) -> SentFile:
    """Read a file as `read_sent`, or a folder of Kontaktvej's own format or of the tables of HSDS.

    Raises: FileRefused: with every fault found; OSError: the file cannot be read.
    """
    if path.is_dir():
        if form in (None, ImportFormat.NATIVE) and is_native(path):
            return read_native(path.name, native_files(path, limits), limits)
        source = SourceFiles.of(path, limits)
        found = detect_format(source) if form is None else RECORD_FORMATS.get(form)
        if found is None:
            raise FaultList(path.name).refuse(ImportRule.UNKNOWN_FORMAT)
        return read_records(source, found, on, ends=ends, limits=limits)
    with path.open("rb") as stream:
        data = stream.read(limits.file + 1)
    return read_sent(
        path.name, data, on, form=form, sheet=sheet, ends=ends, encoding=encoding, limits=limits
    )


def format_read(file: SentFile) -> ImportFormat:
    """Return the format that a file was read as."""
    match file:
        case SourceTable():
            return ImportFormat.LIST
        case NativeData():
            return ImportFormat.NATIVE
        case RecordSet():
            return ImportFormat(file.format)


def rows_in(file: SentFile) -> int:
    """Return how many rows, elements or records a file has."""
    match file:
        case SourceTable():
            return len(file.rows)
        case NativeData():
            return len(file.elements)
        case RecordSet():
            return len(file)


def preview_sent(
    file: SentFile,
    mapping: TableMapping | RecordMapping | None,
    register: ImportRegister,
    options: ImportOptions,
    *,
    known_contacts: KnownContacts,
    history: Callable[[str], Sequence[Change]],
    compares: Callable[[Element, str], bool] = lambda _element, _field: True,
    denied: Callable[[PlannedChanges], Mapping[str, ImportRule | Rule]] = lambda _plan: {},
    all_elements: Mapping[str, Element] | None = None,
) -> Preview:
    """Compare a file of a source with the register; see the preview of each format.

    `mapping` is that of a list, or of the words of a third-party format. Elements of Kontaktvej's
    own format become those of the source, unless the operator compares them with `all_elements`
    of the store. Raises: FileRefused: as the previews.
    """
    shared: dict[str, Any] = {
        "known_contacts": known_contacts,
        "history": history,
        "denied": denied,
    }
    if isinstance(file, NativeData):
        present = all_elements
        if present is None:
            present = {**register.context.nodes, **register.context.links}
            file = as_source(file, present, options)
        return preview_native(
            file, present, register.revision, options, compares=compares, **shared
        )
    if isinstance(file, SourceTable) and isinstance(mapping, TableMapping):
        return preview(file, mapping, register, options, **shared)
    if isinstance(file, RecordSet) and isinstance(mapping, RecordMapping):
        return preview_records(file, mapping, register, options, **shared)
    raise TypeError(type(mapping))
