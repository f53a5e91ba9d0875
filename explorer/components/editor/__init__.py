"""A field for questions in Cypher: colors, its words as they are typed, Ctrl+Enter asks."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from explorer.components import draw, held, is_dark

NAME: Final = "editor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What is offered while one types."""

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
    is_busy: bool = False,
    on_run: Callable[[], None] | None = None,
) -> str:
    """Draws the field; the text in it, as the screen has heard of it.

    It begins with `text`, and again where that is another than before. `on_run` is called when
    somebody asks; `written` is then the text they ask with. `hint` says by which key.
    """
    data = {
        "label": label,
        "text": text,
        "run": run,
        "hint": hint,
        "placeholder": placeholder,
        "schema": asdict(schema or Schema()),
        "busy": is_busy,
        "dark": is_dark(),
    }
    told = draw(NAME, key=key, data=data, on_text_change=_noted, on_run_change=on_run or _noted)
    heard: str | None = told.get("text")
    return text if heard is None else heard


def written(key: str) -> str | None:
    """The text somebody asks with, once; None where nobody has just asked."""
    asked: Any = held(key, "run")
    return str(asked) if asked else None


def _noted() -> None:
    """A name is kept between reruns only where somebody listens to it."""
