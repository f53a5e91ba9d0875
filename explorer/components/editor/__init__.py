"""An editor for Cypher queries: syntax highlighting, completion, Ctrl+Enter runs the query."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from explorer.components import component_value, draw, is_dark

NAME: Final = "editor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The completions offered while typing."""

    labels: Sequence[str] = ()
    links: Sequence[str] = ()
    fields: Sequence[str] = ()
    parameters: Sequence[str] = ()


def editor(
    label: str,
    text: str,
    *,
    key: str,
    run: str,
    hint: str,
    placeholder: str = "",
    schema: Schema | None = None,
    on_text: Callable[[], None],
    on_run: Callable[[], None],
) -> None:
    """Draw the editor.

    It starts with `text`, and is reset when `text` changes. `on_text` is called when the user has
    changed its text, which `query_text` then returns. `on_run` is called when the user runs the
    query; `run_query_text` then returns its text. `hint` says which key runs it.
    """
    data = {
        "label": label,
        "text": text,
        "run": run,
        "hint": hint,
        "placeholder": placeholder,
        "schema": asdict(schema or Schema()),
        "dark": is_dark(),
    }
    draw(NAME, key=key, data=data, on_text_change=on_text, on_run_change=on_run)


def query_text(key: str) -> str:
    """The text of the editor as the browser last sent it."""
    return str(component_value(key, "text") or "")


def run_query_text(key: str) -> str | None:
    """The text of the query that was just run, returned once; None if no query was run."""
    text: Any = component_value(key, "run")
    return str(text) if text else None
