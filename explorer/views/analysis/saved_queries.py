"""The tab of kept questions: mine, those that others share with me, and files of them."""

from functools import partial
from typing import Final

import streamlit as st
from pydantic import ValidationError

from api.client import Problem, QuestionFile
from api.schemas.analysis import FORM, Question
from explorer import address, export, problem_states
from explorer.frame import ScreenContext
from explorer.i18n import _, day, number, plain
from explorer.views.analysis.draft import QueryDraft, keep, now

_FILE: Final = "question-file"
_MOST_BYTES: Final = 64_000


def show(context: ScreenContext) -> None:
    """The list, and the way in for a file."""
    found = context.client.questions().found
    if not found:
        st.info(_("You keep no questions yet, and nobody shares one with you."))
    for one in found:
        _row(context, one)
    _in(context)


def _row(context: ScreenContext, one: Question) -> None:
    with st.container(border=True, key=f"question-{one.id}"):
        told, opened, out, gone = st.columns([5, 1, 1, 1], vertical_alignment="center")
        with told:
            st.markdown(f"**{plain(one.name)}**")
            if one.description:
                st.text(one.description)
            st.caption(plain(_about(one)))
        opened.button(_("Open the question"), key=f"open-{one.id}", on_click=partial(_open, one.id))
        with out:
            problem_states.anchor(_("File"), export.question_address(one.id))
        if one.is_mine:
            with gone.popover(_("Delete")):
                st.markdown(_("It is gone for those you shared it with, too."))
                if st.button(_("Delete the question"), key=f"delete-{one.id}"):
                    _delete(context, one)


def _about(one: Question) -> str:
    parts = [
        _("mine") if one.is_mine else _("kept by {owner}", owner=one.owner),
        _("version {version}", version=number(one.version)),
        day(one.changed_at),
    ]
    if one.roles:
        parts.append(_("shared with all analysts"))
    if one.logins:
        parts.append(_("shared with {logins}", logins=", ".join(one.logins)))
    return " · ".join(parts)


def _open(question: str) -> None:
    keep(QueryDraft())
    address.change(query=question, question=None, tab="cypher")


def _delete(context: ScreenContext, one: Question) -> None:
    try:
        context.client.delete_question(one.id, f'"{one.version}"')
    except Problem as problem:
        problem_states.draw(problem)
        return
    draft = now()
    if draft.kept is not None and draft.kept.id == one.id:
        keep(QueryDraft(text=draft.text, declared=draft.declared))
    address.change(query=None)
    st.rerun()


def _in(context: ScreenContext) -> None:
    with st.expander(_("Bring in a question from a file")), st.form("bring-in", border=False):
        file = st.file_uploader(_("File (JSON)"), type=["json"], key=_FILE)
        if not st.form_submit_button(_("Bring it in")) or file is None:
            return
        content = file.getvalue()
        if len(content) > _MOST_BYTES:
            st.error(_("The file is too long to be a question."))
            return
        try:
            read = QuestionFile.model_validate_json(content)
            kept = context.client.keep_question_file(read)
        except ValidationError as error:
            refused(error)
        except Problem as problem:
            problem_states.draw(problem)
        else:
            st.success(_("Kept: {name}.", name=plain(kept.name)))
            address.change(query=kept.id)


def refused(error: ValidationError) -> None:
    """Where in the file, and why; a file of a newer form says what to do."""
    for one in error.errors():
        if one["type"] == "newer_form":
            st.error(
                _(
                    "The file is of form {form}, and this Kontaktvej reads up to form {reads}. "
                    "Update Kontaktvej, or let whoever made it write it in an older form.",
                    form=plain(str(one.get("ctx", {}).get("form", ""))),
                    reads=FORM,
                )
            )
            continue
        place = ".".join(str(part) for part in one["loc"]) or _("the file")
        st.error(plain(f"{place}: {one['msg']}"))
