"""Optimistic editing: the version that was read, and both versions side by side after a conflict.

The version is stored with the form: a user who saves after someone else is told so, and what was
typed is preserved.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Generic, TypeVar

import streamlit as st

from api.client import NotFound, Problem, Versioned
from api.schemas.changes import Written
from api.schemas.entities import Entity, LinkCard
from api.schemas.history import Changes
from explorer.html_table import text_table
from explorer.i18n import _, clock, day
from explorer.views.curation import saving
from explorer.views.curation.saving import Fields

T = TypeVar("T", LinkCard, Entity)
_OPEN: Final = "curating-open"
_OVERTAKEN: Final = "curating-overtaken"
_TURN: Final = "curating-turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedEdit(Generic[T]):
    """The element as it was when its form was opened; `turn` numbers the fillings of the form."""

    name: str
    thing: T
    etag: str | None
    turn: int

    @property
    def key(self) -> str:
        """The key of the form and prefix of its controls."""
        return f"{self.name}-{self.turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditConflict:
    """The values that were sent too late, and the version that was saved instead at `at`."""

    mine: Fields
    theirs: Fields
    etag: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditActions:
    """Callbacks that send the changes, read the history, and close the form."""

    change: Callable[[Fields, str | None], Written]
    changes: Callable[[], Iterable[Changes]]
    close: Callable[[], None]


def opened(name: str, read: Callable[[], Versioned[T]]) -> OpenedEdit[T]:
    """Return the edit opened under a name; if it is not open, close any other and read it."""
    held: OpenedEdit[T] | None = st.session_state.get(_OPEN)
    if held is None or held.name != name:
        leave()
        context, turn = read(), st.session_state.get(_TURN, 0)
        held = OpenedEdit(name=name, thing=context.thing, etag=context.etag, turn=turn)
        st.session_state[_OPEN] = held
        st.session_state[_TURN] = turn + 1
    return held


def leave() -> None:
    """Close the open edit: the next one is read from the API."""
    for name in (_OPEN, _OVERTAKEN):
        st.session_state.pop(name, None)


def save(held: OpenedEdit[T], mine: Fields, ways: EditActions) -> None:
    """Send the changes, based on the version that was read."""
    _send(mine, held.etag, ways)


def _send(mine: Fields, etag: str | None, ways: EditActions) -> None:
    st.session_state.pop(_OVERTAKEN, None)
    written = saving.write(lambda: ways.change(mine, etag), partial(refused, mine, ways))
    if written is not None:
        ways.close()


def refused(mine: Fields, ways: EditActions, problem: Problem) -> None:
    """Handle a refused write: what was typed is preserved; a conflict stores both versions."""
    if problem.slug != "conflict":
        saving.refuse(problem)
        if isinstance(problem, NotFound):
            ways.close()
        return
    st.session_state[_OVERTAKEN] = EditConflict(
        mine=mine,
        theirs=problem.members["versions"]["current"],
        etag=problem.members["current"],
        at=_changed_at(ways),
    )


def _changed_at(ways: EditActions) -> datetime | None:
    """The time of the last write, if the caller may read it."""
    last: datetime | None = None
    try:
        for page in ways.changes():
            last = page.changes[-1].made_at if page.changes else last
    except Problem:
        return None
    return last


def side_by_side(held: OpenedEdit[T], fields: Iterable[str], ways: EditActions) -> None:
    """Draw both versions after a conflict, and a button to keep each."""
    overtaken: EditConflict | None = st.session_state.get(_OVERTAKEN)
    if overtaken is None:
        return
    at = overtaken.at
    st.warning(
        _("Somebody else changed it at {at}, {day}. Yours is not saved.",
            at=clock(at), day=day(at))
        if at
        else _("Somebody else changed it meanwhile. Yours is not saved.")
    )  # fmt: skip
    head = (_("Its field"), _("The other's"), _("Yours"))
    st.html(text_table(_("Both versions"), head, _rows(held, fields, overtaken)))
    with st.container(horizontal=True):
        st.button(_("Keep the other's"), on_click=leave, key="keep-theirs")
        st.button(
            _("Save mine"), key="save-mine", type="primary",
            on_click=_send, args=(overtaken.mine, overtaken.etag, ways),
        )  # fmt: skip


def _rows(
    held: OpenedEdit[T], fields: Iterable[str], overtaken: EditConflict
) -> Iterator[tuple[str, str, str]]:
    """The fields that differ from what was read or from each other."""
    mine, theirs = overtaken.mine, overtaken.theirs
    differing = {*mine, *saving.differing(held.thing.fields, theirs)}
    shown = [one for one in fields if one in differing]
    return saving.beside(shown, theirs, {**theirs, **mine})
