"""Lists that are not imported yet, and earlier imports with their undo."""

from functools import partial
from typing import Final

import streamlit as st

from api.schemas.imports import ImportBatch
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, clock, day, ngettext, number, plain
from explorer.views.list_import import outcome, preview

_ASKED: Final = "list-import-undo"


def show(context: ScreenContext) -> None:
    """Draw the open lists, then the batches."""
    found = screen_state.fetch_and_watch(context.client, "imports", context.client.imports)
    if found.open:
        st.header(_("Not imported yet"), anchor=False)
    for one in found.open:
        text = plain(one.source)
        if one.is_from_server:
            text = _("{source}: a new list from the server", source=text)
        elif one.is_waiting and not one.is_mine:
            text = _("{source}: waits for your yes", source=text)
        st.button(
            _("Open {list}", list=text), key=f"open-{one.id}",
            on_click=partial(address.change, id=one.id),
        )  # fmt: skip
    st.header(_("Earlier imports"), anchor=False)
    if not found.batches:
        st.info(_("Nothing was imported in your areas."))
    for batch in found.batches:
        with st.container(border=True):
            _batch(context, batch)


def _batch(context: ScreenContext, batch: ImportBatch) -> None:
    who = plain(batch.by.name or "") if batch.by else (_("you") if batch.is_mine else "")
    about = (session.name_of(batch.area) or batch.area, who)
    when = f"{day(batch.made_at)} {clock(batch.made_at)}"
    st.markdown(f"**{plain(batch.source)}** · {' · '.join(filter(None, (when, *about)))}")
    names = preview.state_names()
    told = [
        f"{names[state]}: {number(count)}"
        for state, count in batch.counts.items()
        if state in names and count
    ]
    things = sum(batch.counts.get(name, 0) for name in ("created", "updated", "ended"))
    told.append(ngettext("{count} thing saved", "{count} things saved", things))
    st.caption(plain(" · ".join(told)))
    if batch.undone_at is not None:
        st.caption(_("Undone {day}", day=day(batch.undone_at)))
        return
    if batch.undo_asked:
        st.caption(_("One steward has asked to undo it; another must agree."))
    if st.session_state.get(_ASKED) != batch.id:
        st.button(
            _("Undo …"), key=f"undo-{batch.id}",
            on_click=partial(st.session_state.__setitem__, _ASKED, batch.id),
        )  # fmt: skip
        return

    def undo() -> None:
        st.session_state.pop(_ASKED, None)
        outcome.write(lambda: context.client.undo_import(batch.id), _("The import is undone."))

    st.warning(_("What it created ends, and what it changed gets its old values back."))
    with st.container(horizontal=True):
        st.button(_("Undo the import"), key=f"undo-yes-{batch.id}", type="primary", on_click=undo)
        st.button(
            _("Keep it"), key=f"undo-no-{batch.id}",
            on_click=partial(st.session_state.pop, _ASKED, None),
        )  # fmt: skip
