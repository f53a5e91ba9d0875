"""The preview of a list: what changes for people and by row, and the button to apply it."""

from collections.abc import Iterator
from functools import partial
from typing import Final, get_args

import streamlit as st

from api.client import AskedApply
from api.schemas.imports import Import, ImportPreview, ImportRow, RowStateWord
from explorer import address, files, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _, clock, day, ngettext, number, plain
from explorer.problem_states import anchor
from explorer.views.list_import import columns, effects, outcome, words
from explorer.views.register.drafts import value_label, value_text

_STATES: Final[dict[str, RowStateWord]] = {state: state for state in get_args(RowStateWord)}
_ALL: Final = "ALL"
_SKIP: Final = "list-import-skip"
_PAGE: Final = 50


def state_names() -> dict[str, str]:
    """The states of a row, in words."""
    return {
        "NEW": _("New"),
        "CHANGED": _("Changed"),
        "CONFLICT": _("Conflicting"),
        "UNCHANGED": _("Unchanged"),
        "REFUSED": _("Refused"),
        "ENDED": _("Ended"),
        "LEFT_OUT": _("Left out"),
    }


def show(context: ScreenContext, import_id: str) -> None:
    """Draw a list: its columns, the rows in the chosen state, and the button."""
    state = _STATES.get(address.text("state") or "")
    page = address.text("page")
    request = ("import", import_id, state, page)

    def ask() -> Import:
        return context.client.import_preview(import_id, state=state, page=page, limit=_PAGE)

    import_ = screen_state.fetch(
        context.client, request,
        lambda: outcome.fetch(context.client, request, ask, lambda open_: open_.id == import_id),
    )  # fmt: skip
    rows = ngettext("{count} row", "{count} rows", import_.rows)
    place = f"{import_.file} · {import_.sheet}" if import_.sheet else import_.file
    st.markdown(f"**{plain(place)}**: {rows}")
    st.caption(
        _(
            "Nothing is saved yet. The list is deleted on {day} at {time} if it is not imported.",
            day=day(import_.ends_at), time=clock(import_.ends_at),
        )
    )  # fmt: skip
    if import_.preview is not None:
        effects.show(context, import_, import_.preview)
    for note in import_.notes:
        st.caption(plain(f"{note.text} ({number(note.count)})"))
    if import_.is_mine:
        (columns if import_.format == "LIST" else words).show(context, import_)
    if import_.preview is None:
        st.warning(_("Choose this before the rows can be read:"))
        outcome.draw_faults(fault.model_dump() for fault in import_.faults)
    else:
        _rows(context, import_, import_.preview, state)
        _apply(context, import_, import_.preview)
    with st.container(horizontal=True):
        st.button(
            _("Back to all imports"), key="list-import-back", type="tertiary",
            on_click=partial(address.change, id=None, state=None, page=None),
        )  # fmt: skip
        if import_.is_mine:
            st.button(
                _("Discard the list"), key="list-import-discard", type="tertiary",
                on_click=partial(outcome.discard, context.client, import_id),
            )  # fmt: skip


def _rows(
    context: ScreenContext, import_: Import, preview: ImportPreview, state: str | None
) -> None:
    names = state_names()
    options = {_ALL: _("All rows ({count})", count=number(sum(preview.counts.values())))}
    options |= {
        code: f"{names[code]} ({number(count)})" for code, count in preview.counts.items() if count
    }
    st.session_state["list-import-state"] = state if state in options else _ALL
    st.segmented_control(
        _("Rows"), list(options), format_func=options.__getitem__, key="list-import-state",
        required=True, on_change=partial(_filter, options),
    )  # fmt: skip
    st.html(
        text_table(
            _("What the list would do"),
            (
                _("Line") if import_.format == "LIST" else _("Place"), _("State"),
                _("Post") if import_.format == "LIST" else _("Post or unit"),
                _("Person"), _("What"),
            ),
            (
                (
                    row.path or ("" if row.line is None else number(row.line)), names[row.state],
                    f"{row.sort}: {row.post}" if row.sort and row.post else row.post,
                    row.person, " · ".join(_account(row)),
                )
                for row in preview.rows
            ),
        )
    )  # fmt: skip
    if import_.is_mine:
        _duplicates(context, import_, preview)
    with st.container(horizontal=True):
        if address.text("page") is not None:
            st.button(
                _("First rows"), key="list-import-first",
                on_click=partial(address.change, page=None),
            )  # fmt: skip
        if preview.next is not None:
            st.button(
                _("More rows"), key="list-import-more",
                on_click=partial(address.change, page=preview.next),
            )  # fmt: skip


def _filter(options: dict[str, str]) -> None:
    code: str = st.session_state["list-import-state"]
    if code in options:
        address.change(state=None if code == _ALL else code, page=None)


def _account(row: ImportRow) -> Iterator[str]:
    """The faults of a row, its changes, and possible duplicates of its person."""
    for fault in row.faults:
        yield f"{fault.header}: {fault.detail}" if fault.header else fault.detail
    for difference in row.differences:
        theirs = value_text("", difference.field, difference.source_says)
        ours = value_text("", difference.field, difference.we_say)
        verdict = (
            _("the list says {theirs}, we say {ours}: ours is kept", theirs=theirs, ours=ours)
            if difference.is_conflict
            else _("{ours} becomes {theirs}", theirs=theirs, ours=ours)
        )
        field = (
            session.term("Label", "ContactDetail")
            if difference.field == "value"
            else value_label(difference.field)
        )
        yield f"{field}: {verdict}"
    if row.creates:
        yield ngettext("{count} new thing", "{count} new things", row.creates)
    if row.ends:
        yield ngettext("{count} thing ends", "{count} things end", row.ends)
    likeness = {
        "NAME": _("same name elsewhere: {name}"),
        "SPELLING": _("nearly the same name: {name}"),
        "CONTACT": _("same number or address: {name}"),
    }
    for like in row.duplicates:
        yield likeness[like.likeness].format(name=like.person.name or like.person.id)


def _duplicates(context: ScreenContext, import_: Import, preview: ImportPreview) -> None:
    """Draw for each row with a possible duplicate the choice of the person it is."""
    for row in preview.rows:
        person_id = import_.merges.get(str(row.line))
        if row.line is None or not (row.duplicates or person_id):
            continue
        names = {"": _("somebody new")}
        names |= {
            duplicate.person.id: duplicate.person.name or duplicate.person.id
            for duplicate in row.duplicates
        }
        if person_id:
            names.setdefault(person_id, row.person or person_id)
        key = f"merge-{import_.id}-{row.line}"
        st.selectbox(
            _("Line {line}: who is {name}?", line=number(row.line), name=plain(row.person or ""))
            if row.path is None
            else _("Who is {name}?", name=plain(row.person or "")),
            list(names), format_func=names.__getitem__, key=key,
            index=list(names).index(person_id or ""),
            on_change=partial(_merge, context, import_, str(row.line), key),
        )  # fmt: skip


def _merge(context: ScreenContext, import_: Import, line: str, key: str) -> None:
    merges = {at: person for at, person in import_.merges.items() if at != line}
    person_id: str = st.session_state[key]
    if person_id:
        merges[line] = person_id
    choices = columns.choices_of(import_, merges=merges)
    outcome.write(lambda: context.client.choose_mapping(import_.id, choices), "")


def _apply(context: ScreenContext, import_: Import, preview: ImportPreview) -> None:
    refused = preview.counts.get("REFUSED", 0)
    if refused:
        anchor(_("Download the refused rows (CSV)"), files.refused_rows_address(import_.id))
        st.checkbox(_("Import the other rows without them"), key=_SKIP)
    count = preview.creates + preview.updates + preview.ends
    if not count:
        if not refused:
            st.info(_("There is nothing to save: the register says the same."))
        return
    if import_.is_waiting and import_.is_mine:
        st.warning(
            _("It ends many things, so another steward of the area must open it here and save it.")
        )
        return
    skips = bool(st.session_state.get(_SKIP)) and bool(refused)
    st.button(
        ngettext("Import: save {count} thing", "Import: save {count} things", count),
        key="list-import-apply", type="primary", disabled=bool(refused) and not skips,
        on_click=partial(_save, context, import_, preview, skips_refused=skips),
    )  # fmt: skip


def _save(
    context: ScreenContext, import_: Import, preview: ImportPreview, *, skips_refused: bool
) -> None:
    body = AskedApply(digest=preview.digest, revision=preview.revision, skips_refused=skips_refused)
    key = f"{preview.digest[:32]}-{preview.revision}-{int(skips_refused)}"
    is_done = outcome.write(
        lambda: context.client.apply_import(import_.id, body, key=key),
        _("The list is imported. It can be undone below."),
    )
    if is_done:
        address.change(id=None, state=None, page=None)
