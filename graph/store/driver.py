"""Neo4j's driver without the table libraries it takes along where it finds them.

The screens need pandas and pyarrow, so they are installed; a process that keeps the graph does not,
and they would take 60 MB of each. Hidden for as long as the driver looks for them, and no longer.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, Final, cast

_LOOKS: Final = "neo4j._optional_deps"
_UNUSED: Final = ("pandas", "pyarrow")


class _Alone(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        known = cast("dict[str, Any]", sys.modules)
        hidden = [name for name in _UNUSED if name not in known]
        known.update(dict.fromkeys(hidden))  # to import None fails, as what is not installed
        try:
            super().exec_module(module)
        finally:
            for name in hidden:
                del known[name]


class DriverAlone(MetaPathFinder):
    """Finds the one module in which the driver looks for them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As the import system asks; None for all other modules."""
        if fullname != _LOOKS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Alone(spec.loader.name, spec.loader.path)
        return spec
