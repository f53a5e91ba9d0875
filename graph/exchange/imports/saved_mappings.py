"""Mappings saved by name in the data folder, so that a source's next list is read the same way."""

import re
from pathlib import Path
from typing import Final

from graph.errors import InvalidNeed
from graph.exchange.imports.mapping import TableMapping

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_FOLDER: Final = "import-mappings"


def mapping_names(home: Path) -> tuple[str, ...]:
    """Return the names of the saved mappings, sorted."""
    return tuple(sorted(path.stem for path in (home / _FOLDER).glob("*.json")))


def save_mapping(home: Path, name: str, mapping: TableMapping) -> Path:
    """Save a mapping, replacing one of this name. Raises: InvalidNeed: the name is invalid."""
    path = _path(home, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(mapping.to_json(), "utf-8")
    new.replace(path)
    return path


def saved_mapping(home: Path, name: str) -> TableMapping | None:
    """Return the mapping of a name, or None. Raises: InvalidNeed: it cannot be read."""
    path = _path(home, name)
    return TableMapping.from_json(path.read_text("utf-8")) if path.exists() else None


def _path(home: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise InvalidNeed(
            "mapping",
            "skriv et kort navn med små bogstaver a-z, tal og bindestreg, eller en fil",
            "write a short name of small letters a-z, digits and hyphens, or a file",
        )
    return home / _FOLDER / f"{name}.json"
