"""Imports of files in third-party formats: OS2mo, FK-Organisation, Popolo and HSDS.

`detect_format` finds the format, `read_records` reads a file, and `preview_records` compares it
with an `ImportRegister`; the preview has the change set, as for lists.
"""

from graph.exchange.imports.records.record_formats import (
    RecordFormat,
    SourceFiles,
    detect_format,
    is_json,
    read_records,
)
from graph.exchange.imports.records.record_mapping import RecordMapping
from graph.exchange.imports.records.record_preview import preview_records
from graph.exchange.imports.records.record_reader import EndMeaning
from graph.exchange.imports.records.source_records import RecordNote, RecordSet

__all__ = [
    "EndMeaning",
    "RecordFormat",
    "RecordMapping",
    "RecordNote",
    "RecordSet",
    "SourceFiles",
    "detect_format",
    "is_json",
    "preview_records",
    "read_records",
]
