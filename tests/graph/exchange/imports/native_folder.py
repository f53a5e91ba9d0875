"""Writes elements in Kontaktvej's own format, contact values too, so that reading is tested."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, cast

from graph.exchange.csv import escape_formula, text_csv
from graph.exchange.imports.native import native_columns
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.native_layout import ABOUT, ABOUT_FORMAT, LINKS, NODES, native_cell
from graph.model import ContactDetail, Element, Link, Node, Secret

_VALUE: Final = "value"


def write_native(
    elements: Iterable[Element],
    *,
    values: Mapping[str, Secret] | None = None,
    about: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """Return the files of a folder; `values` are contact values by the id of their detail."""
    listed = sorted(elements, key=lambda element: element.id)
    given = values or {}
    nodes = [element for element in listed if isinstance(element, Node)]
    links = [element for element in listed if isinstance(element, Link)]
    losses = native_losses(nodes, given)
    description: dict[str, Any] = {
        **ABOUT_FORMAT,
        "nodes": len(nodes),
        "links": len(links),
        "left_out": [{"kind": loss.kind.value, "count": loss.count} for loss in losses],
        **(about or {}),
    }
    return {
        NODES: _table(nodes, NODES, given),
        LINKS: _table(links, LINKS, given),
        ABOUT: json.dumps(description, ensure_ascii=False, indent=1).encode(),
    }


def native_losses(nodes: Iterable[Element], values: Mapping[str, Secret]) -> tuple[ExportLoss, ...]:
    """Return what the files leave out: contact values that are not given."""
    missing = sum(isinstance(node, ContactDetail) and node.id not in values for node in nodes)
    return nonzero_losses((LossKind.DETAILS, missing))


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a folder, which is made if need be."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _table(elements: Sequence[Element], file: str, values: Mapping[str, Secret]) -> bytes:
    columns = native_columns(file)
    rows: list[list[str]] = []
    for node_or_link in elements:
        sort = (
            node_or_link.label
            if isinstance(node_or_link, Node)
            else cast("Link", node_or_link).type
        )
        names = {field.name for field in fields(node_or_link)}
        cells = [_cell(node_or_link, name, values) if name in names else "" for name in columns[1:]]
        rows.append([sort.value, *cells])
    return text_csv(columns, rows)


def _cell(element: Element, name: str, values: Mapping[str, Secret]) -> str:
    if name == _VALUE:
        given = values.get(element.id)
        return "" if given is None else escape_formula(given.uncover())
    return native_cell(getattr(element, name))
