"""Imports of lists as municipalities keep them: read, guess, preview, change set.

`read_file` and `table_of` read a file, `guess` maps its columns to fields, `preview` compares it
with an `ImportRegister`, and a store applies `Preview.change_set`.
"""

from graph.exchange.imports.comparison import ImportOptions, KnownContacts
from graph.exchange.imports.faults import FileRefused, ImportFault, ImportRule
from graph.exchange.imports.limits import OPERATOR_LIMITS, ReadingLimits
from graph.exchange.imports.mapping import (
    ColumnMapping,
    TableMapping,
    ValueReading,
    for_table,
    guess,
    mapping_faults,
)
from graph.exchange.imports.preview import (
    Preview,
    PreviewRow,
    RowState,
    faults_csv,
    require_source,
)
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.table_preview import preview, rows_to_correct
from graph.exchange.imports.tabular import SourceFile, SourceTable, read_file, table_of
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.values import DateOrder

__all__ = [
    "OPERATOR_LIMITS",
    "ColumnMapping",
    "DateOrder",
    "FileRefused",
    "ImportFault",
    "ImportOptions",
    "ImportRegister",
    "ImportRule",
    "KnownContacts",
    "Preview",
    "PreviewRow",
    "ReadingLimits",
    "RowState",
    "SourceFile",
    "SourceTable",
    "TableMapping",
    "TargetField",
    "ValueReading",
    "faults_csv",
    "for_table",
    "guess",
    "mapping_faults",
    "preview",
    "read_file",
    "require_source",
    "rows_to_correct",
    "table_of",
]
