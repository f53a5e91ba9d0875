"""Changes made in forms: one change set each, which is previewed, saved, and can be undone.

A form produces a `Draft`, which a user with write access saves; a proposal sends such a change set.
A fault that the API reports is shown at its field. A save can be undone on the same day, while none
of its elements has changed since; if it cannot be undone, the outcome says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, cast

import streamlit as st

from api.client import (
    ApiClient,
    ChangeSet,
    Create,
    Ending,
    Invalid,
    NotFound,
    Problem,
    Update,
)
from api.schemas.changes import Change, Reason, Rehearsal, WriteResult
from api.schemas.entities import LinkCard
from explorer import address, session
from explorer.html_table import text_table
from explorer.i18n import _, ngettext, number, paragraphs, plain, short_day
from explorer.views.curation import editing, proposals
from explorer.views.curation.editing import Fields
from explorer.views.register.node_fields import NODE_FIELDS, field_label

_FAULTS: Final = "register-faults"
_PREVIEW: Final = "register-preview"
_CONFLICT: Final = "register-conflict"
_PICKS: Final = "register-picks"
_SAVED: Final = "register-saved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change set, and the data that a screen needs to show it.

    `form`: the form that made it. `names` and `labels`: the name and the label or link type of each
    element, by its id or its name in the change set. `before`: changed and ended elements as they
    were read. `hanging`: the links of an ended node, which end with it. `places`: the control at
    which a fault is shown, by its JSON pointer.
    """

    form: str
    changes: ChangeSet
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    before: Mapping[str, Fields] = field(default_factory=dict[str, Fields])
    places: Mapping[str, str] = field(default_factory=dict[str, str])
    hanging: tuple[LinkCard, ...] = ()


@dataclass(frozen=True, slots=True)
class _Preview:
    draft: Draft
    answer: Rehearsal


@dataclass(frozen=True, slots=True)
class _Conflict:
    """A draft based on an outdated version, and the current version of its element."""

    draft: Draft
    element_id: str
    theirs: Fields
    etag: str


@dataclass(frozen=True, slots=True)
class _SaveOutcome:
    """The outcome of a save: its text, and the change set to undo; empty: why it cannot be."""

    node: str
    text: str
    undo: str
    why_not: str


def fault(form: str, control: str) -> str | None:
    """The fault at a control of a form, after a save or a preview that was refused."""
    faults: tuple[str, Mapping[str, str]] | None = st.session_state.get(_FAULTS)
    return faults[1].get(control) if faults and faults[0] == form else None


def require(form: str, controls: Iterable[str]) -> None:
    """Report controls that must be filled in before anything can be sent."""
    st.session_state[_FAULTS] = (form, dict.fromkeys(controls, _("must be filled in")))
    st.session_state.pop(_PREVIEW, None)


def picked_id(key: str) -> str | None:
    """The id of the node picked in a field of the open form."""
    picks: dict[str, str | None] = st.session_state.get(_PICKS, {})
    return picks.get(key)


def pick(key: str, node: str | None) -> None:
    """Store the node picked in a field of the open form; None clears the field."""
    picks: dict[str, str | None] = st.session_state.setdefault(_PICKS, {})
    picks[key] = node


def discard() -> None:
    """Discard the state of a form: faults, preview, conflict and picked nodes."""
    for name in (_FAULTS, _PREVIEW, _CONFLICT, _PICKS):
        st.session_state.pop(name, None)
    editing.leave()


@dataclass(slots=True, kw_only=True)
class DraftBuilder:
    """Collects the parts of a draft, and the controls at which their faults are shown."""

    form: str
    reason: Reason = "CORRECTED"
    creates: list[Create] = field(default_factory=list[Create])
    updates: list[Update] = field(default_factory=list[Update])
    ends: list[Ending] = field(default_factory=list[Ending])
    names: dict[str, str] = field(default_factory=dict[str, str])
    labels: dict[str, str] = field(default_factory=dict[str, str])
    before: dict[str, Fields] = field(default_factory=dict[str, Fields])
    places: dict[str, str] = field(default_factory=dict[str, str])
    hanging: tuple[LinkCard, ...] = ()

    def create_node(
        self,
        label: str,
        local_name: str,
        fields: Fields,
        *,
        name: str,
        controls: Mapping[str, str],
        is_checked: bool = False,
    ) -> str:
        """Add a new node; `controls`: the control of each field. Return `local_name`."""
        self._place("creates", len(self.creates), controls)
        self.creates.append(
            Create(label=label, called=local_name, fields=dict(fields), is_checked=is_checked)
        )
        self.names[local_name], self.labels[local_name] = name, label
        return local_name

    def create_link(
        self, link_type: str, source: str, target: str, *, control: str = "", **fields: Any
    ) -> None:
        """Add a new link; faults of its ends are shown at `control`."""
        places: dict[str, str] = {}
        if control:
            places = {"": control, "source_id": control, "target_id": control}
        self._place("creates", len(self.creates), places)
        local_name = f"@link-{len(self.creates)}"
        both = {"source_id": source, "target_id": target}
        self.creates.append(Create(type=link_type, called=local_name, fields={**both, **fields}))
        self.labels[local_name] = link_type
        names = [self.names.get(end, "") for end in (source, target)]
        self.names[local_name] = (
            f"{names[0]} {session.term('LinkType', link_type)} {names[1]}".strip()
        )

    def create_detail(
        self,
        owner: str,
        channel: str,
        value: str,
        *,
        order: int,
        visibility: str,
        control: str,
        is_checked: bool,
    ) -> None:
        """Add a contact detail of an owner; its faults are shown at `control`.

        `is_checked`: the user says that they have checked it.
        """
        local_name = f"@detail-{len(self.creates)}"
        fields = {"channel": channel, "value": value, "visibility": visibility}
        self.create_node(
            "ContactDetail", local_name, fields, name=session.term("Channel", channel),
            controls={"": control, **dict.fromkeys(fields, control)}, is_checked=is_checked,
        )  # fmt: skip
        self.create_link("REACHED_BY", owner, local_name, order=order)

    def update(
        self,
        element: str,
        etag: str | None,
        fields: Fields,
        before: Fields,
        *,
        label: str,
        name: str,
        controls: Mapping[str, str],
        is_checked: bool = False,
    ) -> None:
        """Add a change of fields of an element that was read as `before`."""
        self._place("updates", len(self.updates), controls)
        self.updates.append(
            Update(id=element, if_match=etag, fields=dict(fields), is_checked=is_checked)
        )
        self.names[element], self.labels[element], self.before[element] = name, label, before

    def end(
        self, element: str, etag: str | None, on: date, before: Fields, *, name: str, control: str
    ) -> None:
        """Add the end of an element; its faults are shown at `control`."""
        self.places[f"/ends/{len(self.ends)}"] = control
        self.ends.append(Ending(id=element, if_match=etag, on=on))
        self.names[element], self.before[element] = name, before

    def draft(self) -> Draft:
        """Return the draft."""
        changes = ChangeSet(
            reason=self.reason, creates=tuple(self.creates), updates=tuple(self.updates),
            ends=tuple(self.ends),
        )  # fmt: skip
        return Draft(
            form=self.form, changes=changes, names=self.names,
            labels=self.labels, before=self.before, places=self.places, hanging=self.hanging,
        )  # fmt: skip

    def _place(self, member: str, place: int, controls: Mapping[str, str]) -> None:
        for name, control in controls.items():
            pointer = f"/{member}/{place}" + (f"/fields/{name}" if name else "")
            self.places[pointer] = control


# ---- save and undo


def save(
    client: ApiClient,
    draft: Draft,
    *,
    node: str,
    note: str = "",
    on_save: Callable[[WriteResult], None] | None = None,
) -> None:
    """Save a draft, close its form, and call `on_save`.

    `node`: the id of the card that shows the outcome; empty: the card of the new node. `note`: a
    sentence added to the outcome.
    """
    st.session_state.pop(_SAVED, None)
    answer = editing.attempt(
        lambda: client.apply_change_set(draft.changes), partial(_handle_refusal, draft)
    )
    if answer is None:
        return
    close()
    undo, why_not = answer.change_set, ""
    if any(create.fields.get("valid_from") for create in draft.changes.creates):
        undo, why_not = "", _("It cannot be undone: a seat that begins on a day is ended instead.")
    text = _("Saved as change {revision}.", revision=number(answer.revision)) + f" {note}".rstrip()
    st.session_state[_SAVED] = _SaveOutcome(node or answer.things[0].id, text, undo, why_not)
    if on_save is not None:
        on_save(answer)


def outcome(client: ApiClient, node: str | None) -> None:
    """Draw the outcome of the last save of a card, with its undo, and that of a refused write."""
    editing.outcome(client)
    proposals.offer(client)
    saved: _SaveOutcome | None = st.session_state.get(_SAVED)
    if saved is None:
        return
    if node is not None and saved.node != node:
        del st.session_state[_SAVED]
        return
    with st.container(horizontal=True, vertical_alignment="center", key="register-saved"):
        st.success(paragraphs([plain(saved.text), saved.why_not]))
        if saved.undo:
            st.button(_("Undo"), key="register-undo", on_click=_undo, args=(client, saved.undo))


def _undo(client: ApiClient, change_set: str) -> None:
    st.session_state.pop(_SAVED, None)

    def handle_refused_undo(problem: Problem) -> None:
        if isinstance(problem, NotFound):
            editing.note(_("It cannot be undone any more: it has been changed since."))
        elif problem.slug == "conflict":  # on another day, for example
            editing.note(problem.detail)
        else:
            editing.refuse(problem)

    discard()
    if editing.attempt(lambda: client.undo_change_set(change_set), handle_refused_undo) is not None:
        editing.note(_("Undone."))


def links_of(client: ApiClient, node: str) -> tuple[LinkCard, ...]:
    """The links from and to a node that the caller sees today."""
    pages = (next(client.links(source=node)), next(client.links(target=node)))
    return tuple(link for page in pages for link in page.found)


# ---- refusals


def _handle_refusal(draft: Draft, problem: Problem) -> None:
    st.session_state.pop(_PREVIEW, None)
    if isinstance(problem, Invalid) and problem.errors:
        _set_faults(draft, [(fault.pointer, fault.field, fault.detail) for fault in problem.errors])
        return
    st.session_state.pop(_FAULTS, None)
    conflicts: Sequence[Mapping[str, Any]] = problem.members.get("conflicts", ())
    if problem.slug == "conflict" and len(conflicts) == 1 and draft.changes.updates:
        (conflict,) = conflicts
        st.session_state[_CONFLICT] = _Conflict(
            draft, conflict["id"], conflict["versions"]["current"], conflict["current"]
        )
        return
    proposals.handle_refusal(draft.changes, problem)


def _set_faults(draft: Draft, faults: Iterable[tuple[str, str, str]]) -> None:
    """Place each fault at its control; those without a control are shown above the form."""
    placed: dict[str, str] = {}
    for pointer, name, detail in faults:
        control = draft.places.get(pointer)
        if control is None:
            label = field_label(name) if name else ""
            text = f"{label}: {detail}" if label and label != name else detail
            control, detail = "", f"{placed.get('', '')}\n{text}".strip()
        placed[control] = detail
    st.session_state[_FAULTS] = (draft.form, placed)


def problems(client: ApiClient, form: str, *, node: str) -> None:
    """Draw the conflict and the faults of the last save of a form that belong to no field."""
    faults: tuple[str, Mapping[str, str]] | None = st.session_state.get(_FAULTS)
    if faults and faults[0] == form:
        whole = faults[1].get("", "")
        texts = [plain(editing.sentence_of(line)) for line in whole.splitlines()]
        st.error(paragraphs([_("Nothing was saved."), *texts]))
    conflict: _Conflict | None = st.session_state.get(_CONFLICT)
    if conflict is None or conflict.draft.form != form:
        return
    st.warning(_("Somebody else changed it meanwhile. Yours is not saved."))
    mine = next(
        update for update in conflict.draft.changes.updates if update.id == conflict.element_id
    ).fields
    base = conflict.draft.before.get(conflict.element_id, {})
    differences = editing.differing_fields(base, conflict.theirs)
    names = [name for name in dict.fromkeys((*mine, *differences)) if name != "value"]
    label = conflict.draft.labels.get(conflict.element_id, "")
    rows = [
        (
            field_label(name),
            value_text(label, name, conflict.theirs.get(name)),
            value_text(label, name, mine.get(name, conflict.theirs.get(name))),
        )
        for name in names
    ]
    st.html(text_table(_("Both versions"), (_("Its field"), _("The other's"), _("Yours")), rows))
    updates = tuple(
        update.model_copy(update={"if_match": conflict.etag})
        if update.id == conflict.element_id
        else update
        for update in conflict.draft.changes.updates
    )
    changes = conflict.draft.changes.model_copy(update={"updates": updates})
    before = {**conflict.draft.before, conflict.element_id: conflict.theirs}
    again = replace(conflict.draft, changes=changes, before=before)

    def save_mine() -> None:
        st.session_state.pop(_CONFLICT, None)
        save(client, again, node=node)

    with st.container(horizontal=True):
        st.button(_("Keep the other's"), key="keep-theirs", on_click=discard)
        st.button(_("Save mine"), key="save-mine", type="primary", on_click=save_mine)


# ---- preview


def preview(client: ApiClient, draft: Draft) -> None:
    """Request a dry run of a draft; `show_preview` draws the answer."""
    answer = editing.attempt(
        lambda: client.dry_run.apply_change_set(draft.changes), partial(_handle_refusal, draft)
    )
    if answer is not None:
        st.session_state.pop(_FAULTS, None)
        st.session_state[_PREVIEW] = _Preview(draft, answer)
        if answer.errors:
            _set_faults(
                draft, [(error.pointer, error.field, error.detail) for error in answer.errors]
            )


def is_previewed(form: str) -> bool:
    """Whether a preview of the form is shown, and it may be saved."""
    last: _Preview | None = st.session_state.get(_PREVIEW)
    return last is not None and last.draft.form == form and last.answer.is_allowed


def show_preview(form: str) -> bool:
    """Draw the changes of the form: the elements written, and the links that end with them.

    Return whether a preview that is allowed is shown.
    """
    last: _Preview | None = st.session_state.get(_PREVIEW)
    if last is None or not is_previewed(form):
        return False
    draft, would = last.draft, last.answer.would
    hanging = {link.id: editing.link_text(link) for link in draft.hanging}
    changes = [change for change in would if change.id not in hanging]
    st.info(_("Nothing is saved yet. This would change:"))
    editing.changes_table(row for change in changes for row in _rows(draft, change))
    if hanging:
        text = ngettext("{count} link ends with it:", "{count} links end with it:", len(hanging))
        st.markdown(text + "\n\n" + "\n".join(f"- {plain(name)}" for name in hanging.values()))
    return True


def _rows(draft: Draft, change: Change) -> Iterable[tuple[str, ...]]:
    """The changed fields of one element, without the default values of a new one."""
    place = change.called or change.id
    label = draft.labels.get(place, "")
    if label == "REACHED_BY":  # shown by its contact detail
        return ()
    turn = session.term("ChangeKind", change.kind)
    name = draft.names.get(place)
    is_new = change.kind == "CREATED"
    rows: list[tuple[str, ...]] = []
    for field_ in editing.shown_fields((*change.before, *change.after)):
        after = change.after.get(field_)
        if is_new and (after in (None, False, []) or (field_, after) in _USUAL):
            continue
        before = "" if is_new else value_text(label, field_, change.before.get(field_))
        rows.append((value_label(field_), before, value_text(label, field_, after)))
    return editing.under(f"{name}: {turn}" if name else turn, rows or [("", "", "")])


def value_label(name: str) -> str:
    """The label of a field whose value is that of `value_text`."""
    return _("Last day") if name == "valid_to" else field_label(name)


def value_text(label: str, name: str, value: Any) -> str:
    """A value of a field in words; for `valid_to` the last valid day, which is the day before.

    `label`: that of its node, for kinds; empty if it is not known.
    """
    last = editing.day_in(value) if name == "valid_to" else None
    if last is not None:
        return short_day(last - timedelta(days=1))
    shape = next((field for field in NODE_FIELDS.get(label, ()) if field.name == name), None)
    if isinstance(value, list) and shape is not None and shape.words:
        return (
            ", ".join(session.term(shape.words, code) for code in cast("list[str]", value)) or "–"
        )
    if isinstance(value, str) and shape is not None and shape.words:
        return session.term(shape.words, value)
    return editing.value(name, value)


_USUAL: Final = frozenset({("is_work", True), ("share", 1), ("review_every_days", 183)})
"""The default values of new elements, which a preview leaves out."""

# ---- the open form

_OPEN: Final = "register-edit"
_SEATS: Final = frozenset({"HOLDS", "DEPUTIZES_FOR"})


def is_open(node: str, what: str) -> bool:
    """Whether a form of a card is open; that of a new holder or deputy also by the address."""
    if what in _SEATS and (address.text("id"), address.text("form")) == (node, what):
        return True
    return st.session_state.get(_OPEN) == (node, what)


def open_form(node: str, what: str) -> None:
    """Open a form of a card; another one is closed."""
    close()
    st.session_state.pop(_SAVED, None)
    st.session_state[_OPEN] = (node, what)


def close() -> None:
    """Close the open form."""
    discard()
    st.session_state.pop(_OPEN, None)
    if address.text("form") is not None:
        address.change(form=None)
