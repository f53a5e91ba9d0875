"""A generated world, its twin without elements hidden from a caller, and the caller's account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Final

from hypothesis import strategies as st

from graph.access.field_groups import field_group
from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.access.visible_revision import VISIBLE_GROUPS
from graph.model import (
    Consent,
    ContactDetail,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    Holds,
    Knows,
    Node,
    Person,
    ReachedBy,
    Represents,
    ResourceIndividual,
    Secret,
)
from graph.model.rule_context import rule_context
from graph.model.rules import violations
from graph.snapshot.last_written import Group, groups_of
from graph.snapshot.snapshot import Snapshot
from graph.store.codec import sort_of
from graph.vocabulary import PUBLIC_LINES, Channel, ObtainedHow, PreventionLevel
from tests.fixtures.endpoint_examples import DAYS
from tests.graph.access.test_non_interference import hidden
from tests.graph.drawn_worlds import callers, without_loose_links, worlds
from tests.graph.paths.additions import tie
from tests.graph.stand_ins import also_of, reseated, without

ON: Final = tuple(map(date.fromisoformat, DAYS))
_ALONE: Final = frozenset({Role.ADMIN, Role.DPO, Role.SERVICE})
_SITTER: Final = "gry"
_NUMBERS: Final = {Channel.EMAIL: ("post@kystby.example", "andet@nabo.example")}
_USUAL: Final = ("+45 05 12 34 78", "+45 09 87 65 78")
"""Numbers of one hint, which callers may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A world and a caller; the twin lacks the share `share` of the hidden elements.

    `apart`: several posts of one removed person go to several other people.
    """

    elements: tuple[Element, ...]
    caller: Caller
    withheld: frozenset[str]
    share: float
    apart: bool
    seed: int

    @property
    def withheld_too(self) -> frozenset[str]:
        """The withheld people, and in the twin the people who take their seats."""
        return also_of(self.withheld)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a world that a store accepts and a caller that an account allows."""
    elements, drawn = draw(worlds()), draw(callers())
    caller = replace(drawn, grants=_allowed_grants(drawn.grants))
    if caller.posts and caller.person is None:
        caller = replace(caller, person=_SITTER)
    return Case(
        elements=_with_seats(elements, caller), caller=caller,
        withheld=draw(st.frozensets(st.sampled_from(["jens", "bo", "carl"]), max_size=1)),
        share=draw(st.sampled_from((0.1, 0.5, 1.0))), apart=draw(st.booleans()),
        seed=draw(st.integers(0, 2**32)),
    )  # fmt: skip


def _allowed_grants(grants: Sequence[Grant]) -> tuple[Grant, ...]:
    """Return grants that one account may have: some roles exclude others; each has an area."""
    placed = [replace(grant, areas=grant.areas or frozenset({"kystby"})) for grant in grants]
    if placed[0].role in _ALONE:
        return (placed[0],)
    return tuple(item for item in placed if item.role not in _ALONE)


def _with_seats(elements: Iterable[Element], caller: Caller) -> tuple[Element, ...]:
    """Return the world in which the caller holds the drawn posts and all details have numbers."""
    by_key = {element.id: _with_number(element, 0) for element in elements}
    if caller.person == _SITTER:
        by_key[_SITTER] = Person(id=_SITTER, name="Gry Rugvang Friis", source="kystby")
    if caller.person in by_key:
        for post in sorted(caller.posts):
            seat = tie(Holds, caller.person or "", post)
            by_key.setdefault(seat.id, seat)
    return _sound(without_loose_links(by_key))


def faulty(elements: Iterable[Element]) -> set[str]:
    world = rule_context(elements)
    return {fault.where for fault in violations(world, [*world.nodes, *world.links])}


def _sound(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    while faults := faulty(elements):
        elements = without(elements, faults)
    return elements


def _with_number(element: Element, which: int) -> Element:
    if not isinstance(element, ContactDetail):
        return element
    return replace(element, value=Secret(_NUMBERS.get(element.channel, _USUAL)[which]))


# ---- the twin


def secrets(case: Case, snapshot: Snapshot, views: Sequence[View]) -> list[str]:
    """Return the ids hidden from the caller on every date of the questions.

    The caller's person and seats are not among them: both worlds have them.
    """
    visible = {
        item
        for view in views
        for ids, mask in ((view.nodes.ids, view.visible), (view.links.ids, view.open_links))
        for item in (ids[row] for row in mask.nonzero()[0].tolist())
    }
    own = {
        element.id
        for element in case.elements
        if element.id == case.caller.person
        or (isinstance(element, Holds | DeputizesFor) and element.source_id == case.caller.person)
    }
    return [
        fromkey
        for fromkey in dict.fromkeys(item for view in views for item in hidden(snapshot, view))
        if fromkey not in visible | own
    ]


def left_out(case: Case, secret: Sequence[str], drawn: Random) -> set[str]:
    """Return the hidden elements that the twin lacks, such that the store accepts the twin.

    Elements that depend on them are removed too, if hidden; else some of the elements stay.
    """
    gone = {item for item in secret if drawn.random() < case.share}
    while faults := faulty(reseated(case.elements, gone, apart=case.apart)) - gone:
        more = faults & {*secret}
        gone = gone | more if more else {item for item in gone if drawn.random() < 0.5}
    return gone


def twin(
    case: Case, snapshot: Snapshot, views: Sequence[View], gone: Iterable[str]
) -> list[Element]:
    """Return a world that looks the same to the caller: hidden elements and values differ.

    Other people hold the seats of removed people. No View holds the value of a contact detail, so
    each has another number, but those of public lines, which everybody may see.
    """
    left = reseated(case.elements, gone, apart=case.apart)
    lines = {element.id for element in left if getattr(element, "kind", None) in PUBLIC_LINES}
    public = {
        element.target_id
        for element in left
        if isinstance(element, ReachedBy) and element.source_id in lines
    }
    return [
        _disguised(_with_number(element, 0 if element.id in public else 1), snapshot, views)
        for element in left
    ]


def _disguised(subject: Element, snapshot: Snapshot, views: Sequence[View]) -> Element:
    """Return the element with other values in the fields that no View shows."""
    if not isinstance(subject, Node) or subject.id not in snapshot.row_of:
        return subject
    row = snapshot.row_of[subject.id]
    others = {
        name: value
        for name, value in _OTHERS.get(type(subject), {}).items()
        if not any(view.shows(row, field_group(subject.label, name)) for view in views)
    }
    return replace(subject, **others)


_OTHERS: Final[dict[type[Element], dict[str, object]]] = {
    Person: {"name": "Aase Nyvang Bjerg", "title": "Leder", "languages": frozenset({"pl"})},
    ResourceIndividual: {"display_name": "Aase fra Bjerget", "languages": frozenset({"pl"})},
    Consent: {"obtained_how": ObtainedHow.FORM, "text_version": "da-9", "recorded_by": "ihd"},
}


# ---- additional writes


def invisible_updates(case: Case, elements: Iterable[Element]) -> list[Element]:
    """Return updates for the twin in field groups that are invisible to the caller."""
    reaching = frozenset[Group]().union(
        *(
            VISIBLE_GROUPS[grant.role, PreventionLevel.OUTREACH in grant.levels]
            for grant in case.caller.grants
        )
    )
    return [
        replace(element, **{name: value})
        for element in elements
        for name, value in _MORE.get(type(element), {}).items()
        if element.id != case.caller.person
        and reaching.isdisjoint(groups_of(sort_of(element), [name], is_civil=False))
    ]


_MORE: Final[dict[type[Element], dict[str, object]]] = {
    Person: {"title": "Konsulent"}, ResourceIndividual: {"display_name": "Bent fra Bakken"},
    DoorOpenerFor: {"strength": 0.2}, Knows: {"strength": 0.2}, Represents: {"strength": 0.2},
}  # fmt: skip
