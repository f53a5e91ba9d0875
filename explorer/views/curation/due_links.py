"""The queue of links to be checked, those first on which most posts depend."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient, ChangedFields, ChangeSet, Conflict, NotFound, Problem, Verify
from api.schemas.changes import Written
from api.schemas.entities import DueLink, DueLinks, LinkCard
from explorer import address, screen_state
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext
from explorer.labels import Labels, labels
from explorer.views.curation import editing, fields
from explorer.views.curation.editing import Fields

_Open = editing.OpenedEdit[LinkCard]


def show_link(context: ScreenContext, link_id: str) -> None:
    """Draw the form.

    Raises: NotFound: the link is absent or hidden.
    """
    held = editing.opened(f"link-{link_id}", partial(context.client.link, link_id))
    link, ways = held.thing, _ways(context.client, link_id)
    st.header(_("Correct the link"), anchor=False)
    chip = labels().chip(link.check.freshness, link.check.on) if link.check else ""
    st.markdown(f"{editing.sentence(link)} {chip}")
    with st.container(horizontal=True):
        if link.check is not None:
            st.button(
                _("Still true as it stands"), key="open-true",
                on_click=_verify_link, args=(context.client, held),
            )  # fmt: skip
        st.button(_("Close without saving"), on_click=_close, key="open-close")
    editing.side_by_side(held, (one.name for one in fields.fields_of(link.type)), ways)
    _form(context.client, held, ways)
    _ending(context, held)


def _ways(client: ApiClient, link_id: str) -> editing.EditActions:
    def change(changed: Fields, etag: str | None) -> Written:
        return client.change_link(link_id, ChangedFields(fields=dict(changed)), etag)

    return editing.EditActions(
        change=change, changes=partial(client.link_changes, link_id), close=_close
    )


def _close() -> None:
    editing.leave()
    address.change(id=None)


def _verify_link(client: ApiClient, held: _Open) -> None:
    do = partial(client.verify_link, held.thing.id, held.etag)
    if editing.write(do, partial(_outdated, held)) is not None:
        _close()


def _outdated(held: _Open, problem: Problem) -> None:
    """Handle a refused write: after a conflict the link is reread and the change is shown."""
    editing.refuse(problem, saw=[held.thing])
    if isinstance(problem, NotFound):
        _close()
    elif isinstance(problem, Conflict):
        editing.leave()


# ---- correction


def _form(client: ApiClient, held: _Open, ways: editing.EditActions) -> None:
    link = held.thing
    with st.form(held.key, enter_to_submit=False):
        typed = fields.drawn(link.type, link.fields, key=held.key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save the correction"), type="primary")
            is_asked = st.form_submit_button(_("Show what would change"))
    changed = fields.changed(link.type, link.fields, typed)
    if (is_saved or is_asked) and not changed:
        st.info(_("Nothing is changed. Press “Still true as it stands” to confirm it."))
    elif is_saved:
        editing.save(held, changed, ways)
        st.rerun()
    elif is_asked:
        _ask(client, held, changed, ways)
        st.rerun()
    editing.show_dry_run(held.key)


def _ask(
    client: ApiClient, held: _Open, changed: dict[str, Any], ways: editing.EditActions
) -> None:
    link = held.thing
    do = partial(client.dry_run.change_link, link.id, ChangedFields(fields=changed), held.etag)
    names = {link.id: editing.told(link)}
    editing.dry_run(held.key, do, names, partial(editing.refused, changed, ways))


# ---- end of the link


def _ending(context: ScreenContext, held: _Open) -> None:
    link, client = held.thing, context.client
    refused = partial(_outdated, held)
    st.subheader(_("No longer true"), anchor=False)
    key = f"end-{link.id}"
    with st.form(key, enter_to_submit=False):
        on = fields.day(_("First day it is no longer true"), context.on, key=f"{key}-on")
        reason = fields.reason(key)
        with st.container(horizontal=True):
            is_ended = st.form_submit_button(_("End the link"))
            is_asked = st.form_submit_button(_("Show what would end"))
    if is_asked:
        do = partial(client.dry_run.end_link, link.id, held.etag, on=on, reason=reason)
        editing.dry_run(key, do, {link.id: editing.told(link)}, refused)
        st.rerun()
    if is_ended:
        do = partial(client.end_link, link.id, held.etag, on=on, reason=reason)
        if editing.write(do, refused) is not None:
            _close()
        st.rerun()
    editing.show_dry_run(key)


_STEP: Final = 20
_MOST: Final = 100
_SHOWN: Final = "due-shown"


def show(context: ScreenContext) -> None:
    """Draw the form of the chosen link, then the queue."""
    chosen = address.one("id")
    if chosen is None:
        editing.leave()
    else:
        show_link(context, chosen)
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
        link = one.link
        with st.container(border=True):
            left, right = st.columns([5, 3], vertical_alignment="center")
            left.checkbox(editing.label(link), key=_ticked(link.id))
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
    # Draw the button that saves all ticked checks; Enter does not save.
    ticked = [one for one in found.found if st.session_state.get(_ticked(one.link.id))]
    label = ngettext("Save {count} check", "Save {count} checks", len(ticked))
    st.button(
        label, key="due-save", type="primary", disabled=not ticked,
        on_click=_verify, args=(context.client, tuple(ticked)),
    )  # fmt: skip
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


def _last(words: Labels, one: DueLink) -> str:
    check = one.link.check
    return words.chip(check.freshness, check.on) if check else ""


def _posts(count: int) -> str:
    if count == 0:
        return _("no post depends on it")
    return ngettext("{count} post depends on it", "{count} posts depend on it", count)


def _verify(client: ApiClient, ticked: Sequence[DueLink]) -> None:
    refused = partial(editing.refuse, saw=[one.link for one in ticked])
    if len(ticked) == 1:
        (one,) = ticked
        written = editing.write(lambda: client.verify_link(one.link.id, one.etag), refused)
    else:
        verifies = tuple(Verify(id=one.link.id, if_match=one.etag) for one in ticked)
        changes = ChangeSet(verifies=verifies)
        written = editing.write(lambda: client.apply_change_set(changes), refused)
    if written is not None:
        for one in ticked:
            st.session_state.pop(_ticked(one.link.id), None)


def _more(now: int) -> None:
    st.session_state[_SHOWN] = now + _STEP


def _ticked(link_id: str) -> str:
    return f"due-{link_id}"
