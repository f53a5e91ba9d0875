"""Keeping the question that is being written: under a name, for oneself or for others, too."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import streamlit as st
from pydantic import ValidationError

from api.client import Conflict, NewQuestion, Problem
from api.client.transport import Versioned as Versioned
from api.schemas.analysis import Question
from explorer import address, problem_states
from explorer.frame import ScreenContext
from explorer.i18n import _, number
from explorer.views.analysis.draft import QueryDraft, keep

_NAME: Final = "keep-name"
_WHAT: Final = "keep-what"
_ALL: Final = "keep-all"
_LOGINS: Final = "keep-logins"


def save(context: ScreenContext, draft: QueryDraft) -> None:
    """The form: what it is called, what it tells, who else may ask it."""
    if not draft.text.strip():
        return
    kept = draft.kept
    with st.expander(_("Keep the question"), key="keep-question"):
        if kept is not None:
            st.caption(
                _("{name}, version {version}, kept by {owner}", name=kept.name,
                    version=number(kept.version), owner=kept.owner)
            )  # fmt: skip
        with st.form("keep-form", border=False):
            st.text_input(_("What it is called"), kept.name if kept else "", key=_NAME,
                          max_chars=120)  # fmt: skip
            st.text_area(_("What it tells"), kept.description if kept else "", key=_WHAT,
                         max_chars=1000)  # fmt: skip
            st.checkbox(_("All analysts may ask it"), bool(kept and kept.roles), key=_ALL)
            st.text_input(
                _("Share with (logins, parted by commas)"),
                ", ".join(kept.logins or ()) if kept else "", key=_LOGINS,
            )  # fmt: skip
            is_mine = kept is not None and kept.is_mine
            changes = is_mine and st.form_submit_button(_("Save the change"), type="primary")
            anew = st.form_submit_button(_("Keep as new"))
        with _mended():
            if changes and kept is not None:
                _changed(context, draft, kept)
            elif anew:
                _new(context, draft)


def _sent(draft: QueryDraft) -> NewQuestion:
    logins = [one.strip() for one in str(st.session_state[_LOGINS]).split(",")]
    return NewQuestion(
        name=str(st.session_state[_NAME]), description=str(st.session_state[_WHAT]),
        query=draft.text, parameters=draft.parameters(),
        roles=("ANALYST",) if st.session_state[_ALL] else (),
        logins=tuple(one for one in logins if one),
    )  # fmt: skip


def _new(context: ScreenContext, draft: QueryDraft) -> None:
    kept = context.client.keep_question(_sent(draft))
    _goes_on(draft, context.client.question(kept.id))


def _changed(context: ScreenContext, draft: QueryDraft, kept: Question) -> None:
    try:
        after = context.client.change_question(kept.id, _sent(draft), draft.etag or "")
    except Conflict:
        st.warning(
            _(
                "The question was changed elsewhere meanwhile. Yours is still here: keep it as "
                "new, or open the kept one again."
            )
        )
    else:
        _goes_on(draft, after)


def _goes_on(draft: QueryDraft, one: Versioned[Question]) -> None:
    keep(replace(draft, kept=one.thing, etag=one.etag, declared=one.thing.parameters))
    address.change(query=one.thing.id)
    st.success(_("Kept as version {version}.", version=number(one.thing.version)))


@contextmanager
def _mended() -> Generator[None]:
    """Says what is to be mended; what was typed stays."""
    try:
        yield
    except ValidationError:  # before it is sent
        st.error(_("Give the question a name."))
    except Problem as problem:
        problem_states.draw(problem)
