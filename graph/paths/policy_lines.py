"""On which line of a policy file does a key stand? The reader of TOML does not tell."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

_TABLE: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY: Final = re.compile(r"""\s*(["']?)([\w.-]+)\1\s*=""")


def with_lines(text: str, faults: Iterable[str]) -> Iterator[str]:
    """The faults, `links.KNOWS.factor: ...`, each with the line of its key before it.

    A key inside a table on one line stands on that line; what is missing, where it should stand.
    """
    lines = {path: number for number, path in _paths(text)}
    for fault in faults:
        path = fault.partition(":")[0]
        while path and path not in lines:
            path = path.rpartition(".")[0]
        yield f"line {lines[path]}: {fault}" if path else fault


def _paths(text: str) -> Iterator[tuple[int, str]]:
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = f"{found[1]}."
            yield number, found[1]
        elif found := _KEY.match(line):
            yield number, f"{table}{found[2]}"
