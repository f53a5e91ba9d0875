"""Lists as real HTML tables: every cell can be read, copied and printed."""

from collections.abc import Iterable, Sequence
from html import escape


def table(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in a frame of its own that scrolls; cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="kv-scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f'<table class="kv"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def texts(*cells: object) -> tuple[str, ...]:
    """Cells that are plain text; nothing is an empty cell."""
    return tuple("" if cell is None else escape(str(cell)) for cell in cells)
