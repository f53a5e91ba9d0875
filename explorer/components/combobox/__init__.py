"""A field that finds by name while one types; folding and forgiving are the API's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict

from api.schemas.names import NameHit, Names
from explorer.components import Said, draw, held, is_dark

MAX_OPTIONS: Final = 20
MIN_LETTERS: Final = 2  # the API answers no shorter text


class Option(TypedDict):
    """One that can be chosen; those with the same `group` stand together under its name."""

    id: str
    kind: str
    name: str
    detail: str
    group: str
    label: NotRequired[str]


class Value(TypedDict):
    """What is chosen, and how the field writes it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a text finds, and in how many words that is said: `4 fundet`.

    `refused`: why the text was not asked about. The field then drops it.
    """

    options: tuple[Option, ...] = ()
    status: str = ""
    more: bool = False
    refused: str | None = None


def options(answer: Names, said: Said) -> tuple[Option, ...]:
    """Those found as options, the likeliest group first and in it the likeliest."""
    ranks: dict[str, int] = {}
    for hit in answer.found:
        ranks.setdefault(hit.label, len(ranks))
    hits = sorted(answer.found, key=lambda hit: ranks[hit.label])
    return tuple(_option(hit, said) for hit in hits[:MAX_OPTIONS])


def combobox(
    label: str,
    search: Callable[[str], Found],
    *,
    key: str,
    value: Value | None,
    placeholder: str = "",
    clear: str = "",
    on_pick: Callable[[], None] | None = None,
) -> str | None:
    """Draws the field and asks `search` for what is typed; the id that is chosen.

    That is the id of `value`, unless somebody has just picked another: then that one, once, and
    the screen writes it where `value` comes from: here, or in `on_pick`, where `held(key, "value")`
    is the same. `search` is asked with nothing typed, too: what it finds then can be opened by
    arrow down.
    """
    query = typed(key)
    found = search(query)
    data = {
        "label": label,
        "placeholder": placeholder,
        "clear": clear,
        "dark": is_dark(),
        "answers": query,
        "status": found.status,
        "more": found.more,
        "value": value,
        "refused": found.refused,
        "options": list(found.options[:MAX_OPTIONS]),
    }

    told = draw(
        "combobox", key=key, data=data, on_query_change=_noted, on_value_change=on_pick or _noted
    )
    picked: str | None = told.get("value")
    if picked is not None:
        return picked or None
    return value["id"] if value else None


def typed(key: str) -> str:
    """What stands in the field and is asked about; nothing below two letters."""
    text: Any = held(key, "query")
    query = str(text or "").strip()
    return query if len(query) >= MIN_LETTERS else ""


def _noted() -> None:
    """A name is kept between reruns only where somebody listens to it."""


def _option(hit: NameHit, said: Said) -> Option:
    return Option(
        id=hit.id,
        label=hit.label,
        kind=said.word(hit.kind or hit.label),
        name=hit.name,
        detail=", ".join(hit.place),
        group=said.word(hit.label),
    )
