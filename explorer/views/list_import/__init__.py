"""The import screen: a list or another system's file, its preview, and earlier imports.

The file is sent to the API at once and stored there, sealed, for some hours; it is not stored here.
"""

import re
from functools import partial
from typing import Final, get_args

import streamlit as st

from api.client import Problem
from api.schemas.imports import EncodingWord, EndsWord, FormatWord, ImportBatch, ImportUndo
from explorer import address, frame, screen_state, session
from explorer.address import REGISTER
from explorer.files import zip_files
from explorer.i18n import _, clock, day, ngettext, number, plain
from explorer.views.list_import import outcome, preview

_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")
_FORMATS: Final[dict[str, FormatWord]] = {word: word for word in get_args(FormatWord)}
_ENCODINGS: Final[dict[str, EncodingWord]] = {word: word for word in get_args(EncodingWord)}
_ENDS: Final[dict[str, EndsWord]] = {word: word for word in get_args(EndsWord)}
_UNDO_BATCH: Final = "list-import-undo"
_MOST_KEPT: Final = 20


def show(context: frame.ScreenContext) -> None:
    """Draw the list in the address; without one, the upload and the earlier imports."""
    frame.title(context, _("Import lists"))
    outcome.draw()
    import_id = address.text("id")
    if import_id is not None:
        preview.show(context, import_id)
        return
    _upload(context)
    _imports(context)


def _upload(context: frame.ScreenContext) -> None:
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
    formats = {
        "": _("as its contents show"), "LIST": _("List (CSV or Excel)"),
        "NATIVE": _("Kontaktvej's own zip"), "OS2MO": "OS2mo (GraphQL)",
        "FK_ORG": "FK-Organisation", "POPOLO": "Popolo", "HSDS": "HSDS 3",
    }  # fmt: skip
    ends = {
        "": _("as the file shows"), "last-day": _("the last day"), "day-after": _("the day after"),
    }  # fmt: skip
    with st.form("list-import-form", enter_to_submit=False):
        files = st.file_uploader(
            _("File (CSV, Excel, JSON or zip), or all files of a folder"),
            type=["csv", "txt", "xlsx", "xls", "ods", "json", "zip"], key="list-import-file",
            accept_multiple_files=True,
        )  # fmt: skip
        area = st.selectbox(
            _("Area the list covers"), areas, format_func=names.__getitem__, key="list-import-area"
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
        encodings = {
            "": _("as the file shows"), "utf-8": "UTF-8", "windows-1252": "Windows-1252",
            "cp850": "CP850 (DOS)", "mac-roman": "Mac Roman",
        }  # fmt: skip
        encoding = st.selectbox(
            _("Encoding (only if it is asked for)"), list(encodings),
            format_func=encodings.__getitem__, key="list-import-encoding",
        )  # fmt: skip
        is_sent = st.form_submit_button(_("See what the list would do"), type="primary")
    if not is_sent:
        return
    if not files:
        st.error(_("Choose a file."))
        return
    name, data = files[0].name, files[0].getvalue()
    if len(files) > 1:  # the files of a folder, sent as one zip file
        by_name = {file.name: file.getvalue() for file in files}
        if len(by_name) < len(files):
            st.error(_("Two of the files have the same name."))
            return
        name, data = _("folder") + ".zip", zip_files(by_name)
    if not _SOURCE.fullmatch(source):
        st.error(_("Give the list a short name of small letters a-z, digits and hyphens."))
        return
    send = partial(
        context.client.send_import, data, file=name[-100:], source=source, area=area,
        sheet=sheet or None, form=_FORMATS.get(form), ends=_ENDS.get(end),
        encoding=_ENCODINGS.get(encoding),
    )  # fmt: skip
    full = f"{area}.{source}"
    try:
        import_ = outcome.fetch(
            context.client, ("send", full, hash(data)), send,
            lambda open_: open_.source == full and open_.is_mine and open_.progress is not None,
        )  # fmt: skip
    except Problem as problem:
        outcome.draw_problem(problem)
        return
    address.change(id=import_.id)
    st.rerun()


def _imports(context: frame.ScreenContext) -> None:
    """Draw the open lists, then the batches."""
    imports = screen_state.fetch_and_watch(context.client, "imports", context.client.imports)
    if imports.open:
        st.header(_("Not imported yet"), anchor=False)
    for import_ in imports.open:
        text = plain(import_.source)
        if import_.is_from_server:
            text = _("{source}: a new list from the server", source=text)
        elif import_.is_waiting and not import_.is_mine:
            text = _("{source}: waits for your yes", source=text)
        st.button(
            _("Open {list}", list=text), key=f"open-{import_.id}",
            on_click=partial(address.change, id=import_.id),
        )  # fmt: skip
    st.header(_("Earlier imports"), anchor=False)
    if not imports.batches:
        st.info(_("Nothing was imported in your areas."))
    for batch in imports.batches:
        with st.container(border=True):
            _batch(context, batch)


def _batch(context: frame.ScreenContext, batch: ImportBatch) -> None:
    who = plain(batch.by.name or "") if batch.by else (_("you") if batch.is_mine else "")
    about = (session.name_of(batch.area) or batch.area, who)
    when = f"{day(batch.made_at)} {clock(batch.made_at)}"
    st.markdown(f"**{plain(batch.source)}** · {' · '.join(filter(None, (when, *about)))}")
    names = preview.state_names()
    notes = [
        f"{names[state]}: {number(count)}"
        for state, count in batch.counts.items()
        if state in names and count
    ]
    total = sum(batch.counts.get(name, 0) for name in ("created", "updated", "ended"))
    notes.append(ngettext("{count} thing saved", "{count} things saved", total))
    st.caption(plain(" · ".join(notes)))
    if batch.undone_at is not None:
        st.caption(_("Undone {day}", day=day(batch.undone_at)))
        return
    if batch.undo_asked:
        st.caption(_("One steward has asked to undo it; another must agree."))
    if st.session_state.get(_UNDO_BATCH) != batch.id:
        st.button(
            _("Undo …"), key=f"undo-{batch.id}",
            on_click=partial(st.session_state.__setitem__, _UNDO_BATCH, batch.id),
        )  # fmt: skip
        return

    def undo() -> None:
        st.session_state.pop(_UNDO_BATCH, None)
        outcome.write(lambda: context.client.undo_import(batch.id), _("The import is undone."))

    try:
        would = context.client.preview_import_undo(batch.id)
    except Problem as problem:
        outcome.draw_problem(problem)
        return
    st.warning(
        plain(
            _(
                "What it created ends ({ended}), and what it changed gets its old values back "
                "({restored}).",
                ended=number(would.ends), restored=number(would.restores),
            )
        )
    )  # fmt: skip
    _list_kept(would)
    with st.container(horizontal=True):
        st.button(_("Undo the import"), key=f"undo-yes-{batch.id}", type="primary", on_click=undo)
        st.button(
            _("Keep it"), key=f"undo-no-{batch.id}",
            on_click=partial(st.session_state.pop, _UNDO_BATCH, None),
        )  # fmt: skip


def _list_kept(would: ImportUndo) -> None:
    """Draw what an undo would keep, each with a link to its card."""
    if not would.kept_count:
        return
    st.markdown(
        ngettext(
            "{count} thing stays as it is, since it was edited or is needed since:",
            "{count} things stay as they are, since they were edited or are needed since:",
            would.kept_count,
        )
    )
    reasons = {
        "EDITED": _("edited since"), "NEEDED": _("needed by"),
        "CONSENT": _("a consent is not undone, but withdrawn"),
    }  # fmt: skip
    for kept in would.kept[:_MOST_KEPT]:
        name = plain(kept.node.name or kept.node.id)
        why = " ".join(
            filter(None, (reasons[kept.why], plain(kept.by.name or "") if kept.by else ""))
        )
        st.markdown(f"- [{name}]({address.link(REGISTER, id=kept.node.id)}): {why}")
    if would.kept_count > len(would.kept[:_MOST_KEPT]):
        st.caption(_("The first {count} are shown.", count=number(len(would.kept[:_MOST_KEPT]))))
