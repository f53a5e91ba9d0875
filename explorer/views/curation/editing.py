"""Optimistic editing: the version that was read, and both versions side by side after a conflict.

The version is stored with the form: a user who saves after someone else is informed, and the typed
values are preserved.

A button's write runs before the screen is redrawn, on the versions the screen showed. Its outcome
is stored in the session and shown once, at the top. The words for links, fields and values, and the
comparison of versions, which the messages use, are defined first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import streamlit as st

from api.client import ApiClient, Conflict, Invalid, NotFound, Problem, VersionedValue
from api.schemas.changes import Rehearsal, WriteResult
from api.schemas.entities import Entity, LinkCard, NodeName
from api.schemas.history import Changes
from explorer import problem_states, screen_state, session
from explorer.html_table import text_table
from explorer.i18n import _, clock, day, ngettext, number, paragraphs, plain, short_day
from explorer.views.opening_hours import as_typed, hours_text

_OF_FIELD: Final = {
    "gate": "LegalGate",
    "levels": "PreventionLevel",
    "trigger": "Trigger",
    "function": "CoordinationFunction",
    "attendance": "Attendance",
    "competences": "Competence",
    "kind": "SupportKind",
    "channel": "Channel",
    "channels": "Channel",
    "purposes": "ConsentPurpose",
    "visibility": "Visibility",
}
_OF_OWN_KIND: Final = frozenset({"own_kind", "own_sector", "own_competences"})


def name(node: NodeName) -> str:
    """The name of a node; its id if the caller may not know the name."""
    return node.name or node.id


def sentence(link: LinkCard) -> str:
    """A link as Markdown: `**SSP-koordinator, Kystby** koordinerer **SSP Kystby**`."""
    verb = session.term("LinkType", link.type)
    return f"**{plain(name(link.source))}** {plain(verb)} **{plain(name(link.target))}**"


def link_text(link: LinkCard) -> str:
    """A link as plain text."""
    return f"{name(link.source)} {session.term('LinkType', link.type)} {name(link.target)}"


def label(link: LinkCard) -> str:
    """A link as the label of a control."""
    return plain(link_text(link))


def field_name(field: str) -> str:
    """The label of a field of a link, a person or a consent."""
    return {
        "gate": _("Legal ground"),
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
        "title": _("Title"),
        "hours": _("Opening hours"),
        "competences": _("Competence"),
        "languages": _("Language"),
        "website": _("Website"),
        "comment": _("Comment"),
        "reason": _("Reason"),
        "visibility": _("Visible to"),
        "purposes": _("Purposes"),
        "audience": _("Given to"),
        "channels": _("By which channels"),
        "given_on": _("Given on"),
        "expires_on": _("Expires on"),
        "text_version": _("Version of the text"),
        "obtained_how": _("How it was given"),
        "is_adult": _("The person is 18 or older"),
        "target_id": _("Other end"),
        "source_id": _("First end"),
        "source": _("Source"),
        "external_id": _("Id in the source"),
        "batch": _("Last import"),
    }.get(field, field)


def value(field: str, content: Any) -> str:
    """A value in words: dates formatted, identifiers by the vocabulary."""
    if content is None or content == []:
        return "–"
    if isinstance(content, bool):
        return _("yes") if content else _("no")
    if isinstance(content, list):
        return ", ".join(value(field, part) for part in cast("list[Any]", content))
    if isinstance(content, int | float):
        return number(content)
    if (day := day_in(content)) is not None:
        return short_day(day)
    if field == "hours":
        return hours_text(str(content))
    if field in _OF_OWN_KIND:
        return session.own_kind_label(str(content))
    return session.term(_OF_FIELD.get(field, ""), str(content))


def day_in(content: object) -> date | None:
    """The date in a field; None if it holds none."""
    if not isinstance(content, str):
        return content if isinstance(content, date) else None
    try:
        return date.fromisoformat(content)
    except ValueError:
        return None


def sentence_of(fault: str) -> str:
    """A fault as a sentence, with a capital letter and a full stop, and hours as typed here."""
    text = as_typed(fault)
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


class FieldFault(Protocol):
    """A violated rule of a change, as in a problem or a dry run."""

    @property
    def field(self) -> str: ...  # noqa: D102 - see the class

    @property
    def detail(self) -> str: ...  # noqa: D102 - see the class


def faults(violations: Iterable[FieldFault]) -> list[str]:
    """The violated rules, a sentence for each field."""
    sentences: list[str] = []
    for fault in violations:
        label = field_name(fault.field)
        is_known = fault.field and label != fault.field
        sentences.append(f"{label}: {fault.detail}." if is_known else f"{fault.detail}.".strip())
    return sentences


Fields = Mapping[str, Any]
_OURS: Final = frozenset(
    {"id", "revision", "source", "external_id", "batch", "source_id", "target_id", "verified_by"}
)
"""Fields not shown to curators; the ends of a link are part of its name."""


def even(value: Any) -> Any:
    """Normalize a value for comparison: absent, empty list and False are equal; lists sorted."""
    if isinstance(value, list):
        return sorted(cast("list[str]", value)) or None
    return None if value is False else value


def shown_fields(fields: Iterable[str]) -> list[str]:
    """The fields that are shown to a curator, each once."""
    return [field for field in dict.fromkeys(fields) if field not in _OURS]


def differing_fields(left: Fields, right: Fields) -> list[str]:
    """The fields shown to a curator in which two versions differ."""
    every = shown_fields((*left, *right))
    return [field for field in every if even(left.get(field)) != even(right.get(field))]


def field_pairs(
    fields: Iterable[str], left: Fields, right: Fields
) -> Iterator[tuple[str, str, str]]:
    """The label of each field, and its value in both versions."""
    for name in fields:
        yield field_name(name), value(name, left.get(name)), value(name, right.get(name))


def under(what: str, rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The rows of one element, which is named in the first of them."""
    for place, row in enumerate(rows):
        yield (what if place == 0 else "", *row)


T = TypeVar("T")
_OUTCOME: Final = "curating-outcome"
_DRY_RUN: Final = "curating-dry-run"


@dataclass(frozen=True, slots=True)
class SavedWrite:
    """The message about a successful write."""

    text: str


@dataclass(frozen=True, slots=True)
class RefusedWrite:
    """The problem of a refused write, and the links as they were seen when it was sent."""

    why: Problem
    saw: tuple[LinkCard, ...]


@dataclass(frozen=True, slots=True)
class SeparateWrites:
    """How many of several writes were saved, and which were refused and why."""

    saved: int
    refused: tuple[tuple[LinkCard, Problem], ...]


@dataclass(frozen=True, slots=True)
class DryRunOutcome:
    """A dry run, and the names of the elements in it."""

    of: str
    answer: Rehearsal
    names: Mapping[str, str]


def refuse(problem: Problem, *, saw: Iterable[LinkCard] = ()) -> None:
    """Show at the top of the next run why a write was refused.

    After a conflict, the links in `saw` are compared with their current versions.
    """
    st.session_state[_OUTCOME] = RefusedWrite(problem, tuple(saw))


def tell_each(saved: int, refused: Iterable[tuple[LinkCard, Problem]]) -> None:
    """Show at the top of the next run the outcome of each of several checks."""
    st.session_state[_OUTCOME] = SeparateWrites(saved, tuple(refused))


def write(
    do: Callable[[], WriteResult], refused: Callable[[Problem], None] = refuse
) -> WriteResult | None:
    """Run a write; return None if it was refused. Either way the next run shows the outcome."""
    answer = attempt(do, refused)
    if answer is not None:
        note(_("Saved as change {revision}.", revision=number(answer.revision)))
    return answer


def attempt(do: Callable[[], T], refused: Callable[[Problem], None] = refuse) -> T | None:
    """Return the result of a request; a problem is passed to `refused`, and the result is None."""
    st.session_state.pop(_DRY_RUN, None)
    try:
        result = do()
    except Problem as problem:
        refused(problem)
        return None
    screen_state.invalidate()
    return result


def note(text: str) -> None:
    """Show a sentence at the top of the next run."""
    st.session_state[_OUTCOME] = SavedWrite(text)


def outcome(client: ApiClient) -> None:
    """Draw the outcome of the last write, once: by field name where fields must be corrected."""
    last: SavedWrite | SeparateWrites | RefusedWrite | None
    last = st.session_state.pop(_OUTCOME, None)
    if last is None:
        return
    if isinstance(last, SeparateWrites):
        _each(last)
        return
    if isinstance(last, SavedWrite):
        st.success(plain(last.text))
        st.toast(plain(last.text))  # for a user who has scrolled far down
        return
    problem = last.why
    if isinstance(problem, Invalid) and problem.slug != "refused-content":
        errors = faults(problem.errors) or [problem.detail]
        st.error(paragraphs([_("Nothing was saved."), *map(plain, errors)]))
    elif isinstance(problem, Conflict) and problem.slug == "conflict":
        st.warning(
            _(
                "Nothing was saved: somebody else has changed it meanwhile. You see it now as it "
                "stands; check it again."
            )
        )
        _changed_since(row for link in last.saw for row in _as_seen(link, problem))
    elif isinstance(problem, Conflict):
        st.warning(plain(problem.detail))
    else:
        problem_states.draw(problem, client)
    st.toast(_("Nothing was saved."))


def _each(writes: SeparateWrites) -> None:
    """Draw the outcome of each of several checks; those refused stay ticked."""
    if writes.saved:
        text = ngettext("{count} check is saved.", "{count} checks are saved.", writes.saved)
        st.success(text)
        st.toast(text)
    rows: list[tuple[str, ...]] = []
    for link, problem in writes.refused:
        if problem.slug == "conflict":
            text = _("Not saved: somebody else has changed it meanwhile. Check it again.")
            rows += _as_seen(link, problem)
        else:
            text = _("Not saved: {why}", why=problem.detail)
        st.warning(f"{sentence(link)}: {plain(text)}")
    _changed_since(rows)


def _changed_since(rows: Iterable[tuple[str, ...]]) -> None:
    head = (_("What is changed"), _("Its field"), _("As you saw it"), _("As it stands now"))
    if changes := list(rows):
        st.html(text_table(_("What is changed"), head, changes))


def _as_seen(link: LinkCard, problem: Problem) -> Iterator[tuple[str, ...]]:
    """The fields of a link as the user saw them, beside those of the current version."""
    conflicts = problem.members.get("conflicts", ())
    now = {conflict["id"]: conflict["versions"]["current"] for conflict in conflicts}
    current = now.get(link.id, link.fields)
    changed = differing_fields(link.fields, current)
    return under(link_text(link), field_pairs(changed, link.fields, current))


# ---- dry runs


def dry_run(
    of: str,
    do: Callable[[], Rehearsal],
    names: Mapping[str, str],
    refused: Callable[[Problem], None] = refuse,
) -> None:
    """Run a write as a dry run; `show_dry_run` with the same name shows its result."""
    answer = attempt(do, refused)
    if answer is not None:
        st.session_state[_DRY_RUN] = DryRunOutcome(of, answer, names)


def show_dry_run(of: str) -> None:
    """Draw the changes and violated rules of the dry run with this name, if it was requested."""
    last: DryRunOutcome | None = st.session_state.get(_DRY_RUN)
    if last is None or last.of != of:
        return
    if last.answer.is_allowed:
        st.info(_("Nothing is saved yet. This would change:"))
    else:
        errors = faults(last.answer.errors)
        st.error(paragraphs([_("This cannot be saved."), *map(plain, errors)]))
    rows: list[tuple[str, ...]] = []
    for change in last.answer.would:
        change_name = last.names.get(change.called or change.id) or last.names.get(change.id)
        turn = session.term("ChangeKind", change.kind)
        before, after = change.before, change.after
        of_change = list(field_pairs(shown_fields((*before, *after)), before, after))
        rows += under(
            f"{change_name}: {turn}" if change_name else turn, of_change or [("", "", "")]
        )
    changes_table(rows)


def changes_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Draw the changes of a dry run: element, field, value before and after."""
    what = _("What is changed")
    head = (what, _("Its field"), _("Before the change"), _("After the change"))
    st.html(text_table(what, head, rows))


CardT = TypeVar("CardT", LinkCard, Entity)
_OPEN: Final = "curating-open"
_OVERTAKEN: Final = "curating-overtaken"
_TURN: Final = "curating-turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedEdit(Generic[CardT]):
    """The element as it was when its form was opened; `turn` counts the forms opened."""

    name: str
    value: CardT
    etag: str | None
    turn: int

    @property
    def key(self) -> str:
        """The key of the form and prefix of its controls."""
        return f"{self.name}-{self.turn}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditConflict:
    """The values that were sent too late, and the version that was saved instead at `at`."""

    mine: Fields
    theirs: Fields
    etag: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditActions:
    """Callbacks that send the changes, read the history, and close the form."""

    change: Callable[[Fields, str | None], WriteResult]
    changes: Callable[[], Iterable[Changes]]
    close: Callable[[], None]


def open_edit(name: str, read: Callable[[], VersionedValue[CardT]]) -> OpenedEdit[CardT]:
    """Return the edit opened under a name; if it is not open, close any other and read it."""
    edit: OpenedEdit[CardT] | None = st.session_state.get(_OPEN)
    if edit is None or edit.name != name:
        leave()
        card, turn = read(), st.session_state.get(_TURN, 0)
        edit = OpenedEdit(name=name, value=card.value, etag=card.etag, turn=turn)
        st.session_state[_OPEN] = edit
        st.session_state[_TURN] = turn + 1
    return edit


def leave() -> None:
    """Close the open edit: the next one is read from the API."""
    for name in (_OPEN, _OVERTAKEN):
        st.session_state.pop(name, None)


def save(edit: OpenedEdit[CardT], mine: Fields, ways: EditActions) -> None:
    """Send the changes, based on the version that was read."""
    _send(mine, edit.etag, ways)


def _send(mine: Fields, etag: str | None, ways: EditActions) -> None:
    st.session_state.pop(_OVERTAKEN, None)
    answer = write(lambda: ways.change(mine, etag), partial(handle_refusal, mine, ways))
    if answer is not None:
        ways.close()


def handle_refusal(mine: Fields, ways: EditActions, problem: Problem) -> None:
    """Handle a refused write: typed values are preserved; a conflict stores both versions."""
    if problem.slug != "conflict":
        refuse(problem)
        if isinstance(problem, NotFound):
            ways.close()
        return
    at: datetime | None = None
    try:
        for page in ways.changes():
            at = page.changes[-1].made_at if page.changes else at
    except Problem:
        at = None  # the caller may not read the time of the last write
    st.session_state[_OVERTAKEN] = EditConflict(
        mine=mine,
        theirs=problem.members["versions"]["current"],
        etag=problem.members["current"],
        at=at,
    )


def side_by_side(edit: OpenedEdit[CardT], fields: Iterable[str], ways: EditActions) -> None:
    """Draw both versions after a conflict, and a button to keep each."""
    overtaken: EditConflict | None = st.session_state.get(_OVERTAKEN)
    if overtaken is None:
        return
    at = overtaken.at
    st.warning(
        _("Somebody else changed it at {at}, {day}. Yours is not saved.",
            at=clock(at), day=day(at))
        if at
        else _("Somebody else changed it meanwhile. Yours is not saved.")
    )  # fmt: skip
    head = (_("Its field"), _("The other's"), _("Yours"))
    mine, theirs = overtaken.mine, overtaken.theirs
    changed = {*mine, *differing_fields(edit.value.fields, theirs)}
    names = [field for field in fields if field in changed]
    st.html(text_table(_("Both versions"), head, field_pairs(names, theirs, {**theirs, **mine})))
    with st.container(horizontal=True):
        st.button(_("Keep the other's"), on_click=leave, key="keep-theirs")
        st.button(
            _("Save mine"), key="save-mine", type="primary",
            on_click=_send, args=(overtaken.mine, overtaken.etag, ways),
        )  # fmt: skip
