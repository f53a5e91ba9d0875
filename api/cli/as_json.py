"""JSON output: ids, codes, numbers and dates, with field names as keys."""

import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, cast


def as_json(answer: object) -> str:
    """Frozen dataclasses as indented JSON.

    Sets are sorted, dates ISO, times ISO to the minute, words their identifiers.
    """
    return json.dumps(plain(answer), ensure_ascii=False, indent=2)


def plain(value: Any) -> Any:
    """A value as dicts, lists, strings and numbers."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, str | int | float) or value is None:
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[Any, Any]", value)
        return {str(key): plain(one) for key, one in pairs.items()}
    if isinstance(value, Collection):
        members = [plain(one) for one in cast("Collection[Any]", value)]
        return sorted(members) if isinstance(value, frozenset) else members
    raise TypeError(f"no JSON for {type(value).__name__}")
