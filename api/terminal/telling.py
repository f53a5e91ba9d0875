"""Where the command line writes, and how it tells of errors."""

import sys
from typing import Final

from rich.console import Console
from rich.table import Table

from api.terminal.choosing import Ambiguous
from graph.errors import GraphError, StoreUnavailable, TooExpensive
from graph.vocabulary import Language

OUT: Final = Console(highlight=False)
ERR: Final = Console(stderr=True, highlight=False)


def tell(error: GraphError, lang: Language) -> None:
    """What is wrong and what to do, on standard error."""
    ERR.print(told(error, lang), markup=False)
    if isinstance(error, Ambiguous):
        table = Table(box=None, show_header=False, pad_edge=False)
        for one in error.candidates:
            table.add_row(f"  {one.id}", one.label.label(lang), one.name, " · ".join(one.place))
        ERR.print(table)


def told(error: GraphError, lang: Language) -> str:
    """The sentence for a reader; and the cause, since who sits here is the operator too."""
    if isinstance(error, StoreUnavailable | TooExpensive):
        return f"{error.text(lang)}\n{error}"
    return error.text(lang)


def write(text: str) -> None:
    """A text as it is, for a program to read."""
    sys.stdout.write(f"{text}\n")
