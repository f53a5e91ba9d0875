"""The form of one own kind: added, changed or removed; each error is shown below its field."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import AskedOwnKind, Conflict, Invalid, NewOwnKind, NotAllowed, NotFound, Problem
from api.client.transport import VersionedValue
from api.schemas.system import KeptOwnKind, KeptOwnKinds
from explorer import address, problem_states, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, normal_form, paragraphs, plain
from explorer.views.curation.editing import sentence_of
from explorer.views.curation.field_errors import FieldErrors, required_errors

_LABELS: Final = {
    "PostKind": "Actor", "NetworkKind": "Network", "AuthorityKind": "Authority",
    "OrganizationKind": "Organization", "PlanKind": "Plan",
}  # fmt: skip
_MESSAGE: Final = "own-kinds-done"
_REFUSED: Final = "own-kinds-refused"
_OPEN_FORM: Final = "own-kinds-opened"
"""The kind whose form is open, and the version that it was opened with."""
_REMOVING: Final = "own-kinds-removing"
_NEW: Final = "new"
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "AE", "Ø": "OE", "Å": "AA"})


def sort_names() -> dict[str, str]:
    """The enumerations that can have own kinds, in words."""
    words = session.terms("Label")
    kinds = {of: words.get(label, label) for of, label in _LABELS.items()}
    return {**kinds, "Sector": _("Sector"), "Competence": _("Competence")}


def code_of(name: str) -> str:
    """A code made from a Danish name: `Demokratikonsulent` becomes `DEMOKRATIKONSULENT`."""
    plain_letters = normal_form("NFKD", name.translate(_LETTERS))
    ascii_letters = plain_letters.encode("ascii", "ignore").decode().upper()
    return re.sub(r"[^A-Z0-9]+", "_", ascii_letters).strip("_")[:40].rstrip("_")


def draw_outcome() -> None:
    """Draw the outcome of the last action, once."""
    message: str | None = st.session_state.pop(_MESSAGE, None)
    if message is not None:
        st.success(plain(message))
    refused: Problem | None = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        _draw_problem(refused)


def show(
    context: ScreenContext, answer: VersionedValue[KeptOwnKinds], kind: KeptOwnKind | None
) -> None:
    """Draw the form of a kind, of a new one if `kind` is None."""
    key = f"own-kind-{kind.id if kind else _NEW}"
    # The version that the form was opened with, so that a later change by others is detected.
    open_form: tuple[str, str] | None = st.session_state.get(_OPEN_FORM)
    if open_form is None or open_form[0] != key:
        st.session_state[_OPEN_FORM] = open_form = (key, answer.etag or "")
    etag = open_form[1]
    st.header(plain(kind.label) if kind else _("New own kind"), anchor=False)
    names, of = sort_names(), kind.of if kind else ""
    if kind is None:
        of = st.selectbox(
            _("What it is"), list(names), format_func=names.__getitem__, key=f"{key}-of"
        )
    errors = FieldErrors()
    with st.form(f"{key}-{of}", border=False, enter_to_submit=False):
        values = _controls(answer.value, kind, of, key, errors)
        with st.container(horizontal=True):
            is_sent = st.form_submit_button(_("Save"), type="primary")
            st.form_submit_button(_("Cancel"), on_click=_close)
    if is_sent:
        _save(context, kind, of, values, etag, errors)
    if kind is not None:
        _removal(context, kind, etag)


def _controls(
    own_kinds: KeptOwnKinds, kind: KeptOwnKind | None, of: str, key: str, errors: FieldErrors
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, label in (("label_da", _("Danish name")), ("label_en", _("English name"))):
        values[name] = st.text_input(
            f"{label} \\*", getattr(kind, name, ""), max_chars=120, key=f"{key}-{name}",
            autocomplete="off",
        ).strip()  # fmt: skip
        errors.below(name)
    # A kind cannot be beneath itself, nor beneath one that is beneath it.
    within = {kind.id} if kind else set[str]()
    while more := {child.id for child in own_kinds.found if child.is_a in within} - within:
        within |= more
    above = {word: label for word, label in session.kinds(of).items() if word not in within}
    values["is_a"] = st.selectbox(
        _("Beneath") + " \\*", list(above), format_func=above.__getitem__, key=f"{key}-{of}-is_a",
        index=list(above).index(kind.is_a) if kind and kind.is_a in above else None,
        placeholder=_("Choose a kind"),
        help=_("It gives the same answers on paths, in coverage and in rights as the kind above."),
    )  # fmt: skip
    errors.below("is_a", "of")
    if of == "PostKind":
        _post_controls(values, kind, key, errors)
    elif of == "NetworkKind":
        gates = {"": _("as the kind above"), **session.terms("LegalGate")}
        own = kind.gate or "" if kind and "gate" in kind.narrows else ""
        values["gate"] = st.selectbox(
            _("Legal ground, only if it is stricter"), list(gates), format_func=gates.__getitem__,
            index=list(gates).index(own), key=f"{key}-gate",
        )  # fmt: skip
        errors.below("gate")
    if kind is None:
        values["id"] = st.text_input(
            _("Short code"), max_chars=40, key=f"{key}-id", autocomplete="off",
            placeholder="DEMOKRATIKONSULENT",
            help=_("Stands in exports and does not change later. Left empty, it is made of the "
                   "Danish name."),
        ).strip()  # fmt: skip
        errors.below("id")
    return values


def _post_controls(
    values: dict[str, Any], kind: KeptOwnKind | None, key: str, errors: FieldErrors
) -> None:
    tiers = session.terms("Tier")
    values["tiers"] = st.multiselect(
        _("Tiers, only if there are fewer"), list(tiers), format_func=tiers.__getitem__,
        default=[tier for tier in tiers if kind and "tiers" in kind.narrows and tier in kind.tiers],
        key=f"{key}-tiers", placeholder=_("as the kind above"),
    )  # fmt: skip
    errors.below("tiers")
    values["is_unit_only"] = st.checkbox(
        _("Answered by a unit, never by a named person"),
        bool(kind and "is_unit_only" in kind.narrows), key=f"{key}-is_unit_only",
    )  # fmt: skip
    errors.below("is_unit_only")


def _save(
    context: ScreenContext,
    kind: KeptOwnKind | None,
    of: str,
    values: Mapping[str, Any],
    etag: str,
    errors: FieldErrors,
) -> None:
    unfilled = required_errors(values, ("label_da", "label_en", "is_a"))
    if unfilled:
        errors.tell(unfilled)
        return
    row: dict[str, Any] = {
        "of": of, **values, "tiers": tuple(values.get("tiers", ())),
        "gate": values.get("gate") or None,
    }  # fmt: skip
    if kind is None:
        row["id"] = values["id"] or code_of(values["label_da"])
        new = NewOwnKind(**row)
        ask, message = partial(context.client.add_own_kind, new, etag), _("The own kind is added.")
    else:
        changed = AskedOwnKind(**row)
        ask = partial(context.client.change_own_kind, kind.id, changed, etag)
        message = _("The own kind is changed.")
    try:
        _ask(ask, message)
    except Problem as problem:
        if not errors.draw_problem(problem):
            _draw_problem(problem)
        return
    st.rerun()


def _removal(context: ScreenContext, kind: KeptOwnKind, etag: str) -> None:
    """Draw the button that removes a kind, and its confirmation."""
    if st.session_state.get(_REMOVING) != kind.id:
        st.button(
            _("Remove …"), key="own-kind-remove",
            on_click=partial(st.session_state.__setitem__, _REMOVING, kind.id),
        )  # fmt: skip
        return

    def remove() -> None:
        st.session_state.pop(_REMOVING, None)
        ask = partial(context.client.delete_own_kind, kind.id, etag)
        try:
            _ask(ask, _("The own kind is removed."))
        except Problem as problem:
            st.session_state[_REFUSED] = problem

    st.warning(_("Removed kinds can no longer be chosen. Kinds in use cannot be removed."))
    with st.container(horizontal=True):
        st.button(
            _("Remove the own kind"), key="own-kind-remove-yes", type="primary",
            on_click=remove,
        )  # fmt: skip
        st.button(
            _("Keep it"), key="own-kind-remove-no",
            on_click=partial(st.session_state.pop, _REMOVING, None),
        )  # fmt: skip


def _ask(ask: Callable[[], object], message: str) -> None:
    """Make a change and close the form. Raises: Problem: it was not made."""
    try:
        ask()
    except (Conflict, NotFound):
        st.session_state.pop(_OPEN_FORM, None)  # the next attempt is based on the current version
        raise
    finally:
        screen_state.invalidate()
    st.session_state[_MESSAGE] = message
    _close()


def _close() -> None:
    st.session_state.pop(_OPEN_FORM, None)
    st.session_state.pop(_REMOVING, None)
    address.change(new=None, kind=None)


def _draw_problem(problem: Problem) -> None:
    """Draw a problem with the API's own text where it says what to do."""
    if isinstance(problem, Invalid) and problem.errors:
        details = (plain(sentence_of(fault.detail)) for fault in problem.errors)
        st.error(paragraphs([_("Nothing was saved."), *details]))
    elif isinstance(problem, Conflict | Invalid | NotAllowed) and problem.detail:
        st.warning(plain(problem.detail))
    else:
        problem_states.draw(problem)
