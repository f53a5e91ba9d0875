"""The outcome of the last action on the import screen, stored until it is drawn at the top."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar

import streamlit as st

from api.client import ApiClient, Conflict, Invalid, NotAllowed, Problem
from api.schemas.imports import WaitingImport
from explorer import address, problem_states, screen_state
from explorer.html_table import text_table
from explorer.i18n import _, number, plain
from explorer.views import stoppable

T = TypeVar("T")
_MESSAGE: Final = "list-import-done"
_REFUSED: Final = "list-import-refused"
_MOST: Final = 100


def write(ask: Callable[[], object], message: str) -> bool:
    """Make an API request, and store its outcome; return whether it succeeded."""
    try:
        ask()
    except Problem as problem:
        st.session_state[_REFUSED] = problem
        return False
    finally:
        screen_state.invalidate()
    st.session_state[_MESSAGE] = message
    return True


def discard(client: ApiClient, import_id: str) -> None:
    """Discard a list, and return to all imports."""
    if write(lambda: client.discard_import(import_id), _("The list is discarded.")):
        address.change(id=None, state=None, page=None)


def fetch(
    client: ApiClient, request: object, ask: Callable[[], T], find: Callable[[WaitingImport], bool]
) -> T:
    """Return the result of a request about a list; where it takes a while, draw its progress.

    `find` recognizes the list among the open ones. The button discards it.
    """

    def waiting() -> WaitingImport | None:
        with suppress(Problem):  # only the progress is missing
            return next(filter(find, client.imports().open), None)
        return None

    def progress() -> tuple[str, float] | None:
        import_ = waiting()
        if import_ is None or import_.progress is None:
            return None
        state = import_.progress
        text = plain(state.stage)
        if state.total:
            text += f" ({number(state.done)} / {number(state.total)})"
        return text, min(state.done / state.total, 1) if state.total else 0.0

    def stop() -> None:
        import_ = waiting()
        if import_ is not None:
            discard(client, import_.id)

    return stoppable.result(
        request, ask, key="list-import-stop", on_stop=stop, label=_("Discard the list"),
        progress=progress,
    )  # fmt: skip


def draw() -> None:
    """Draw the outcome of the last action, once."""
    message: str | None = st.session_state.pop(_MESSAGE, None)
    if message:
        st.success(plain(message))
    refused: Problem | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        draw_problem(refused)


def draw_problem(problem: Problem) -> None:
    """Draw a problem with the API's own text, and the faults of a list as a table."""
    if problem.slug == "import-refused":
        st.error(_("The list is not imported. Correct what is listed, and send it again."))
        draw_faults(problem.members.get("errors", ()))
    elif isinstance(problem, NotAllowed | Conflict | Invalid) and problem.detail:
        st.warning(plain(problem.detail))
    else:
        problem_states.draw(problem)


def draw_faults(faults: Iterable[Mapping[str, Any]]) -> None:
    """Draw a table of faults: file or sheet, line or path, column and correction."""
    listed = list(faults)
    st.html(
        text_table(
            _("Errors"),
            (_("File or sheet"), _("Line or path"), _("Column"), _("What to correct")),
            (
                (
                    fault.get("sheet") or fault.get("file") or "",
                    fault.get("path")
                    or ("" if fault.get("line") is None else number(fault["line"])),
                    " ".join(filter(None, (fault.get("column"), fault.get("header")))),
                    fault.get("detail") or "",
                )
                for fault in listed[:_MOST]
            ),
        )
    )
    if len(listed) > _MOST:
        st.caption(_("The first {count} are shown.", count=number(_MOST)))
