from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, event, given
from hypothesis import strategies as st

from graph.access.permissions import may_create, may_edit, may_end
from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.model import (
    BelongsTo,
    Coordinates,
    Covers,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    EntryPointFor,
    Holds,
    LiesIn,
    Link,
    MemberOf,
    Node,
    PartOf,
    RefersTo,
    Represents,
    SucceededBy,
)
from graph.vocabulary import CoordinationFunction, LegalGate, PreventionLevel
from tests.fixtures.examples import drill, examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import callers, without_loose_links, worlds
from tests.graph.paths.additions import tie
from tests.kystby import TODAY

_REACH: Final = frozenset({PreventionLevel.OUTREACH})
_PAST, _AHEAD = date(2020, 1, 1), date(2027, 3, 1)
_CIVIL: Final[Mapping[str, Any]] = {"consent_id": "consent-jens", "levels": _REACH}
_MADE: Final[tuple[tuple[type[Link], Mapping[str, Any]], ...]] = (
    (Holds, {}), (Holds, {"is_acting": True}), (DeputizesFor, {"order": 9}),
    (Holds, {"valid_from": _PAST, "valid_to": TODAY}), (Holds, {"valid_from": _AHEAD}),
    (BelongsTo, {}), (PartOf, {}), (Covers, {}), (LiesIn, {}), (EntryPointFor, {"order": 9}),
    (MemberOf, {"gate": LegalGate.CONSENT, "levels": _REACH}),
    (Coordinates, {"gate": LegalGate.CONSENT, "levels": _REACH,
                   "function": CoordinationFunction.COORDINATOR}),
    (RefersTo, {"gate": LegalGate.INTERNAL}), (SucceededBy, {}),
    (DoorOpenerFor, _CIVIL), (Represents, _CIVIL),
)  # fmt: skip
_CHANGED: Final[tuple[Mapping[str, Any], ...]] = (
    {"valid_from": _PAST}, {"valid_to": None}, {"valid_to": date(2099, 1, 1)},
    {"is_acting": False}, {"levels": frozenset(PreventionLevel)},
)  # fmt: skip


def view_of(elements: tuple[Element, ...], caller: Caller) -> View:
    return View(snapshot_of(elements), caller, TODAY, today=TODAY)


@st.composite
def writers(draw: st.DrawFn) -> Caller:
    """Draw a caller with one or two grants that allow writing."""
    roles = st.sampled_from([Role.STEWARD, Role.COORDINATOR, Role.OUTREACH])
    places = st.frozensets(st.sampled_from(["kystby", "nabo", "havnen"]), min_size=1, max_size=2)
    grants = draw(st.lists(st.builds(Grant, role=roles, areas=places), min_size=1, max_size=2))
    return replace(draw(callers()), grants=tuple(grants))


@st.composite
def writes(draw: st.DrawFn) -> tuple[tuple[Element, ...], Caller, tuple[Element, ...] | None]:
    """Draw a world, a caller, and the world after one write; None if the caller may not write."""
    elements, caller = draw(worlds()), draw(writers())
    elements = tuple(_dated(draw, element) for element in elements)
    view = view_of(elements, caller)
    known = {element.id: element for element in elements}
    match draw(st.sampled_from(["make", "end", "change"])):
        case "make":
            link = _drawn_link(draw, elements)
            if link is None or not may_create(view, link, (link,)):
                return elements, caller, None
            return elements, caller, (*elements, link)
        case "end":
            element = known[draw(st.sampled_from(sorted(known)))]
            if not may_end(view, element.id):
                return elements, caller, None
            ended = replace(element, valid_to=TODAY) if element.valid_from is None else element
            return elements, caller, without_loose_links(known | {element.id: ended})
        case _:
            return elements, caller, _changed(draw, view, known)


def _dated(draw: st.DrawFn, element: Element) -> Element:
    """Return the element; a seat may get drawn dates by which it is over or still to come."""
    if not isinstance(element, Holds | DeputizesFor):
        return element
    dates = draw(st.sampled_from([{}, {}, {"valid_to": TODAY}, {"valid_from": _AHEAD}]))
    return replace(element, **{**dates, **({} if "valid_from" in dates else {"valid_from": None})})


def _drawn_link(draw: st.DrawFn, elements: tuple[Element, ...]) -> Link | None:
    cls, fields = draw(st.sampled_from(_MADE))
    nodes = [element for element in elements if isinstance(element, Node)]
    ends = (cls.type.sources, cls.type.targets)
    source, target = (
        draw(st.sampled_from([node.id for node in nodes if node.label in labels]))
        for labels in ends
    )
    return None if source == target else tie(cls, source, target, id="drawn", **fields)


def _changed(draw: st.DrawFn, view: View, known: dict[str, Element]) -> tuple[Element, ...] | None:
    links = sorted(link.id for link in known.values() if isinstance(link, Link))
    link, fields = known[draw(st.sampled_from(links))], draw(st.sampled_from(_CHANGED))
    (name,) = fields
    if (
        not hasattr(link, name)
        or view.find_link(link.id) is None
        or not may_edit(view, link.id, name)
    ):
        return None
    if name == "valid_from" and link.valid_to is not None and link.valid_to <= _PAST:
        return None
    return tuple({**known, link.id: replace(link, **fields)}.values())


def gained(before: View, after: View, element: Element) -> tuple[set[str], set[str]]:
    """Return the placed ids that newly lie in the area of a grant, and the ids newly visible.

    A seat must bring nobody nearer to another role, or to more levels, of the same account, so it
    is compared only with grants of that role and at least those levels; any other link is compared
    with all grants. A written element that has ended is skipped.
    """
    is_seat = isinstance(element, Holds | DeputizesFor)
    nearer: set[str] = set()
    seen: set[str] = set()
    for row, node_id in enumerate(before.nodes.ids):
        if not before.is_placed(row) or (node_id == element.id and not element.is_valid(TODAY)):
            continue
        for now in after.grants:
            alike = (
                was
                for was in before.grants
                if not is_seat
                or (was.grant.role is now.grant.role and was.grant.levels >= now.grant.levels)
            )
            if now.near[row] and not any(was.near[row] for was in alike):
                nearer.add(node_id)
        if after.find(node_id) is not None and before.find(node_id) is None:
            seen.add(node_id)
    return nearer, seen


Case = tuple[tuple[Element, ...], Caller, tuple[Element, ...] | None]


def assert_caller_gains_nothing(case: Case) -> None:
    elements, caller, after = case
    event("written" if after is not None else "refused")
    if after is None:
        return
    element = next((element for element in after if element not in elements), None)
    if element is not None:
        gains = gained(view_of(elements, caller), view_of(after, caller), element)
        assert gains == (set(), set())


@pytest.mark.slow
@examples(400, HealthCheck.filter_too_much)
@given(writes())
def test_a_write_never_widens_the_view_or_areas_of_its_caller(case: Case) -> None:
    assert_caller_gains_nothing(case)


@drill(10_000, HealthCheck.filter_too_much)
@given(writes())
def test_a_write_never_widens_the_view_or_areas_in_thousands_of_worlds(
    case: Case,
) -> None:
    assert_caller_gains_nothing(case)
