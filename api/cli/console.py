"""Output of the command line: sentences, tables and errors in two languages."""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.table import Table

from api.cli.node_choice import Ambiguous
from api.i18n import _ as gettext
from api.text.responses import format_name_match
from graph.errors import GraphError, InvalidNeed, SchemaMismatch, StoreUnavailable, TooExpensive
from graph.store.installation import PartsMissing
from graph.vocabulary import Language


def language(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language of `--lang` if given, else Danish if the environment is Danish, else English."""
    spoken = asked or next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)),
        "",
    )
    return "da" if spoken.lower().startswith("da") else "en"


def _(message: str, lang: Language | None = None, /, **values: object) -> str:
    """Return a message; without a language, in that of the environment (for `--help`)."""
    return gettext(message, lang or language(), **values)


# Names are data: brackets or colons in them are not interpreted as markup.
OUT: Final = Console(highlight=False, markup=False, emoji=False)
ERR: Final = Console(stderr=True, highlight=False, markup=False, emoji=False)


def print_lines(error: GraphError, lang: Language) -> None:
    """Print an error and its remedy on standard error."""
    ERR.print(print_errors(error, lang))
    if isinstance(error, Ambiguous):
        ERR.print(_listed(error, lang))
        if error.has_more:
            ERR.print(_("There are more: type more of the name.", lang))


def folding(columns: int) -> Table:
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


def _listed(error: Ambiguous, lang: Language) -> Table:
    """The candidates, with ids that can be copied in full."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, overflow="ignore")
    for _column in ("label", "name", "place"):
        table.add_column(overflow="fold")
    for one in error.candidates:
        told = format_name_match(one, lang)
        cells = (f"  {one.id}", one.label.label(lang), told, " · ".join(one.place))
        table.add_row(*cells)
    return table


def print_errors(error: GraphError, lang: Language) -> str:
    """The sentence for a user with the cause, since the user is also the operator."""
    text = error.text(lang)
    if isinstance(error, PartsMissing):
        return error.operator_message(lang)
    if isinstance(error, SchemaMismatch | TooExpensive):
        return f"{text}\n{error}"
    if isinstance(error, StoreUnavailable):
        return _("The store cannot be used: {error}", lang, error=error)
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


def write(text: str) -> None:
    """Print a text unformatted, for programs."""
    sys.stdout.write(f"{text}\n")
