"""The notebook of the docs, executed on the demo: `make notebook` rewrites docs/workbench.ipynb.

The cells are run here in order, as a kernel does; the printed text and the value of the last line
are stored below each. The output is reproducible: a change in it is a change in an answer.
"""

import ast
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Final, cast

import nbformat
import pandas as pd  # pyright: ignore[reportMissingTypeStubs] - it ships none

from api.identity.demo import demo_logins
from graph.access.policy import Role
from graph.store.encryption.keyring import open_keyring
from seed.loader import load
from tests.api.serving import served
from tests.databases import Server, server_for_demo
from tests.fixtures.app import opened_app
from tests.seed.demo import TODAY

NOTEBOOK: Final = Path("docs/workbench.ipynb")
_DRAWN_ANEW: Final = (
    (re.compile(r"\bT_[0-9a-f]{5}(?=\b|_)"), "T_0"),  # the id that pandas gives a styled table
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1:8000"),
    (re.compile(r" at 0x[0-9a-f]+"), ""),
)
# As in a kernel: in a terminal, pandas would use its width.
_OPTIONS: Final = ("display.max_columns", 20, "display.width", 80)


def executed(text: str, surroundings: Mapping[str, str]) -> str:
    """Return a notebook with the current outputs of its cells, with additional variables.

    Raises: whatever a cell raises.
    """
    book: Any = cast("Any", nbformat).reads(text, as_version=4)
    known: dict[str, Any] = {"__name__": "__main__"}
    with _surrounded(surroundings), cast("Any", pd).option_context(*_OPTIONS):
        count = 0
        for cell in book.cells:
            if cell.cell_type == "code":
                count += 1
                cell.execution_count, cell.outputs = count, _outputs(cell.source, count, known)
    cast("Any", nbformat).validate(book)
    return cast("Any", nbformat).writes(book, version=4) + "\n"


def of_demo(server: Server, folder: Path, text: str) -> str:
    """A notebook executed as the demo's analyst, in an empty database."""
    with open_keyring(folder / "keyring") as keyring, server.with_store(keyring) as store:
        load(store, now=datetime.now(UTC), today=TODAY)
        with (
            opened_app(store, folder) as app,
            demo_logins(app.accounts) as logins,
            served(app.http.app) as address,
        ):
            (password,) = (login.password for login in logins if login.role is Role.ANALYST)
            return executed(text, {"KONTAKTVEJ_API": address, "KONTAKTVEJ_PASSWORD": password})


def _outputs(source: str, count: int, known: dict[str, Any]) -> list[Any]:
    """Return the printed text of a cell, then the value of its last line."""
    v4: Any = cast("Any", nbformat).v4
    lines = ast.parse(source).body
    last = lines.pop() if lines and isinstance(lines[-1], ast.Expr) else None
    value: Any = None
    with redirect_stdout(StringIO()) as printed:
        exec(compile(ast.Module(lines, []), f"<cell {count}>", "exec"), known)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"<cell {count}>", "eval"), known)
    outputs: list[Any] = []
    if stdout := _steady(printed.getvalue()):
        outputs.append(v4.new_output("stream", name="stdout", text=stdout))
    if value is not None:
        data = {name: _steady(text) for name, text in _rendered(value).items()}
        outputs.append(v4.new_output("execute_result", data, execution_count=count))
    return outputs


def _rendered(value: Any) -> dict[str, str]:
    """Return a value as text, and as HTML where it has that form, as tables do."""
    html = getattr(value, "_repr_html_", None)
    return {"text/plain": repr(value)} | ({"text/html": html()} if html else {})


def _steady(text: str) -> str:
    """Replace the parts that differ on each run."""
    for drawn, put in _DRAWN_ANEW:
        text = drawn.sub(put, text)
    return text


@contextmanager
def _surrounded(surroundings: Mapping[str, str]) -> Generator[None]:
    before = dict(os.environ)
    os.environ.update(surroundings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def main() -> None:
    """Write the notebook; where NEO4J_URI names a server, use an empty database there."""
    with server_for_demo() as (server, folder):
        text = of_demo(server, folder, NOTEBOOK.read_text("utf-8"))
    NOTEBOOK.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
