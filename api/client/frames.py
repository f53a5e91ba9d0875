"""Answers in a notebook: as a table of pandas or polars, as a network of networkx.

    from api.client.frames import network, table

    shares = table(kontaktvej.coverage_map("VERIFIED"))
    events = table(kontaktvej.history(begins, until), as_="polars")
    around = network(kontaktvej.neighborhood("mun-0787", hops=2))

Nothing is fetched and nothing is added: a table holds what the API told whoever asked, and no more.
What a table is made with is loaded when one is made, so the client stays light without it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, cast, overload

from pydantic import BaseModel

from api.client.columns import columns
from api.client.drawn import AnswerGraph, answer_graph
from api.client.listed import listed

if TYPE_CHECKING:
    import networkx
    import pandas  # pyright: ignore[reportMissingTypeStubs] - it ships none
    import polars

Library = Literal["pandas", "polars"]
_ORIGIN: Final = (
    "revision", "on", "at", "begins", "until", "against", "policy", "measure", "by", "method",
    "version", "sampled", "cut", "is_cut", "is_cut_off", "is_exact",
)  # fmt: skip


def origin(answer: BaseModel) -> dict[str, Any]:
    """By which data, of which date, by which rules, and whether there is more: as far as told."""
    told = {name: getattr(answer, name, None) for name in _ORIGIN}
    return {
        name: one.isoformat() if isinstance(one, date) else one
        for name, one in told.items()
        if one is not None
    }


@overload
def table(
    answer: BaseModel | Iterable[BaseModel],
    rows: str | None = None,
    *,
    as_: Literal["pandas"] = "pandas",
) -> "pandas.DataFrame": ...
@overload
def table(
    answer: BaseModel | Iterable[BaseModel], rows: str | None = None,
    *, as_: Literal["polars"],
) -> "polars.DataFrame": ...  # fmt: skip
def table(
    answer: BaseModel | Iterable[BaseModel], rows: str | None = None, *, as_: Library = "pandas"
) -> Any:
    """The rows of an answer, or of all pages of one, with what is nested in columns of its own.

    `rows`: another of its lists, such as `totals` of a coverage or `paths` of contacts. `attrs` of
    a table of pandas is the `origin` of the answer; one of polars has no such place.

    Raises:
        TypeError: such an answer has no table.
        ValueError: it has no such list, or there is no page.
        ModuleNotFoundError: the library is not installed; it says what to install.
    """
    library = _library(as_)
    pages = _pages(answer)
    found = columns(listed(pages, rows))
    if as_ == "polars":
        return library.DataFrame([_polars(library, name, one) for name, one in found.items()])
    frame = library.DataFrame({name: _pandas(library, one) for name, one in found.items()})
    frame.attrs = origin(pages[-1])
    return frame


def network(answer: BaseModel | Iterable[BaseModel]) -> "networkx.MultiDiGraph[str]":
    """The nodes and links of an answer, by their ids; its `graph` is the `origin` of the answer.

    Of a neighborhood, of links, of what a query found, each link from its source to its target; of
    paths, each hop as it is walked, with the numbers of the `paths` it stands on. Attributes are
    plain values, so that every format of networkx takes them; what is not told is left out.

    Raises:
        TypeError: such an answer has no network.
        ValueError: there is no page.
        ModuleNotFoundError: networkx is not installed.
    """
    pages = _pages(answer)
    found = AnswerGraph()
    for page in pages:
        answer_graph(found, page)
    graph: Any = _library("networkx").MultiDiGraph(**origin(pages[-1]))
    graph.add_nodes_from(found.nodes.items())
    graph.add_edges_from((*key, told) for key, told in found.links.items())
    return graph


def _pages(answer: BaseModel | Iterable[BaseModel]) -> Sequence[BaseModel]:
    # A model can be iterated too, over its members.
    pages = (answer,) if isinstance(answer, BaseModel) else tuple(answer)
    if not pages:
        raise ValueError("there is no page to make it of")
    return pages


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        needed = f"{name} is not installed; fix: pip install 'kontaktvej[notebook]'"
        raise ModuleNotFoundError(needed, name=name) from None


# ---- a column in each library


def _pandas(pandas: Any, values: list[Any]) -> Any:
    """A column; whole numbers and yes or no stay what they are where some are not told."""
    some = [one for one in values if one is not None]
    kinds: set[type] = {type(one) for one in some}
    if kinds in ({date}, {datetime}):
        return pandas.Series(pandas.to_datetime(values))
    if len(some) < len(values) and kinds in ({int}, {bool}):
        return pandas.Series(values, dtype="Int64" if kinds == {int} else "boolean")
    return pandas.Series(values, dtype=None if some else "object")


def _polars(polars: Any, name: str, values: list[Any]) -> Any:
    """A column; what a query found of several types at once stays as Python has it."""
    kinds: set[type] = {type(one) for one in values if one is not None}
    if kinds == {int, float}:
        return polars.Series(name, values, dtype=polars.Float64)
    if len(kinds) > 1 or dict in kinds:
        return polars.Series(name, values, dtype=polars.Object)
    try:
        return polars.Series(name, values)
    except (TypeError, cast("type[Exception]", polars.exceptions.PolarsError)):
        return polars.Series(name, values, dtype=polars.Object)  # lists of several types
