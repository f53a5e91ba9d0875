"""Import hook that hides pandas and pyarrow from the driver of Neo4j while it probes for them.

They are installed for the Streamlit explorer; a process that holds the graph does not need them,
and they would take 60 MB in each.
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
        known.update(dict.fromkeys(hidden))  # a None entry makes the import fail, as if missing
        try:
            super().exec_module(module)
        finally:
            for name in hidden:
                del known[name]


class DriverAlone(MetaPathFinder):
    """Import hook for the one driver module that probes for pandas and pyarrow."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return a spec that hides both packages during execution; None for all other modules."""
        if fullname != _LOOKS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Alone(spec.loader.name, spec.loader.path)
        return spec
