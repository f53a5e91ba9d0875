"""The preview of a list: changes by row and of contact paths, and the button to apply it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, get_args

import streamlit as st

from api.client import AskedApply
from api.schemas.imports import (
    Import,
    ImportPaths,
    ImportPathStop,
    ImportPreview,
    ImportRow,
    RowStateWord,
)
from explorer import address, files, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _, clock, day, ngettext, number, plain
from explorer.problem_states import anchor
from explorer.views.list_import import columns, outcome, words
from explorer.views.register.drafts import value_label, value_text

_STATES: Final[dict[str, RowStateWord]] = {state: state for state in get_args(RowStateWord)}
_ALL: Final = "ALL"
_SKIP: Final = "list-import-skip"
_PAGE: Final = 50
_MOST_PATHS: Final = 25


def state_names() -> dict[str, str]:
    """The states of a row, in words."""
    return {
        "NEW": _("New"),
        "CHANGED": _("Changed"),
        "CONFLICT": _("Conflicting"),
        "UNCHANGED": _("Unchanged"),
        "REFUSED": _("Refused"),
        "ENDED": _("Ended"),
    }


def show(context: ScreenContext, import_id: str) -> None:
    """Draw a list: its columns, the rows in the chosen state, and the button."""
    state = _STATES.get(address.text("state") or "")
    page = address.text("page")
    import_ = screen_state.fetch(
        context.client, ("import", import_id, state, page),
        lambda: context.client.import_preview(import_id, state=state, page=page, limit=_PAGE),
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
    for note in import_.notes:
        st.caption(plain(f"{note.text} ({number(note.count)})"))
    if import_.is_mine:
        (columns if import_.format == "LIST" else words).show(context, import_)
    if import_.preview is None:
        st.warning(_("Choose this before the rows can be read:"))
        outcome.draw_faults(fault.model_dump() for fault in import_.faults)
    else:
        _rows(context, import_, import_.preview, state)
        if import_.preview.paths is not None:
            _paths(import_.preview.paths)
        _apply(context, import_, import_.preview)
    st.button(
        _("Back to all imports"), key="list-import-back", type="tertiary",
        on_click=partial(address.change, id=None, state=None, page=None),
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


def _paths(paths: ImportPaths) -> None:
    """Draw the paths that change, collapsed, and a warning if not all were compared in time."""
    label = ngettext("{count} contact path changes", "{count} contact paths change", paths.count)
    if not paths.count:
        label = _("No contact path changes")
    with st.expander(label):
        st.caption(
            ngettext(
                "Compared: the way to {count} standard contact of the municipalities.",
                "Compared: the ways to {count} standard contacts of the municipalities.",
                paths.compared,
            )
        )
        if paths.is_cut:
            st.warning(_("There was not time to compare all of them."))
        if paths.changed:
            _paths_table(paths)
        if paths.count > _MOST_PATHS:
            st.caption(_("The first {count} are shown.", count=number(_MOST_PATHS)))


def _paths_table(paths: ImportPaths) -> None:
    effects = {
        "LOST": _("no path any more"),
        "NEW": _("new path"),
        "CONTACT": _("another contact"),
        "ANSWERING": _("somebody else answers"),
        "STOPS": _("other steps on the way"),
    }
    references, tiers = session.terms("Reference"), session.terms("Tier")
    st.html(
        text_table(
            _("Contact paths that change"),
            (_("Place"), _("Contact"), _("What"), _("Before"), _("After")),
            (
                (
                    change.area.name or change.area.id,
                    f"{references[change.reference]} ({tiers[change.tier]})"
                    if change.tier
                    else references[change.reference],
                    effects[change.what], _way(change.before), _way(change.after),
                )
                for change in paths.changed[:_MOST_PATHS]
            ),
        )
    )  # fmt: skip


def _way(stops: Sequence[ImportPathStop]) -> str:
    """The steps of a path, and who answers at the last."""
    if not stops:
        return "–"
    hidden_name = _("name not shown")
    nodes = " → ".join(stop.node.name or hidden_name for stop in stops)
    last = stops[-1]
    if last.who is not None:
        return plain(f"{nodes}: {last.who.name or hidden_name}")
    if last.is_hidden:
        return plain(f"{nodes}: {hidden_name}")
    rung = session.terms("Rung").get(last.rung or "", "")
    return plain(f"{nodes}: {rung}" if rung else nodes)


def _apply(context: ScreenContext, import_: Import, preview: ImportPreview) -> None:
    refused = preview.counts.get("REFUSED", 0)
    if refused:
        anchor(_("Download the refused rows (CSV)"), files.refused_rows_address(import_.id))
        st.checkbox(_("Import the other rows without them"), key=_SKIP)
    count = preview.creates + preview.updates + preview.ends
    if not count:
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
