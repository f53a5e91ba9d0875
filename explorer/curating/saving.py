"""A write from a button, and what became of it, in words: saved, refused, or somebody was faster.

A button's write runs before the screen is drawn again, on the versions the screen showed. What
became of it waits in the session and is told once, at the top.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final, TypeVar

import streamlit as st

from api.client import ApiClient, Conflict, Invalid, Problem
from api.schemas.changes import Change, Rehearsal, Written
from explorer import on_screen, session, states
from explorer.curating import wording
from explorer.words import number, say

T = TypeVar("T")
_OUTCOME: Final = "curating-outcome"
_REHEARSED: Final = "curating-rehearsed"


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A dry run, and what the things in it are called."""

    of: str
    answer: Rehearsal
    names: Mapping[str, str]


def write(do: Callable[[], Written]) -> Written | None:
    """Does it; None: it was not done. Either way the next drawing tells."""
    written = attempt(do)
    if written is not None:
        saved(written)
    return written


def saved(written: Written) -> None:
    """Tells that it stands, at the top of the next drawing."""
    note(say("Saved as change {revision}.", revision=number(written.revision)))


def attempt(do: Callable[[], T]) -> T | None:
    """What it answers; a problem is kept to be told, and the answer is None."""
    st.session_state.pop(_REHEARSED, None)
    try:
        done = do()
    except Problem as problem:
        refuse(problem)
        return None
    on_screen.forget()
    return done


def refuse(problem: Problem) -> None:
    """Tells at the top of the next drawing why it was not done."""
    st.session_state[_OUTCOME] = problem


def note(text: str) -> None:
    """Tells a sentence at the top of the next drawing."""
    st.session_state[_OUTCOME] = Saved(text)


def outcome(client: ApiClient) -> None:
    """Tells what became of the last write, once."""
    told: Saved | Problem | None = st.session_state.pop(_OUTCOME, None)
    if isinstance(told, Saved):
        st.success(told.text)
        st.toast(told.text)  # for whoever has scrolled far down
    elif told is not None:
        refused(told, client)
        st.toast(say("Nothing was saved."))


def refused(problem: Problem, client: ApiClient) -> None:
    """Why nothing was written: by the name of each field where fields are to be corrected."""
    if isinstance(problem, Invalid) and problem.slug != "refused-content":
        found = wording.faults(problem.errors) or [problem.detail]
        st.error("\n\n".join([say("Nothing was saved."), *found]))
    elif isinstance(problem, Conflict):
        st.warning(_overtaken(problem))
    else:
        states.draw(problem, client)


def _overtaken(problem: Conflict) -> str:
    if problem.slug != "conflict":
        return problem.detail
    return say(
        "Nothing was saved: somebody else has changed it meanwhile. You see it now as it stands; "
        "check it again."
    )


# ---- what a write would do


def rehearse(of: str, do: Callable[[], Rehearsal], names: Mapping[str, str]) -> None:
    """Asks what a write would do; `rehearsed` of the same name tells it."""
    answer = attempt(do)
    if answer is not None:
        rehearsal(of, answer, names)


def rehearsal(of: str, answer: Rehearsal, names: Mapping[str, str]) -> None:
    """Keeps a dry run to be told until the next write."""
    st.session_state[_REHEARSED] = Rehearsed(of, answer, names)


def rehearsed(of: str) -> None:
    """What would change and what speaks against it, where it was asked for."""
    held: Rehearsed | None = st.session_state.get(_REHEARSED)
    if held is None or held.of != of:
        return
    if held.answer.is_allowed:
        st.info(say("Nothing is saved yet. This would change:"))
    else:
        found = wording.faults(held.answer.errors)
        st.error("\n\n".join([say("This cannot be saved."), *found]))
    st.html(_table(held))


def _table(held: Rehearsed) -> str:
    head = (
        say("What is changed"),
        say("Its field"),
        say("Before the change"),
        say("After the change"),
    )
    rows = [row for change in held.answer.would for row in _rows(change, held.names)]
    return table(head, rows)


def _rows(change: Change, names: Mapping[str, str]) -> Iterable[tuple[str, ...]]:
    called = names.get(change.called or change.id) or names.get(change.id)
    turn = session.term("ChangeKind", change.kind)
    what = f"{called}: {turn}" if called else turn
    shown = [one for one in {**change.before, **change.after} if one not in _OURS]
    before, after = change.before, change.after
    for place, field in enumerate(shown):
        yield (
            what if place == 0 else "",
            wording.field_name(field),
            wording.value(field, before.get(field)),
            wording.value(field, after.get(field)),
        )
    if not shown:
        yield what, "", "", ""


_OURS: Final = frozenset({"id", "revision", "source", "source_id", "target_id", "verified_by"})
"""What no curator reads a change by; the ends stand in what the link is called."""


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table of texts; whatever stands in them is text."""
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    cells = ("".join(f"<td>{escape(str(one))}</td>" for one in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return (
        f'<div class="kv-scroll"><table class="kv"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
