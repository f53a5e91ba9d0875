"""A write from a button, and what became of it, in words: saved, refused, or somebody was faster.

A button's write runs before the screen is drawn again, on the versions the screen showed. What
became of it waits in the session and is told once, at the top.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import streamlit as st

from api.client import ApiClient, Conflict, Invalid, Problem
from api.schemas.changes import Change, Rehearsal, Written
from api.schemas.entities import LinkCard
from explorer import problem_states, screen_state, session
from explorer.html_table import text_table
from explorer.i18n import _, number, paragraphs, plain
from explorer.views.curation import versions, wording

T = TypeVar("T")
_OUTCOME: Final = "curating-outcome"
_REHEARSED: Final = "curating-rehearsed"


@dataclass(frozen=True, slots=True)
class SavedWrite:
    """What was saved, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """Why nothing was saved, and the links as they were seen when it was asked for."""

    why: Problem
    saw: tuple[LinkCard, ...]


@dataclass(frozen=True, slots=True)
class DryRunOutcome:
    """A dry run, and what the things in it are called."""

    of: str
    answer: Rehearsal
    names: Mapping[str, str]


def refuse(problem: Problem, *, saw: Iterable[LinkCard] = ()) -> None:
    """Tells at the top of the next drawing why it was not done.

    Of what one `saw` it is told how it stands now, where somebody else was faster.
    """
    st.session_state[_OUTCOME] = RefusedWrite(problem, tuple(saw))


def write(do: Callable[[], Written], refused: Callable[[Problem], None] = refuse) -> Written | None:
    """Does it; None: it was not done. Either way the next drawing tells."""
    written = attempt(do, refused)
    if written is not None:
        note(_("Saved as change {revision}.", revision=number(written.revision)))
    return written


def attempt(do: Callable[[], T], refused: Callable[[Problem], None] = refuse) -> T | None:
    """What it answers; a problem is `refused`, and the answer is None."""
    st.session_state.pop(_REHEARSED, None)
    try:
        done = do()
    except Problem as problem:
        refused(problem)
        return None
    screen_state.invalidate()
    return done


def note(text: str) -> None:
    """Tells a sentence at the top of the next drawing."""
    st.session_state[_OUTCOME] = SavedWrite(text)


def outcome(client: ApiClient) -> None:
    """Tells what became of the last write, once."""
    told: SavedWrite | RefusedWrite | None = st.session_state.pop(_OUTCOME, None)
    if isinstance(told, SavedWrite):
        st.success(plain(told.text))
        st.toast(plain(told.text))  # for whoever has scrolled far down
    elif told is not None:
        _refused(told, client)
        st.toast(_("Nothing was saved."))


def _refused(told: RefusedWrite, client: ApiClient) -> None:
    """Why nothing was written: by the name of each field where fields are to be corrected."""
    problem = told.why
    if isinstance(problem, Invalid) and problem.slug != "refused-content":
        found = wording.faults(problem.errors) or [problem.detail]
        st.error(paragraphs([_("Nothing was saved."), *map(plain, found)]))
    elif isinstance(problem, Conflict) and problem.slug == "conflict":
        _overtaken(problem, told.saw)
    elif isinstance(problem, Conflict):
        st.warning(plain(problem.detail))
    else:
        problem_states.draw(problem, client)


def _overtaken(problem: Conflict, saw: Iterable[LinkCard]) -> None:
    """Somebody else was faster: what was seen beside what stands."""
    st.warning(
        _(
            "Nothing was saved: somebody else has changed it meanwhile. You see it now as it "
            "stands; check it again."
        )
    )
    head = (
        _("What is changed"),
        _("Its field"),
        _("As you saw it"),
        _("As it stands now"),
    )
    now = {one["id"]: one["versions"]["current"] for one in problem.members.get("conflicts", ())}
    if rows := [row for link in saw for row in _since(link, now.get(link.id, link.fields))]:
        st.html(text_table(_("What is changed"), head, rows))


def _since(saw: LinkCard, now: versions.Fields) -> Iterable[tuple[str, ...]]:
    changed = versions.differing(saw.fields, now)
    return versions.under(wording.told(saw), versions.beside(changed, saw.fields, now))


# ---- what a write would do


def dry_run(
    of: str,
    do: Callable[[], Rehearsal],
    names: Mapping[str, str],
    refused: Callable[[Problem], None] = refuse,
) -> None:
    """Asks what a write would do; `rehearsed` of the same name tells it."""
    answer = attempt(do, refused)
    if answer is not None:
        st.session_state[_REHEARSED] = DryRunOutcome(of, answer, names)


def show_dry_run(of: str) -> None:
    """What would change and what speaks against it, where it was asked for."""
    held: DryRunOutcome | None = st.session_state.get(_REHEARSED)
    if held is None or held.of != of:
        return
    if held.answer.is_allowed:
        st.info(_("Nothing is saved yet. This would change:"))
    else:
        found = wording.faults(held.answer.errors)
        st.error(paragraphs([_("This cannot be saved."), *map(plain, found)]))
    st.html(_table(held))


def _table(held: DryRunOutcome) -> str:
    head = (
        _("What is changed"),
        _("Its field"),
        _("Before the change"),
        _("After the change"),
    )
    rows = [row for change in held.answer.would for row in _rows(change, held.names)]
    return text_table(_("What is changed"), head, rows)


def _rows(change: Change, names: Mapping[str, str]) -> Iterable[tuple[str, ...]]:
    called = names.get(change.called or change.id) or names.get(change.id)
    turn = session.term("ChangeKind", change.kind)
    before, after = change.before, change.after
    rows = list(versions.beside(versions.told_of((*before, *after)), before, after))
    what = f"{called}: {turn}" if called else turn
    return versions.under(what, rows or [("", "", "")])
