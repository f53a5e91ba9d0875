"""The export formats of the structure; each module here defines one or two, and is discovered.

The API schemas, the explorer, the command line and the API guide list the formats from here.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, cast

from graph.exchange.structure_format import StructureFormat
from graph.vocabulary import Term

FORMATS: Final[Mapping[str, StructureFormat]] = {
    format.id: format
    for module in sorted(module.name for module in iter_modules(__path__))
    for format in cast("tuple[StructureFormat, ...]", import_module(f"{__name__}.{module}").FORMATS)
}
"""All formats by identifier, in order of their modules."""

ExportFormat = cast(
    "type[Term]",
    cast("Any", Term)(
        "ExportFormat",
        {format.id: (format.id, format.label_da, format.label_en) for format in FORMATS.values()},
        module=__name__,
    ),
)
"""The formats as terms with their labels, as in the vocabulary of the API."""
