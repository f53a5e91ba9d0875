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
) -> str:
    """A table in a scrollable frame; cells are HTML.

    `has_names`: the first cell of a row is its header. `kind`: an extra CSS class of the frame.
    """
    body = "".join(f"<tr>{_row(cells, has_names=has_names)}</tr>" for cells in rows)
    return frame(name, heads, body, kind=kind)


def text_table(name: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in a scrollable frame, of plain text: every cell is escaped."""
    return table(name, heads, (texts(*row) for row in rows))


def frame(name: str, heads: Iterable[str], body: str, *, kind: str = "") -> str:
    """A table in a scrollable frame, of rows that are HTML."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    classes = " ".join(filter(None, ("kv-scroll", kind)))
    return (
        f'<div class="{classes}" tabindex="0" role="region" aria-label="{escape(name)}">'
        f'<table class="kv"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def texts(*cells: object) -> tuple[str, ...]:
    """Escape cells of plain text; None is an empty cell."""
    return tuple("" if cell is None else escape(str(cell)) for cell in cells)


def _row(cells: Sequence[str], *, has_names: bool) -> str:
    names, rest = (cells[:1], cells[1:]) if has_names else ((), cells)
    told = [f'<th scope="row">{name}</th>' for name in names]
    return "".join((*told, *(f"<td>{cell}</td>" for cell in rest)))
