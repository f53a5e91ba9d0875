"""Sending a file: its place, the short name of its source, and how it is to be read."""

import re
from typing import Final, get_args

import streamlit as st

from api.client import Problem
from api.schemas.imports import EndsWord, FormatWord
from explorer import address, session
from explorer.files import zipped
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.views.list_import import outcome

_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")
_FORMATS: Final[dict[str, FormatWord]] = {word: word for word in get_args(FormatWord)}
_ENDS: Final[dict[str, EndsWord]] = {word: word for word in get_args(EndsWord)}


def format_names() -> dict[str, str]:
    """The formats of a file, in words."""
    return {
        "LIST": _("List (CSV or Excel)"),
        "NATIVE": _("Kontaktvej's own zip"),
        "OS2MO": "OS2mo (GraphQL)",
        "FK_ORG": "FK-Organisation",
        "POPOLO": "Popolo",
        "HSDS": "HSDS 3",
    }


def show(context: ScreenContext) -> None:
    """Draw the form that sends a file."""
    areas = sorted(
        {area for grant in context.me.grants if grant.role == "STEWARD" for area in grant.areas}
    )
    names = {area: session.name_of(area) or area for area in areas}
    st.markdown(
        _(
            "Send a list of posts and people as you keep it, in CSV or Excel: one row for each "
            "person or post. You see what every row would do before anything is saved."
        )
    )
    st.caption(
        _(
            "Files of other systems are read too: OS2mo, FK-Organisation and Popolo as JSON, HSDS "
            "as JSON or zip, and Kontaktvej's own zip. Instead of a zip, choose all files in it."
        )
    )
    formats = {"": _("as its contents show"), **format_names()}
    ends = {
        "": _("as the file shows"), "last-day": _("the last day"), "day-after": _("the day after"),
    }  # fmt: skip
    with st.form("list-import-form", enter_to_submit=False):
        files = st.file_uploader(
            _("File (CSV, Excel, JSON or zip), or all files of a folder"),
            type=["csv", "txt", "xlsx", "json", "zip"], key="list-import-file",
            accept_multiple_files=True,
        )  # fmt: skip
        area = st.selectbox(
            _("Place of the list"), areas, format_func=names.__getitem__, key="list-import-area"
        )
        source = st.text_input(
            _("Short name of the list, the same each time"), max_chars=24,
            key="list-import-source", placeholder="ssp-liste",
            help=_("Small letters, digits and hyphens. The next list is compared by it."),
        ).strip()  # fmt: skip
        sheet = st.text_input(
            _("Sheet (only if the file has several)"), max_chars=100, key="list-import-sheet"
        ).strip()
        form = st.selectbox(
            _("Format"), list(formats), format_func=formats.__getitem__, key="list-import-format"
        )
        end = st.selectbox(
            _("End dates (only OS2mo)"), list(ends), format_func=ends.__getitem__,
            key="list-import-ends",
        )  # fmt: skip
        is_sent = st.form_submit_button(_("See what the list would do"), type="primary")
    if not is_sent:
        return
    if not files:
        st.error(_("Choose a file."))
        return
    name, data = files[0].name, files[0].getvalue()
    if len(files) > 1:  # of a folder, as its zip file is read
        by_name = {file.name: file.getvalue() for file in files}
        if len(by_name) < len(files):
            st.error(_("Two of the files have the same name."))
            return
        name, data = _("folder") + ".zip", zipped(by_name)
    if not _SOURCE.fullmatch(source):
        st.error(_("Give the list a short name of small letters a-z, digits and hyphens."))
        return
    try:
        sent = context.client.send_import(
            data, file=name[-100:], source=source, area=area,
            sheet=sheet or None, form=_FORMATS.get(form), ends=_ENDS.get(end),
        )  # fmt: skip
    except Problem as problem:
        outcome.draw_problem(problem)
        return
    address.change(id=sent.id)
    st.rerun()
