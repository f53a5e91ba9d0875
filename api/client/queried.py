"""The rows a query found: a node or link in a cell becomes its id and properties."""

from typing import Any, cast

from api.client.columns import TableShape
from api.schemas.analysis import QueryAnswer
from api.schemas.cells import is_link, is_node, is_path


def queried(answer: QueryAnswer) -> TableShape:
    """Its rows; the columns of a node, link or map are named after its own: `post.kind`."""
    rows = [dict(zip(answer.columns, map(_cell, row), strict=True)) for row in answer.rows]
    shape: dict[str, Any] = {}
    for name in answer.columns:
        inner = [cast("dict[str, Any]", row[name]) for row in rows if isinstance(row[name], dict)]
        shape |= {f"{name}.{key}": Any for told in inner for key in told} or {name: Any}
    return TableShape(shape=shape, rows=rows)


def _cell(cell: Any) -> Any:
    if isinstance(cell, list):
        return [_id_of(one) for one in cast("list[Any]", cell)]
    if is_path(cell):
        return [_id_of(one) for one in cell["path"]]
    if is_node(cell):
        return {"id": cell["node"], "labels": cell["labels"], **_named(cell["properties"])}
    if is_link(cell):
        ends = {name: cell[name] for name in ("type", "source", "target")}
        return {"id": cell["link"], **ends, **_named(cell["properties"])}
    return cell


def _named(properties: dict[str, Any]) -> dict[str, Any]:
    """Without the id, which stands beside them."""
    return {name: one for name, one in properties.items() if name != "id"}


def _id_of(one: Any) -> Any:
    """The id of a node or link in a list, and anything else as it is."""
    if is_node(one):
        return one["node"]
    return one["link"] if is_link(one) else one
