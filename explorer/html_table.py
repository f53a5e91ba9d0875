"""Lists as HTML tables whose cells can be selected, copied and printed."""

from collections.abc import Iterable, Sequence
from html import escape


def table(
    name: str,
    heads: Iterable[str],
    rows: Iterable[Sequence[str]],
    *,
    has_names: bool = False,
    kind: str = "",
    filter_label: str = "",
) -> str:
    """A table in a scrollable frame; cells are HTML.

    `has_names`: the first cell of a row is its header. `kind`: an extra CSS class of the frame.
    `filter_label`: the label of a field that filters the rows; the browser can then sort them, too.
    """
    lines = (
        "".join(
            f'<th scope="row">{cell}</th>' if has_names and place == 0 else f"<td>{cell}</td>"
            for place, cell in enumerate(cells)
        )
        for cells in rows
    )
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return frame(name, heads, body, kind=kind, filter_label=filter_label)


def text_table(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in a scrollable frame, of plain text: every cell is escaped."""
    return table(name, heads, (texts(*row) for row in rows))


def frame(
    name: str, heads: Iterable[str], body: str, *, kind: str = "", filter_label: str = ""
) -> str:
    """A table in a scrollable frame, of rows that are HTML; `static/tables.js` sorts and filters.

    `filter_label`: as in `table`.
    """
    sortable = f' data-sortable="{escape(filter_label)}"' if filter_label else ""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return (
        f'<div class="{f"kv-scroll {kind}".strip()}" tabindex="0" role="region" '
        f'aria-label="{escape(name)}"{sortable}>'
        f'<table class="kv"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def texts(*cells: object) -> tuple[str, ...]:
    """Escape cells of plain text; None is an empty cell."""
    return tuple("" if cell is None else escape(str(cell)) for cell in cells)


def foldable_cell(summary: str, content: str) -> str:
    """A cell that shows a text and unfolds to content as HTML; sorted by the text."""
    return f'<details class="kv-fold"><summary>{escape(summary)}</summary>{content}</details>'
