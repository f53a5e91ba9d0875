"""The queue of links to be checked, by the number of dependent posts, and their assignees."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from api.client import (
    ApiClient,
    ChangedFields,
    Conflict,
    NewAssignment,
    NotFound,
    Problem,
    Unavailable,
)
from api.schemas.changes import WriteResult
from api.schemas.entities import DueLink, LinkCard
from api.schemas.words import Label, LinkType
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, danish_key, day, ngettext, plain
from explorer.labels import Labels, labels
from explorer.views.curation import editing, fields
from explorer.views.curation.editing import Fields

_Open = editing.OpenedEdit[LinkCard]


def show_link(context: ScreenContext, link_id: str) -> None:
    """Draw the form of a link.

    Raises: NotFound: the link is absent or hidden.
    """
    client = context.client
    edit = editing.open_edit(f"link-{link_id}", partial(client.link, link_id))
    link = edit.value

    def verify() -> None:
        do = partial(client.verify_link, link.id, edit.etag)
        if editing.write(do, partial(_reread_after_refusal, edit)) is not None:
            _close()

    def change(changes: Fields, etag: str | None) -> WriteResult:
        return client.change_link(link_id, ChangedFields(fields=dict(changes)), etag)

    actions = editing.EditActions(
        change=change, changes=partial(client.link_changes, link_id), close=_close
    )
    st.header(_("Correct the link"), anchor=False)
    chip = labels().chip(link.check.freshness, link.check.on) if link.check else ""
    st.markdown(f"{editing.sentence(link)} {chip}")
    with st.container(horizontal=True):
        if link.check is not None:
            st.button(_("Still true as it stands"), key="open-true", on_click=verify)
        st.button(_("Close without saving"), on_click=_close, key="open-close")
    editing.side_by_side(edit, (field.name for field in fields.fields_of(link.type)), actions)
    _correction(client, edit, actions)
    _end(context, edit)


def _correction(client: ApiClient, edit: _Open, actions: editing.EditActions) -> None:
    link = edit.value
    with st.form(edit.key, enter_to_submit=False):
        values = fields.draw_fields(link.type, link.fields, key=edit.key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save the correction"), type="primary")
            is_asked = st.form_submit_button(_("Show what would change"))
    changes = fields.changed_values(link.type, link.fields, values)
    if (is_saved or is_asked) and not changes:
        st.info(_("Nothing is changed. Press “Still true as it stands” to confirm it."))
    elif is_saved:
        editing.save(edit, changes, actions)
        st.rerun()
    elif is_asked:
        do = partial(client.dry_run.change_link, link.id, ChangedFields(fields=changes), edit.etag)
        names = {link.id: editing.link_text(link)}
        editing.dry_run(edit.key, do, names, partial(editing.handle_refusal, changes, actions))
        st.rerun()
    editing.show_dry_run(edit.key)


def _end(context: ScreenContext, edit: _Open) -> None:
    link, client, key = edit.value, context.client, f"end-{edit.value.id}"
    refused = partial(_reread_after_refusal, edit)
    st.subheader(_("No longer true"), anchor=False)
    with st.form(key, enter_to_submit=False):
        on = fields.day(_("First day it is no longer true"), context.on, key=f"{key}-on")
        reason = fields.reason(key)
        with st.container(horizontal=True):
            is_ended = st.form_submit_button(_("End the link"))
            is_asked = st.form_submit_button(_("Show what would end"))
    if is_asked:
        do = partial(client.dry_run.end_link, link.id, edit.etag, on=on, reason=reason)
        editing.dry_run(key, do, {link.id: editing.link_text(link)}, refused)
        st.rerun()
    if is_ended:
        do = partial(client.end_link, link.id, edit.etag, on=on, reason=reason)
        if editing.write(do, refused) is not None:
            _close()
        st.rerun()
    editing.show_dry_run(key)


def _close() -> None:
    editing.leave()
    address.change(id=None)


def _reread_after_refusal(edit: _Open, problem: Problem) -> None:
    """Handle a refused write: after a conflict the link is reread and the change is shown."""
    editing.refuse(problem, saw=[edit.value])
    if isinstance(problem, NotFound):
        _close()
    elif isinstance(problem, Conflict):
        editing.leave()


_STEP: Final = 20
_MOST: Final = 100
_SHOWN_COUNT: Final = "due-shown"
_TYPES: Final[tuple[LinkType, ...]] = (
    "COORDINATES", "MEMBER_OF", "SUPPORTS", "REFERS_TO", "ESCALATES_TO", "DOOR_OPENER_FOR",
    "REPRESENTS", "KNOWS",
)  # fmt: skip
_AREA: Final[frozenset[Label]] = frozenset(("Area",))
_KIND: Final = "due-type"
_SORT: Final = "due-sort"


def show(context: ScreenContext) -> None:
    """Draw the form of the chosen link, then the filters and the queue."""
    link_id = address.text("id")
    if link_id is None:
        editing.leave()
    else:
        show_link(context, link_id)
        st.divider()
    client, most = context.client, min(st.session_state.get(_SHOWN_COUNT, _STEP), _MOST)
    area, link_type, is_by_name = _filters(context)
    is_mine, is_taken = address.text("mine") is not None, address.text("taken") is not None
    with st.container(horizontal=True):
        if context.me.posts:
            _switch(_("Only those of my own posts"), "mine", is_on=is_mine)
        _switch(_("Only those I have taken on"), "taken", is_on=is_taken)
    ask = partial(
        client.due, area=area, type=link_type, mine=is_mine or None, taken=is_taken or None,
        limit=most,
    )  # fmt: skip
    request = ("due", area, link_type, is_mine, is_taken, most)
    queue = screen_state.fetch_and_watch(client, request, lambda: next(ask()))
    count = len(queue.found)
    if not count:
        is_filtered = bool(area or link_type or is_mine or is_taken)
        text = _("Nothing to check in your areas.")
        if is_filtered:
            text = _("Nothing to check among these.")
        if queue.next_on is not None:
            text += " " + _("The next is due on {day}.", day=day(queue.next_on))
        st.success(text)
        if is_filtered:
            st.button(
                _("Remove filters"), key="due-unfiltered",
                on_click=partial(address.change, area=None, type=None, mine=None, taken=None),
            )  # fmt: skip
        return
    if queue.next:
        st.header(_("More than {count} links to check", count=count), anchor=False)
    else:
        st.header(ngettext("{count} link to check", "{count} links to check", count), anchor=False)
    due_links = list(queue.found)
    if is_by_name:
        due_links.sort(key=lambda due: danish_key(editing.link_text(due.link)))
    words = labels()
    for due in due_links:
        with st.container(border=True, key=f"due-link-{due.link.id}"):
            _due_link(client, words, due)
    # The button saves all ticked checks; Enter does not.
    ticked = tuple(due for due in due_links if st.session_state.get(_tick_key(due.link.id)))
    st.button(
        ngettext("Save {count} check", "Save {count} checks", len(ticked)), key="due-save",
        type="primary", disabled=not ticked, on_click=_verify, args=(client, ticked),
    )  # fmt: skip
    if queue.next and most < _MOST:
        st.button(
            _("Show more links"), key="due-more",
            on_click=partial(st.session_state.__setitem__, _SHOWN_COUNT, most + _STEP),
        )  # fmt: skip


def _filters(context: ScreenContext) -> tuple[str | None, LinkType | None, bool]:
    """Draw the filters, a place and a type; and the order of the list."""
    place, kind, order = st.columns(3)
    with place:
        area = fields.pick(context.client, labels(), _("Place"), "area", _AREA)
    terms = {"": _("All"), **session.terms("LinkType")}
    types: list[str] = ["", *_TYPES]
    now = address.text("type")
    st.session_state[_KIND] = now if now in types else ""
    type_word: str = kind.selectbox(
        _("Type of link"), types, key=_KIND, format_func=terms.__getitem__,
        on_change=address.choose, args=("type", _KIND, types),
    )  # fmt: skip
    by_word: dict[str, LinkType] = {word: word for word in _TYPES}
    link_type = by_word.get(type_word)
    sorts = {"": _("Most important first"), "name": _("Sort by name")}
    sort = address.text("sort")
    st.session_state[_SORT] = sort if sort in sorts else ""
    selected_sort: str = order.selectbox(
        _("Order"), list(sorts), key=_SORT, format_func=sorts.__getitem__,
        on_change=address.choose, args=("sort", _SORT, sorts),
    )  # fmt: skip
    return area, link_type, selected_sort == "name"


def _switch(label: str, name: str, *, is_on: bool) -> None:
    key = f"due-{name}-only"
    st.session_state[key] = is_on
    st.toggle(
        label, key=key,
        on_change=lambda: address.change(**{name: 1 if st.session_state[key] else None}),
    )  # fmt: skip


def _due_link(client: ApiClient, words: Labels, due: DueLink) -> None:
    """Draw a link of the queue: why it matters, who checks it, and what can be done with it."""
    link, check, assignee = due.link, due.link.check, due.assignee
    chip = words.chip(check.freshness, check.on) if check else ""
    posts = _("no post depends on it")
    if due.posts:
        posts = ngettext("{count} post depends on it", "{count} posts depend on it", due.posts)
    left, right = st.columns([5, 3], vertical_alignment="center")
    left.checkbox(editing.label(link), key=_tick_key(link.id))
    assigned = ""
    if assignee is not None:
        since, who = day(assignee.since), assignee.person
        if assignee.is_me:
            assigned = _("Taken on by you, {day}", day=since)
        elif who is not None and who.name:
            assigned = _("Taken on by {name}, {day}", name=plain(who.name), day=since)
        else:
            assigned = _("Taken on by a colleague, {day}", day=since)
    left.markdown(" · ".join(filter(None, (chip, posts, assigned))))
    with right.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            _("Still true"), key=f"true-{link.id}",
            on_click=_verify, args=(client, (due,)),
        )  # fmt: skip
        st.button(
            _("Changed or ended …"), key=f"change-{link.id}",
            on_click=partial(address.change, id=link.id),
        )  # fmt: skip
        _assignee_buttons(client, due)
    if address.text(_HANDED) == link.id:
        person = fields.pick(client, labels(), _("Who is to check it?"), _TO, _PERSON)
        with st.container(horizontal=True):
            st.button(
                _("Hand over"), key="hand-over", type="primary", disabled=person is None,
                on_click=_assign, args=(client, due, person),
            )  # fmt: skip
            st.button(_("Cancel"), key="hand-cancel", on_click=_close_hand_over)


def _verify(client: ApiClient, ticked: Sequence[DueLink]) -> None:
    """Save each check separately: a refused check does not prevent the others."""
    if len(ticked) == 1:
        (due,) = ticked
        do = partial(client.verify_link, due.link.id, due.etag)
        if editing.write(do, partial(editing.refuse, saw=[due.link])) is not None:
            st.session_state.pop(_tick_key(due.link.id), None)
        return
    saved, refused = 0, list[tuple[LinkCard, Problem]]()
    for due in ticked:
        try:
            client.verify_link(due.link.id, due.etag)
        except Unavailable as away:
            refused.append((due.link, away))
            break  # those after it stay ticked
        except Problem as problem:
            refused.append((due.link, problem))
        else:
            saved += 1
            st.session_state.pop(_tick_key(due.link.id), None)
    screen_state.invalidate()
    editing.tell_each(saved, refused)


def _tick_key(link_id: str) -> str:
    return f"due-{link_id}"


# ---- who checks a link: taken on, handed over to a colleague, or given back

_HANDED: Final = "hand"
_TO: Final = "to"
_PERSON: Final[frozenset[Label]] = frozenset(("Person",))


def _assignee_buttons(client: ApiClient, due: DueLink) -> None:
    """Draw the buttons that take a check on, hand it over and give it back."""
    link_id = due.link.id
    if due.assignee is not None and due.assignee.is_me:
        st.button(
            _("Give back"), key=f"back-{link_id}", type="tertiary",
            on_click=_give_back, args=(client, due),
        )  # fmt: skip
    else:
        st.button(
            _("Take on"), key=f"take-{link_id}", type="tertiary", on_click=_assign,
            args=(client, due, None),
        )  # fmt: skip
    st.button(
        _("Hand over …"), key=f"hand-{link_id}", type="tertiary",
        on_click=partial(address.change, **{_HANDED: link_id, _TO: None}),
    )  # fmt: skip


def _assign(client: ApiClient, due: DueLink, person: str | None) -> None:
    since = None if due.assignee is None else due.assignee.since
    assigned = NewAssignment(person=person, seen=since)
    answer = editing.attempt(lambda: client.assign_link(due.link.id, assigned))
    if answer is not None:
        editing.note(_("Handed over.") if person is not None else _("Taken on."))
        _close_hand_over()


def _give_back(client: ApiClient, due: DueLink) -> None:
    def give_back() -> bool:
        client.give_back_link(due.link.id)
        return True

    if editing.attempt(give_back):
        editing.note(_("Given back."))


def _close_hand_over() -> None:
    address.change(**dict.fromkeys((_HANDED, _TO)))
