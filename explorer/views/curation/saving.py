"""A write from a button, and its outcome in words: saved, refused, or a conflict.

A button's write runs before the screen is drawn again, on the versions the screen showed. What
became of it waits in the session and is told once, at the top.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol, TypeVar, cast

import streamlit as st

from api.client import ApiClient, Conflict, Invalid, Problem
from api.schemas.changes import Change, Rehearsal, Written
from api.schemas.entities import LinkCard, NodeName
from explorer import problem_states, screen_state, session
from explorer.html_table import text_table
from explorer.i18n import _, number, paragraphs, plain, short_day

_OF_FIELD: Final = {
    "gate": "LegalGate",
    "levels": "PreventionLevel",
    "trigger": "Trigger",
    "function": "CoordinationFunction",
    "attendance": "Attendance",
    "kind": "SupportKind",
}


class FieldFault(Protocol):
    """A rule that speaks against a change, as a problem or a dry run tells it."""

    @property
    def field(self) -> str: ...  # noqa: D102 - said above

    @property
    def detail(self) -> str: ...  # noqa: D102 - said above


def name(node: NodeName) -> str:
    """What a node is called; its id where the caller may not know."""
    return node.name or node.id


def sentence(link: LinkCard) -> str:
    """`**SSP-koordinator, Kystby** koordinerer **SSP Kystby**`, in Markdown."""
    verb = session.term("LinkType", link.type)
    return f"**{plain(name(link.source))}** {plain(verb)} **{plain(name(link.target))}**"


def told(link: LinkCard) -> str:
    """The same as text alone."""
    return f"{name(link.source)} {session.term('LinkType', link.type)} {name(link.target)}"


def label(link: LinkCard) -> str:
    """The same as the label of a control."""
    return plain(told(link))


def field_name(field: str) -> str:
    """What a field of a link, a person or a consent is called."""
    return {
        "gate": _("Gate"),
        "levels": _("Prevention levels"),
        "strength": _("How strong"),
        "valid_from": _("True from"),
        "valid_to": _("True until"),
        "order": _("Place in the order"),
        "is_acute": _("For acute matters"),
        "is_acting": _("Acting"),
        "share": _("Share of the post"),
        "attendance": _("Attendance"),
        "is_lendable": _("May be lent"),
        "function": _("Function in the network"),
        "kind": _("Kind of support"),
        "trigger": _("Kind of need"),
        "since_on": _("Acquainted since"),
        "last_contact_on": _("Last in touch"),
        "is_confirmed": _("Confirmed by both"),
        "verified_on": _("Last checked"),
        "absent_from": _("Away from"),
        "absent_to": _("Back on"),
        "display_name": _("Name as shown"),
        "name": _("Name"),
        "visibility": _("Visible to"),
        "purposes": _("Purposes"),
        "audience": _("Given to"),
        "channels": _("By which channels"),
        "given_on": _("Given on"),
        "expires_on": _("Expires on"),
        "text_version": _("Version of the text"),
        "obtained_how": _("How it was given"),
        "is_adult": _("Is of age"),
        "target_id": _("Other end"),
        "source_id": _("First end"),
    }.get(field, field)


def value(field: str, told: Any) -> str:
    """A value in words: dates as dates are written, identifiers as the vocabulary says."""
    if told is None or told == []:
        return "–"
    if isinstance(told, bool):
        return _("yes") if told else _("no")
    if isinstance(told, list):
        return ", ".join(value(field, one) for one in cast("list[Any]", told))
    if isinstance(told, int | float):
        return number(told)
    if (day := day_in(told)) is not None:
        return short_day(day)
    return session.term(_OF_FIELD.get(field, ""), str(told))


def day_in(told: object) -> date | None:
    """The date a field holds, if it is one."""
    if not isinstance(told, str):
        return told if isinstance(told, date) else None
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def faults(found: Iterable[FieldFault]) -> list[str]:
    """What speaks against a change, a sentence for each field."""
    return [f"{_of(one.field)} {one.detail}.".strip() for one in found]


def _of(field: str) -> str:
    called = field_name(field)
    return "" if not field or called == field else f"{called}:"


Fields = Mapping[str, Any]
_OURS: Final = frozenset({"id", "revision", "source", "source_id", "target_id", "verified_by"})
"""What no curator reads a change by; the ends stand in what the link is called."""


def even(value: Any) -> Any:
    """Absent, empty and unticked are told alike, and so are the orders of a list."""
    if isinstance(value, list):
        return sorted(cast("list[str]", value)) or None
    return None if value is False else value


def told_of(fields: Iterable[str]) -> list[str]:
    """Those a curator reads a change by, each once."""
    return [one for one in dict.fromkeys(fields) if one not in _OURS]


def differing(left: Fields, right: Fields) -> list[str]:
    """The fields in which two versions differ, as a curator reads them."""
    every = told_of((*left, *right))
    return [one for one in every if even(left.get(one)) != even(right.get(one))]


def beside(fields: Iterable[str], left: Fields, right: Fields) -> Iterator[tuple[str, str, str]]:
    """What each field is called, and its value in both."""
    for one in fields:
        yield (
            field_name(one),
            value(one, left.get(one)),
            value(one, right.get(one)),
        )


def under(what: str, rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The rows of one thing, which is named in the first of them."""
    for place, row in enumerate(rows):
        yield (what if place == 0 else "", *row)


T = TypeVar("T")
_OUTCOME: Final = "curating-outcome"
_REHEARSED: Final = "curating-rehearsed"


@dataclass(frozen=True, slots=True)
class SavedWrite:
    """What was saved, in a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """Why nothing was saved, and the links as they were seen when it was asked for."""

    why: Problem
    saw: tuple[LinkCard, ...]


@dataclass(frozen=True, slots=True)
class DryRunOutcome:
    """A dry run, and what the things in it are called."""

    of: str
    answer: Rehearsal
    names: Mapping[str, str]


def refuse(problem: Problem, *, saw: Iterable[LinkCard] = ()) -> None:
    """Tells at the top of the next drawing why it was not done.

    Of what one `saw` it is told how it stands now, where somebody else was faster.
    """
    st.session_state[_OUTCOME] = RefusedWrite(problem, tuple(saw))


def write(do: Callable[[], Written], refused: Callable[[Problem], None] = refuse) -> Written | None:
    """Does it; None: it was not done. Either way the next drawing tells."""
    written = attempt(do, refused)
    if written is not None:
        note(_("Saved as change {revision}.", revision=number(written.revision)))
    return written


def attempt(do: Callable[[], T], refused: Callable[[Problem], None] = refuse) -> T | None:
    """What it answers; a problem is `refused`, and the answer is None."""
    st.session_state.pop(_REHEARSED, None)
    try:
        done = do()
    except Problem as problem:
        refused(problem)
        return None
    screen_state.invalidate()
    return done


def note(text: str) -> None:
    """Tells a sentence at the top of the next drawing."""
    st.session_state[_OUTCOME] = SavedWrite(text)


def outcome(client: ApiClient) -> None:
    """Tells what became of the last write, once."""
    told: SavedWrite | RefusedWrite | None = st.session_state.pop(_OUTCOME, None)
    if isinstance(told, SavedWrite):
        st.success(plain(told.text))
        st.toast(plain(told.text))  # for whoever has scrolled far down
    elif told is not None:
        _refused(told, client)
        st.toast(_("Nothing was saved."))


def _refused(told: RefusedWrite, client: ApiClient) -> None:
    """Why nothing was written: by the name of each field where fields are to be corrected."""
    problem = told.why
    if isinstance(problem, Invalid) and problem.slug != "refused-content":
        found = faults(problem.errors) or [problem.detail]
        st.error(paragraphs([_("Nothing was saved."), *map(plain, found)]))
    elif isinstance(problem, Conflict) and problem.slug == "conflict":
        _overtaken(problem, told.saw)
    elif isinstance(problem, Conflict):
        st.warning(plain(problem.detail))
    else:
        problem_states.draw(problem, client)


def _overtaken(problem: Conflict, saw: Iterable[LinkCard]) -> None:
    """Somebody else was faster: what was seen beside what stands."""
    st.warning(
        _(
            "Nothing was saved: somebody else has changed it meanwhile. You see it now as it "
            "stands; check it again."
        )
    )
    head = (
        _("What is changed"),
        _("Its field"),
        _("As you saw it"),
        _("As it stands now"),
    )
    now = {one["id"]: one["versions"]["current"] for one in problem.members.get("conflicts", ())}
    if rows := [row for link in saw for row in _since(link, now.get(link.id, link.fields))]:
        st.html(text_table(_("What is changed"), head, rows))


def _since(saw: LinkCard, now: Fields) -> Iterable[tuple[str, ...]]:
    changed = differing(saw.fields, now)
    return under(told(saw), beside(changed, saw.fields, now))


# ---- what a write would do


def dry_run(
    of: str,
    do: Callable[[], Rehearsal],
    names: Mapping[str, str],
    refused: Callable[[Problem], None] = refuse,
) -> None:
    """Asks what a write would do; `rehearsed` of the same name tells it."""
    answer = attempt(do, refused)
    if answer is not None:
        st.session_state[_REHEARSED] = DryRunOutcome(of, answer, names)


def show_dry_run(of: str) -> None:
    """What would change and what speaks against it, where it was asked for."""
    held: DryRunOutcome | None = st.session_state.get(_REHEARSED)
    if held is None or held.of != of:
        return
    if held.answer.is_allowed:
        st.info(_("Nothing is saved yet. This would change:"))
    else:
        found = faults(held.answer.errors)
        st.error(paragraphs([_("This cannot be saved."), *map(plain, found)]))
    st.html(_table(held))


def _table(held: DryRunOutcome) -> str:
    head = (
        _("What is changed"),
        _("Its field"),
        _("Before the change"),
        _("After the change"),
    )
    rows = [row for change in held.answer.would for row in _rows(change, held.names)]
    return text_table(_("What is changed"), head, rows)


def _rows(change: Change, names: Mapping[str, str]) -> Iterable[tuple[str, ...]]:
    called = names.get(change.called or change.id) or names.get(change.id)
    turn = session.term("ChangeKind", change.kind)
    before, after = change.before, change.after
    rows = list(beside(told_of((*before, *after)), before, after))
    what = f"{called}: {turn}" if called else turn
    return under(what, rows or [("", "", "")])
