"""A combobox that searches by name while typing; the API does the fuzzy matching."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NotRequired, TypedDict

import streamlit as st

from api.client import NotSignedIn, Problem
from api.schemas.entities import Names
from explorer import problem_states
from explorer.components import ComponentLabels, component_value, draw, is_dark, no_op
from explorer.i18n import found_by

MAX_OPTIONS: Final = 20
MIN_LETTERS: Final = 2  # the API rejects shorter texts
MOST_LETTERS: Final = 80  # and longer ones: the rest is not searched for


class ComboboxOption(TypedDict):
    """An option; those with the same `group` are listed together under its name."""

    id: str
    kind: str
    name: str
    detail: str
    group: str
    label: NotRequired[str]


class ComboboxValue(TypedDict):
    """The chosen option, and the text that the field shows for it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComboboxOptions:
    """The options for a text, the status text: `4 fundet`, and what is remarked beside them."""

    options: tuple[ComboboxOption, ...] = ()
    status: str = ""
    remark: str = ""


def options(answer: Names, words: ComponentLabels) -> tuple[ComboboxOption, ...]:
    """The names found as options: the most relevant group and option first."""
    ranks: dict[str, int] = {}
    for hit in answer.found:
        ranks.setdefault(hit.label, len(ranks))
    hits = sorted(answer.found, key=lambda hit: ranks[hit.label])
    return tuple(
        ComboboxOption(
            # a node that has ended is represented by its successor
            id=hit.successor.id if hit.successor else hit.id,
            label=hit.label,
            kind=words.kind(hit.kind, hit.own_kind, hit.label),
            name=hit.name,
            detail=", ".join((*found_by(hit), *hit.place)),
            group=words.word(hit.label),
        )
        for hit in hits[:MAX_OPTIONS]
    )


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
    """Draw the field, and call `search` with the typed text in a fragment of its own.

    The fragment redraws only the options. `on_pick` writes the choice to the source of `value`, and
    the screen is redrawn once, since the field is not part of the fragment. The component value of
    the field is the choice, None for none. `search` is also called with an empty text: its options
    can be opened with the down arrow. A text that the API refuses as a CPR number is cleared, and
    is not searched for again.
    """

    def choose() -> None:
        st.session_state[_over(key)] = _last_input(key)[0]
        on_pick()

    draw(
        "combobox", key=key, on_value_change=choose,
        data={
            "field": key, "label": label, "placeholder": placeholder, "clear": clear,
            "dark": is_dark(), "value": value,
        },
    )  # fmt: skip

    @st.fragment
    def draw_options() -> None:
        # The text to search for: empty below two letters, or once a choice or refusal ended it.
        turn, text = _last_input(key)
        is_over = turn <= st.session_state.get(_over(key), 0)
        query = text if len(text) >= MIN_LETTERS and not is_over else ""
        answer, refused, problem = ComboboxOptions(), None, None
        try:
            answer = search(query[:MOST_LETTERS])
        except NotSignedIn:
            st.rerun()
        except Problem as error:
            if error.slug == "refused-content":
                refused = problem_states.civil_number()
                st.session_state[_over(key)] = turn
            else:
                problem = error
        data = {
            "field": key,
            "answers": query,
            "status": answer.status,
            "remark": answer.remark,
            "refused": refused,
            "options": list(answer.options[:MAX_OPTIONS]),
        }
        draw("combobox", key=_finds(key), data=data, on_query_change=no_op)
        if problem is not None:
            problem_states.draw(problem)

    draw_options()


def _last_input(key: str) -> tuple[float, str]:
    """The turn (a browser timestamp) and the text of the last input."""
    value: Any = component_value(_finds(key), "query")
    return (float(value["turn"]), str(value["text"]).strip()) if value else (0, "")


def _finds(key: str) -> str:
    """The key of the fragment's component for a field; `frame.css` hides it."""
    return f"finds-{key}"


def _over(key: str) -> str:
    """The session state entry with the turn of the last input that a choice or a refusal ended."""
    return f"{key}-over"
