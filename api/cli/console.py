"""Output of the command line: sentences, tables and errors in two languages."""

import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final, cast

from rich.console import Console
from rich.table import Table

from api.i18n import _ as gettext
from graph.errors import GraphError, InvalidNeed, SchemaMismatch, StoreUnavailable, TooExpensive
from graph.progress import Progress, progress_to
from graph.store.installation import PartsMissing
from graph.vocabulary import Language


def language(option: str | None = None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language of `--lang` if given, else Danish if the environment is Danish, else English."""
    locale_name = option or next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)),
        "",
    )
    return "da" if locale_name.lower().startswith("da") else "en"


def _(message: str, lang: Language | None = None, /, **values: object) -> str:
    """Return a message; without a language, in that of the environment (for `--help`)."""
    return gettext(message, lang or language(), **values)


# Names are data: brackets or colons in them are not interpreted as markup.
OUT: Final = Console(highlight=False, markup=False, emoji=False)
ERR: Final = Console(stderr=True, highlight=False, markup=False, emoji=False)


def plain_table(columns: int) -> Table:
    """A table without headers and lines, whose cells wrap on a narrow terminal."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for _column in range(columns):
        table.add_column(overflow="fold")
    return table


def table_with(headings: Iterable[str]) -> Table:
    """A table with headers and without lines, whose cells wrap on a narrow terminal."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold", header_style="dim")
    return table


class CommandRefused(GraphError):
    """A command that is not carried out: the reason and the remedy, in both languages."""

    def __init__(self, danish: str, english: str) -> None:
        super().__init__(english)
        self._danish = danish

    def text(self, lang: Language) -> str:
        """The sentence for the operator."""
        return self._danish if lang == "da" else str(self)


def error_text(error: GraphError, lang: Language) -> str:
    """The sentence for a user with the cause, since the user is also the operator."""
    text = error.text(lang)
    if isinstance(error, PartsMissing):
        return error.operator_message(lang)
    if isinstance(error, SchemaMismatch | TooExpensive):
        return f"{text}\n{error}"
    if isinstance(error, StoreUnavailable):
        return _("The register cannot be used: {error}", lang, error=error)
    if isinstance(error, InvalidNeed) and error.field in _OPTIONS:
        return _OPTIONS[error.field] + text.removeprefix(error.field)
    return text


_OPTIONS: Final = {
    "target": "--to", "max_paths": "-k", "max_hops": "--max-hops", "via": "--via",
    "stops": "--stops", "against": "--against", "competence": "--competence",
    "language": "--language", "within_km": "--within-km", "at": "--at",
    "max_contacts": "--contacts",
}  # fmt: skip
"""Options of the command line for fields of a need, if they differ in name."""


@contextmanager
def show_waiting(text: str) -> Generator[Callable[[], None]]:
    """Print what is being waited for; on a terminal with the elapsed seconds.

    Yields a function that ends the counter early, so that another display can replace it.
    """
    ERR.print(text)
    if not ERR.is_terminal:
        yield lambda: None
        return
    from rich.progress import Progress, SpinnerColumn, TimeElapsedColumn

    with Progress(SpinnerColumn(), TimeElapsedColumn(), console=ERR, transient=True) as clock:
        clock.add_task("", total=None)
        yield clock.stop


@contextmanager
def show_progress(lang: Language) -> Generator[None]:
    """Show the stages of a long computation on a terminal, until it ends or is interrupted."""
    if not ERR.is_terminal:
        yield
        return
    from rich import progress as bars

    columns = (
        bars.SpinnerColumn(), bars.TimeElapsedColumn(), bars.TextColumn("{task.description}"),
        bars.BarColumn(),
    )  # fmt: skip
    with bars.Progress(*columns, console=ERR, transient=True) as display:
        task = display.add_task("", total=None)

        def update(progress: Progress) -> None:
            display.update(
                task, description=progress.stage.label(lang), completed=progress.done,
                total=progress.total or None,
            )  # fmt: skip

        with progress_to(update):
            yield


def write(text: str) -> None:
    """Print a text unformatted, for programs."""
    sys.stdout.write(f"{text}\n")


def write_json(answer: object) -> None:
    """Print frozen dataclasses as JSON, for programs."""
    write(as_json(answer))


def as_json(answer: object) -> str:
    """Frozen dataclasses as indented JSON with field names as keys.

    Sets are sorted, dates ISO, times ISO to the minute, words their identifiers.
    """
    return json.dumps(answer, default=_json_value, ensure_ascii=False, indent=2)


def _json_value(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    match value:
        case Enum():
            return value.name
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Path():
            return str(value)
        case Mapping():
            return dict(cast("Mapping[Any, Any]", value))
        case frozenset():
            return sorted(cast("frozenset[Any]", value))
        case _:
            raise TypeError(f"no JSON for {type(value).__name__}")
