"""Which of several paths is looked at: the one in the address, the best where none stands there."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final, Protocol

import streamlit as st

from explorer import address
from explorer.words import day, say, say_count

_ANSWER: Final = "answer"


class Words(Protocol):
    """A path in a line, and how it differs from the first."""

    @property
    def summary(self) -> str: ...  # noqa: D102 - said above

    @property
    def difference(self) -> str | None: ...  # noqa: D102 - said above


def chosen_number(numbers: Sequence[int]) -> int:
    """The number in the address, if it is one of these; else the first of them."""
    told = address.number(_ANSWER)
    return next((one for one in numbers if one == told), numbers[0])


def chosen_among(on: date, paths: Mapping[int, Words], *, key: str) -> int:
    """Draws how many there are and one line for each; the number of the one that is chosen."""
    st.header(
        say_count(
            "{count} contact path · as of {day}",
            "{count} contact paths · as of {day}",
            len(paths),
            day=day(on),
        ),
        anchor=False,
    )
    number = chosen_number(list(paths))
    if len(paths) == 1:
        st.markdown(paths[number].summary)
        return number
    lines = {one: f"{one}. {words.summary}" for one, words in paths.items()}
    st.session_state[key] = number
    st.radio(
        say("Choose a path"), list(paths), key=key, format_func=lines.__getitem__,
        captions=[words.difference or "" for words in paths.values()],
        on_change=partial(address.choose, _ANSWER, key, paths),
    )  # fmt: skip
    return number
