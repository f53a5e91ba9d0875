"""The contact and path shown: those in the address, else the best."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, Protocol

import streamlit as st

from api.schemas.paths import Contact
from explorer import address
from explorer.i18n import _, plain
from explorer.labels import is_old

_ANSWER: Final = "answer"
_CONTACT: Final = "contact"


class ChoiceText(Protocol):
    """A path in one line, and its difference from the first."""

    @property
    def summary(self) -> str: ...  # noqa: D102 - said above

    @property
    def difference(self) -> str | None: ...  # noqa: D102 - said above


class ChosenPath(Protocol):
    """A path, or a whole path of several legs."""

    @property
    def freshness(self) -> str: ...  # noqa: D102 - of its oldest hop

    @property
    def words(self) -> ChoiceText: ...  # noqa: D102 - said above


def chosen_contact(contacts: Sequence[Contact]) -> Contact:
    """The contact in the address; else the best one other than the user."""
    others = (one for one in contacts if not one.is_you)
    return next(filter(is_chosen, contacts), None) or next(others, contacts[0])


def is_chosen(contact: Contact) -> bool:
    """Whether the address names the contact, or a path to it."""
    way = address.number(_ANSWER)
    if way is not None:
        return any(one.number == way for one in contact.ways)
    return contact.number == address.number(_CONTACT)


def choose_contact(number: int) -> None:
    """Write another contact to the address."""
    address.change(**{_CONTACT: number, _ANSWER: None})


def chosen_among(ways: Mapping[int, ChosenPath], *, key: str) -> int:
    """Draw a line for each path; return the number of the chosen one."""
    numbers, told = list(ways), address.number(_ANSWER)
    number = numbers[0] if told is None or told not in ways else told
    lines = {one: _line(way) for one, way in ways.items()}
    if len(ways) == 1:
        st.markdown(lines[number])
        return number
    labels = {one: f"{one}. {line}" for one, line in lines.items()}
    st.session_state[key] = number
    st.radio(
        _("Choose a path"), numbers, key=key, format_func=labels.__getitem__,
        captions=[plain(way.words.difference or "") for way in ways.values()],
        on_change=partial(address.choose, _ANSWER, key, ways, **{_CONTACT: None}),
    )  # fmt: skip
    return number


def _line(way: ChosenPath) -> str:
    """A path in one line, with a red badge if a hop must be checked before it is relied on."""
    if not is_old(way.freshness):
        return plain(way.words.summary)
    mark = _("Must be checked")
    return f":red-badge[⚠ {mark}] {plain(way.words.summary)}"
