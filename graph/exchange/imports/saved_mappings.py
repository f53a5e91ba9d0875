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


def save_mapping(home: Path, name: str, mapping: TableMapping, batch: str = "") -> Path:
    """Save a mapping by name, with the columns of the earlier one that this list does not have.

    The earlier one is kept under the id of the batch, for `put_back`. Raises: InvalidNeed: the name
    is invalid, or the earlier one cannot be read.
    """
    path = _path(home, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        saved = path.read_text("utf-8")
        mapping = mapping.added_to(TableMapping.from_json(saved))
        if batch and mapping.to_json() != saved:
            earlier = _earlier(path)
            earlier.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = 1 + max((_number(old) for old in earlier.iterdir()), default=0)
            (earlier / f"{number}.{_safe(batch)}.json").write_text(saved, "utf-8")
    new = path.with_suffix(".new")
    new.write_text(mapping.to_json(), "utf-8")
    new.replace(path)
    return path


def put_back(home: Path, name: str, batch: str) -> bool:
    """Put back the mapping that an import replaced, if no later one replaced it again."""
    path = _path(home, name)
    newest = max(_earlier(path).glob("*.json"), key=_number, default=None)
    if newest is None or newest.stem != f"{_number(newest)}.{_safe(batch)}":
        return False
    newest.replace(path)
    return True


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


def _earlier(path: Path) -> Path:
    return path.parent / "earlier" / path.stem


def _number(earlier: Path) -> int:
    return int(earlier.name.partition(".")[0])


def _safe(batch: str) -> str:
    return batch.replace(":", "-")
