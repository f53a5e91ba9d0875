"""Saved queries: the user's own and those shared, saving, and import from a file."""

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st
from pydantic import ValidationError

from api.client import Conflict, NewQuestion, Problem, QuestionFile
from api.schemas.analysis import FORM, Question
from explorer import address, files, problem_states
from explorer.frame import ScreenContext
from explorer.i18n import _, day, number, plain
from explorer.views.analysis.query_parameters import QueryDraft, keep, now

_NAME: Final = "keep-name"
_WHAT: Final = "keep-what"
_ALL: Final = "keep-all"
_LOGINS: Final = "keep-logins"
_PINNED: Final = "keep-pinned"


def save(context: ScreenContext, draft: QueryDraft) -> None:
    """Draw the form that saves a query: name, description, and whom it is shared with."""
    if not draft.text.strip():
        return
    original = draft.original
    with st.expander(_("Save the question"), key="keep-question"):
        if original is not None:
            st.caption(
                _("{name}, version {version}, saved by {owner}", name=original.name,
                    version=number(original.version), owner=original.owner)
            )  # fmt: skip
        with st.form("keep-form", border=False):
            st.text_input(_("What it is called"), original.name if original else "", key=_NAME,
                          max_chars=120)  # fmt: skip
            st.text_area(_("Description"), original.description if original else "", key=_WHAT,
                         max_chars=1000)  # fmt: skip
            st.checkbox(_("All analysts may ask it"), bool(original and original.roles), key=_ALL)
            st.text_input(
                _("Share with (logins, separated by commas)"),
                ", ".join(original.logins or ()) if original else "", key=_LOGINS,
            )  # fmt: skip
            st.checkbox(_("Show the answer on the dashboard of all who may ask it"),
                        bool(original and original.is_pinned), key=_PINNED)  # fmt: skip
            is_mine = original is not None and original.is_mine
            changes = is_mine and st.form_submit_button(_("Save the change"), type="primary")
            as_new = st.form_submit_button(_("Save as new"))
        if not (changes or as_new):
            return
        try:
            if changes and original is not None:
                saved = context.client.change_question(
                    original.id, _new_question(draft), draft.etag or ""
                )
            else:
                new = context.client.keep_question(_new_question(draft))
                saved = context.client.question(new.id)
        except ValidationError:  # raised before the request
            st.error(_("Give the question a name."))
        except Problem as problem:
            if changes and isinstance(problem, Conflict):
                st.warning(
                    _(
                        "The question was changed elsewhere meanwhile. Yours is still here: save "
                        "it as new, or open the saved one again."
                    )
                )
            else:
                problem_states.draw(problem)
        else:
            keep(
                replace(
                    draft, original=saved.value, etag=saved.etag, declared=saved.value.parameters
                )
            )
            address.change(query=saved.value.id)
            st.success(_("Saved as version {version}.", version=number(saved.value.version)))


def _new_question(draft: QueryDraft) -> NewQuestion:
    logins = map(str.strip, str(st.session_state[_LOGINS]).split(","))
    return NewQuestion(
        name=str(st.session_state[_NAME]), description=str(st.session_state[_WHAT]),
        query=draft.text, parameters=draft.parameters(),
        roles=("ANALYST",) if st.session_state[_ALL] else (),
        logins=tuple(filter(None, logins)), is_pinned=bool(st.session_state[_PINNED]),
    )  # fmt: skip


_FILE: Final = "question-file"
_MOST_BYTES: Final = 64_000


def show(context: ScreenContext) -> None:
    """Draw the list of saved queries, and the import from a file."""
    queries = context.client.questions().found
    if not queries:
        st.info(_("You have no saved questions, and nobody shares one with you."))
    for query in queries:
        _row(context, query)
    with st.expander(_("Import a question from a file")), st.form("bring-in", border=False):
        file = st.file_uploader(_("File (JSON)"), type=["json"], key=_FILE)
        if not st.form_submit_button(_("Import")) or file is None:
            return
        content = file.getvalue()
        if len(content) > _MOST_BYTES:
            st.error(_("The file is too long to be a question."))
            return
        try:
            question_file = QuestionFile.model_validate_json(content)
            question = context.client.keep_question_file(question_file)
        except ValidationError as error:
            draw_file_errors(error)
        except Problem as problem:
            problem_states.draw(problem)
        else:
            st.success(_("Saved: {name}.", name=plain(question.name)))
            address.change(query=question.id)


def _row(context: ScreenContext, question: Question) -> None:
    with st.container(border=True, key=f"question-{question.id}"):
        text, open_place, out, delete_place = st.columns([5, 1, 1, 1], vertical_alignment="center")
        with text:
            st.markdown(f"**{plain(question.name)}**")
            if question.description:
                st.text(question.description)
            parts = [
                _("mine") if question.is_mine else _("saved by {owner}", owner=question.owner),
                _("version {version}", version=number(question.version)),
                day(question.changed_at),
            ]
            if question.roles:
                parts.append(_("shared with all analysts"))
            if question.logins:
                parts.append(_("shared with {logins}", logins=", ".join(question.logins)))
            if question.is_pinned:
                parts.append(_("on the dashboard"))
            st.caption(plain(" · ".join(parts)))
        open_place.button(
            _("Open the question"),
            key=f"open-{question.id}",
            on_click=partial(open_query, question.id),
        )
        with out:
            problem_states.anchor(_("File"), files.question_address(question.id))
        if question.is_mine:
            with delete_place.popover(_("Delete")):
                st.markdown(_("Those you shared it with lose it, too."))
                if st.button(_("Delete the question"), key=f"delete-{question.id}"):
                    _delete(context, question)


def open_query(question: str) -> None:
    """Go to a saved query, in place of the one that was being written."""
    keep(QueryDraft())
    address.change(query=question, question=None, tab="cypher")


def _delete(context: ScreenContext, question: Question) -> None:
    try:
        context.client.delete_question(question.id, f'"{question.version}"')
    except Problem as problem:
        problem_states.draw(problem)
        return
    draft = now()
    if draft.original is not None and draft.original.id == question.id:
        keep(QueryDraft(text=draft.text, declared=draft.declared))
    address.change(query=None)
    st.rerun()


def draw_file_errors(error: ValidationError) -> None:
    """Show the position and reason of each error in a file; for a newer format, what to do."""
    for fault in error.errors():
        if fault["type"] == "newer_form":
            st.error(
                _(
                    "The file is of form {form}, and this Kontaktvej reads up to form {reads}. "
                    "Update Kontaktvej, or let whoever made it write it in an older form.",
                    form=plain(str(fault.get("ctx", {}).get("form", ""))),
                    reads=FORM,
                )
            )
            continue
        place = ".".join(str(part) for part in fault["loc"]) or _("the file")
        st.error(plain(f"{place}: {fault['msg']}"))
