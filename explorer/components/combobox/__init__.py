"""A field that finds by name while one types; folding and forgiving are the API's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict

import streamlit as st

from api.client import NotSignedIn, Problem
from api.schemas.entities import NameHit, Names
from explorer import problem_states
from explorer.components import ComponentLabels, draw, held, is_dark
from explorer.i18n import found_by

MAX_OPTIONS: Final = 20
MIN_LETTERS: Final = 2  # the API answers no shorter text


class ComboboxOption(TypedDict):
    """One that can be chosen; those with the same `group` stand together under its name."""

    id: str
    kind: str
    name: str
    detail: str
    group: str
    label: NotRequired[str]


class ComboboxValue(TypedDict):
    """What is chosen, and how the field writes it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComboboxOptions:
    """What a text finds, and in how many words that is said: `4 fundet`.

    `refused`: why the text was not asked about. The field then drops it.
    """

    options: tuple[ComboboxOption, ...] = ()
    status: str = ""
    refused: str | None = None


def options(answer: Names, said: ComponentLabels) -> tuple[ComboboxOption, ...]:
    """Those found as options, the likeliest group first and in it the likeliest."""
    ranks: dict[str, int] = {}
    for hit in answer.found:
        ranks.setdefault(hit.label, len(ranks))
    hits = sorted(answer.found, key=lambda hit: ranks[hit.label])
    return tuple(_option(hit, said) for hit in hits[:MAX_OPTIONS])


def combobox(
    label: str,
    search: Callable[[str], ComboboxOptions],
    *,
    key: str,
    value: ComboboxValue | None,
    on_pick: Callable[[], None],
    placeholder: str = "",
    clear: str = "",
) -> None:
    """Draws the field and asks `search` for what is typed: that draws what it finds, and no more.

    `on_pick` writes what was picked to where `value` comes from, and the screen is drawn anew once:
    the field is not of the part that finds. `held(key, "value")` tells it, None for nothing.
    `search` is asked with nothing typed, too: what it finds then can be opened by arrow down.
    """

    def picked() -> None:
        st.session_state[_over(key)] = _heard(key)[0]
        on_pick()

    draw(
        "combobox", key=key, on_value_change=picked,
        data={
            "field": key, "label": label, "placeholder": placeholder, "clear": clear,
            "dark": is_dark(), "value": value,
        },
    )  # fmt: skip

    @st.fragment
    def finding() -> None:
        query = _typed(key)
        found, problem = _asked(search, query)
        data = {
            "field": key,
            "answers": query,
            "status": found.status,
            "refused": found.refused,
            "options": list(found.options[:MAX_OPTIONS]),
        }
        draw("combobox", key=_finds(key), data=data, on_query_change=_noted)
        if problem is not None:
            problem_states.draw(problem)

    finding()


def _asked(
    search: Callable[[str], ComboboxOptions], text: str
) -> tuple[ComboboxOptions, Problem | None]:
    """What a text finds, or why nothing; a session that has ended is the whole screen's to say."""
    try:
        return search(text), None
    except NotSignedIn:
        st.rerun()
    except Problem as problem:
        return ComboboxOptions(), problem


def _typed(key: str) -> str:
    """What was typed and is asked about: nothing below two letters, or that a choice has ended."""
    turn, text = _heard(key)
    is_over = turn <= st.session_state.get(_over(key), 0)
    return text if len(text) >= MIN_LETTERS and not is_over else ""


def _heard(key: str) -> tuple[float, str]:
    """The turn of what was typed last, and the text."""
    told: Any = held(_finds(key), "query")
    return (float(told["turn"]), str(told["text"]).strip()) if told else (0, "")


def _finds(key: str) -> str:
    """The key of what finds for a field; `frame.css` hides it."""
    return f"finds-{key}"


def _over(key: str) -> str:
    """Where the turn is kept that the last choice ended."""
    return f"{key}-over"


def _noted() -> None:
    """A name is kept between reruns only where somebody listens to it."""


def _option(hit: NameHit, said: ComponentLabels) -> ComboboxOption:
    """One that was found; an office that has ended stands for what follows it."""
    return ComboboxOption(
        id=hit.successor.id if hit.successor else hit.id,
        label=hit.label,
        kind=said.word(hit.kind or hit.label),
        name=hit.name,
        detail=", ".join((*found_by(hit), *hit.place)),
        group=said.word(hit.label),
    )
