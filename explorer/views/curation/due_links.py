"""The queue of links to be checked, those first on which most posts depend."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, ChangeSet, Verify
from api.schemas.entities import DueLink, DueLinks
from explorer import address, screen_state
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext
from explorer.labels import Labels, labels
from explorer.views.curation import edit_link, editing, saving

_STEP: Final = 20
_MOST: Final = 100
_SHOWN: Final = "due-shown"


def show(context: ScreenContext) -> None:
    """Draw the form of the chosen link, then the queue."""
    chosen = address.one("id")
    if chosen is None:
        editing.leave()
    else:
        edit_link.show(context, chosen)
        st.divider()
    most = min(st.session_state.get(_SHOWN, _STEP), _MOST)
    ask = partial(context.client.due, limit=most)
    found = screen_state.fetch_and_watch(context.client, ("due", most), lambda: next(ask()))
    if not found.found:
        st.success(_nothing(found))
        return
    st.header(_count(found), anchor=False)
    words = labels()
    for one in found.found:
        _row(context, words, one)
    _batch(context.client, found.found)
    if found.next and most < _MOST:
        st.button(_("Show more links"), on_click=_more, args=(most,), key="due-more")


def _nothing(found: DueLinks) -> str:
    nothing = _("Nothing to check in your areas.")
    if found.next_on is None:
        return nothing
    then = _("The next is due on {day}.", day=day(found.next_on))
    return f"{nothing} {then}"


def _count(found: DueLinks) -> str:
    if found.next:
        return _("More than {count} links to check", count=len(found.found))
    return ngettext("{count} link to check", "{count} links to check", len(found.found))


def _row(context: ScreenContext, words: Labels, one: DueLink) -> None:
    link = one.link
    with st.container(border=True):
        left, right = st.columns([5, 3], vertical_alignment="center")
        left.checkbox(saving.label(link), key=_ticked(link.id))
        left.markdown(f"{_last(words, one)} · {_posts(one.posts)}")
        with right.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                _("Still true"), key=f"true-{link.id}",
                on_click=_verify, args=(context.client, (one,)),
            )  # fmt: skip
            st.button(
                _("Changed or ended …"), key=f"change-{link.id}",
                on_click=partial(address.change, id=link.id),
            )  # fmt: skip


def _last(words: Labels, one: DueLink) -> str:
    check = one.link.check
    return words.chip(check.freshness, check.on) if check else ""


def _posts(count: int) -> str:
    if count == 0:
        return _("no post depends on it")
    return ngettext("{count} post depends on it", "{count} posts depend on it", count)


def _batch(client: ApiClient, found: Sequence[DueLink]) -> None:
    """Draw the button that saves all ticked checks; Enter does not save."""
    ticked = [one for one in found if st.session_state.get(_ticked(one.link.id))]
    label = ngettext("Save {count} check", "Save {count} checks", len(ticked))
    st.button(
        label, key="due-save", type="primary", disabled=not ticked,
        on_click=_verify, args=(client, tuple(ticked)),
    )  # fmt: skip


def _verify(client: ApiClient, ticked: Sequence[DueLink]) -> None:
    refused = partial(saving.refuse, saw=[one.link for one in ticked])
    if len(ticked) == 1:
        (one,) = ticked
        written = saving.write(lambda: client.verify_link(one.link.id, one.etag), refused)
    else:
        verifies = tuple(Verify(id=one.link.id, if_match=one.etag) for one in ticked)
        changes = ChangeSet(verifies=verifies)
        written = saving.write(lambda: client.apply_change_set(changes), refused)
    if written is not None:
        for one in ticked:
            st.session_state.pop(_ticked(one.link.id), None)


def _more(now: int) -> None:
    st.session_state[_SHOWN] = now + _STEP


def _ticked(link_id: str) -> str:
    return f"due-{link_id}"
