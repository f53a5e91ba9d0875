"""One link to be corrected, confirmed or ended; two versions side by side where two have written.

The version that was read is kept with the form: whoever saves later than somebody else is told so,
and what was typed stays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient, ChangedFields, Conflict, NotFound, Problem
from api.schemas.links import LinkCard
from explorer import address
from explorer.curating import fields, saving, versions, wording
from explorer.frame import Seen
from explorer.told import told
from explorer.words import clock, day, say

_OPEN: Final = "curating-open"
_OVERTAKEN: Final = "curating-overtaken"
_TURN: Final = "curating-turn"


@dataclass(frozen=True, slots=True)
class Open:
    """A link as it was when its form was opened; `turn` tells one filling of the form from the
    next.
    """

    link: LinkCard
    etag: str | None
    turn: int

    @property
    def key(self) -> str:
        """What the controls of this filling are called."""
        return f"link-{self.link.id}-{self.turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """What was sent too late, and what stands instead since `at`."""

    link: str
    mine: Mapping[str, Any]
    theirs: Mapping[str, Any]
    etag: str
    at: datetime | None


def show(seen: Seen, link_id: str) -> None:
    """Draws the form.

    Raises: NotFound: the link is absent or hidden.
    """
    held = _opened(seen.client, link_id)
    st.header(say("Correct the link"), anchor=False)
    check = held.link.check
    chip = told().chip(check.freshness, check.on) if check else ""
    st.markdown(f"{wording.sentence(held.link)} {chip}")
    with st.container(horizontal=True):
        if check is not None:
            st.button(
                say("Still true as it stands"), key="open-true",
                on_click=_verify, args=(seen.client, held),
            )  # fmt: skip
        st.button(say("Close without saving"), on_click=_close, key="open-close")
    overtaken: Overtaken | None = st.session_state.get(_OVERTAKEN)
    if overtaken is not None and overtaken.link == link_id:
        _side_by_side(seen.client, held, overtaken)
    _form(seen.client, held)
    _ending(seen, held)


def _opened(client: ApiClient, link_id: str) -> Open:
    held: Open | None = st.session_state.get(_OPEN)
    if held is None or held.link.id != link_id:
        _leave()
        seen, turn = client.link(link_id), st.session_state.get(_TURN, 0)
        held = st.session_state[_OPEN] = Open(seen.thing, seen.etag, turn)
        st.session_state[_TURN] = turn + 1
    return held


def _leave() -> None:
    for name in (_OPEN, _OVERTAKEN):
        st.session_state.pop(name, None)


def _close() -> None:
    _leave()
    address.change(id=None)


def _verify(client: ApiClient, held: Open) -> None:
    refused = partial(_outdated, held)
    if saving.write(lambda: client.verify_link(held.link.id, held.etag), refused) is not None:
        _close()


def _outdated(held: Open, problem: Problem) -> None:
    """Where somebody else was faster, the link is read anew, and what was seen stands beside it."""
    saving.refuse(problem, saw=[held.link])
    if isinstance(problem, NotFound):
        _close()
    elif isinstance(problem, Conflict):
        _leave()


# ---- other values


def _form(client: ApiClient, held: Open) -> None:
    link = held.link
    with st.form(held.key, enter_to_submit=False):
        typed = fields.drawn(link.type, link.fields, key=held.key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(say("Save the correction"), type="primary")
            is_asked = st.form_submit_button(say("Show what would change"))
    changed = fields.changed(link.type, link.fields, typed)
    if (is_saved or is_asked) and not changed:
        st.info(say("Nothing is changed. Press “Still true as it stands” to confirm it."))
    elif is_saved:
        _save(client, held, changed, held.etag)
        st.rerun()
    elif is_asked:
        _ask(client, held, changed)
        st.rerun()
    saving.rehearsed(held.key)


def _save(client: ApiClient, held: Open, changed: Mapping[str, Any], etag: str | None) -> None:
    ask = ChangedFields(fields=dict(changed))
    refused = partial(_refused, client, held, changed)
    if saving.write(lambda: client.change_link(held.link.id, ask, etag), refused) is not None:
        _close()


def _ask(client: ApiClient, held: Open, changed: Mapping[str, Any]) -> None:
    ask = ChangedFields(fields=dict(changed))
    names = {held.link.id: wording.told(held.link)}
    do = partial(client.dry_run.change_link, held.link.id, ask, held.etag)
    saving.rehearse(held.key, do, names, partial(_refused, client, held, changed))


def _refused(client: ApiClient, held: Open, changed: Mapping[str, Any], problem: Problem) -> None:
    """What was typed stays; where somebody else was faster, both versions are kept."""
    if problem.slug != "conflict":
        saving.refuse(problem)
        return
    st.session_state[_OVERTAKEN] = Overtaken(
        link=held.link.id,
        mine=dict(changed),
        theirs=problem.members["versions"]["current"],
        etag=problem.members["current"],
        at=_changed_at(client, held.link.id),
    )


def _changed_at(client: ApiClient, link_id: str) -> datetime | None:
    """When it was last written, where the caller is told."""
    last: datetime | None = None
    try:
        for page in client.link_changes(link_id):
            last = page.changes[-1].made_at if page.changes else last
    except Problem:
        return None
    return last


# ---- who was faster


def _side_by_side(client: ApiClient, held: Open, overtaken: Overtaken) -> None:
    at = overtaken.at
    st.warning(
        say("Somebody else changed the link at {at}, {day}. Yours is not saved.",
            at=clock(at), day=day(at))
        if at
        else say("Somebody else changed the link meanwhile. Yours is not saved.")
    )  # fmt: skip
    st.html(versions.table(
        (say("Its field"), say("The other's"), say("Yours")), _versions(held, overtaken)
    ))  # fmt: skip
    with st.container(horizontal=True):
        st.button(say("Keep the other's"), on_click=_leave, key="keep-theirs")
        st.button(say("Save mine"), on_click=_save_mine, args=(client, held, overtaken),
                  key="save-mine", type="primary")  # fmt: skip


def _versions(held: Open, overtaken: Overtaken) -> Iterator[tuple[str, str, str]]:
    """The fields in which they differ from what was read, or from each other."""
    mine, theirs = overtaken.mine, overtaken.theirs
    differing = {*mine, *versions.differing(held.link.fields, theirs)}
    shown = [one.name for one in fields.fields_of(held.link.type) if one.name in differing]
    return versions.beside(shown, theirs, {**theirs, **mine})


def _save_mine(client: ApiClient, held: Open, overtaken: Overtaken) -> None:
    st.session_state.pop(_OVERTAKEN, None)
    _save(client, held, overtaken.mine, overtaken.etag)


# ---- no longer true


def _ending(seen: Seen, held: Open) -> None:
    link, client = held.link, seen.client
    st.subheader(say("No longer true"), anchor=False)
    key = f"end-{link.id}"
    with st.form(key, enter_to_submit=False):
        on = fields.day(say("First day it is no longer true"), seen.on, key=f"{key}-on")
        reason = fields.reason(key)
        with st.container(horizontal=True):
            is_ended = st.form_submit_button(say("End the link"))
            is_asked = st.form_submit_button(say("Show what would end"))
    refused = partial(_outdated, held)
    if is_asked:
        do = partial(client.dry_run.end_link, link.id, held.etag, on=on, reason=reason)
        saving.rehearse(key, do, {link.id: wording.told(link)}, refused)
        st.rerun()
    if is_ended:
        do = partial(client.end_link, link.id, held.etag, on=on, reason=reason)
        if saving.write(do, refused) is not None:
            _close()
        st.rerun()
    saving.rehearsed(key)
