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


def view_of(things: tuple[Element, ...], caller: Caller) -> View:
    return View(snapshot_of(things), caller, TODAY, today=TODAY)


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
    things, caller = draw(worlds()), draw(writers())
    things = tuple(_dated(draw, one) for one in things)
    view = view_of(things, caller)
    known = {one.id: one for one in things}
    match draw(st.sampled_from(["make", "end", "change"])):
        case "make":
            made = _drawn_link(draw, things)
            if made is None or not may_create(view, made, (made,)):
                return things, caller, None
            return things, caller, (*things, made)
        case "end":
            one = known[draw(st.sampled_from(sorted(known)))]
            if not may_end(view, one.id):
                return things, caller, None
            ended = replace(one, valid_to=TODAY) if one.valid_from is None else one
            return things, caller, without_loose_links(known | {one.id: ended})
        case _:
            return things, caller, _changed(draw, view, known)


def _dated(draw: st.DrawFn, one: Element) -> Element:
    """Return the element; a seat may get drawn dates by which it is over or still to come."""
    if not isinstance(one, Holds | DeputizesFor):
        return one
    dates = draw(st.sampled_from([{}, {}, {"valid_to": TODAY}, {"valid_from": _AHEAD}]))
    return replace(one, **{**dates, **({} if "valid_from" in dates else {"valid_from": None})})


def _drawn_link(draw: st.DrawFn, things: tuple[Element, ...]) -> Link | None:
    cls, fields = draw(st.sampled_from(_MADE))
    nodes = [one for one in things if isinstance(one, Node)]
    ends = (cls.type.sources, cls.type.targets)
    source, target = (
        draw(st.sampled_from([one.id for one in nodes if one.label in labels])) for labels in ends
    )
    return None if source == target else tie(cls, source, target, id="drawn", **fields)


def _changed(draw: st.DrawFn, view: View, known: dict[str, Element]) -> tuple[Element, ...] | None:
    links = sorted(one.id for one in known.values() if isinstance(one, Link))
    one, fields = known[draw(st.sampled_from(links))], draw(st.sampled_from(_CHANGED))
    (name,) = fields
    if not hasattr(one, name) or view.find_link(one.id) is None or not may_edit(view, one.id, name):
        return None
    if name == "valid_from" and one.valid_to is not None and one.valid_to <= _PAST:
        return None
    return tuple({**known, one.id: replace(one, **fields)}.values())


def gained(before: View, after: View, written: Element) -> tuple[set[str], set[str]]:
    """Return the placed ids that newly lie in the area of a grant, and the ids newly visible.

    A seat must bring nobody nearer to another role, or to more levels, of the same account, so it
    is compared only with grants of that role and at least those levels; any other link is compared
    with all grants. A written element that has ended is skipped.
    """
    is_seat = isinstance(written, Holds | DeputizesFor)
    nearer: set[str] = set()
    seen: set[str] = set()
    for row, one in enumerate(before.nodes.ids):
        if not before.is_placed(row) or (one == written.id and not written.is_valid(TODAY)):
            continue
        for now in after.grants:
            alike = (
                was
                for was in before.grants
                if not is_seat
                or (was.grant.role is now.grant.role and was.grant.levels >= now.grant.levels)
            )
            if now.near[row] and not any(was.near[row] for was in alike):
                nearer.add(one)
        if after.find(one) is not None and before.find(one) is None:
            seen.add(one)
    return nearer, seen


Case = tuple[tuple[Element, ...], Caller, tuple[Element, ...] | None]


def holds(case: Case) -> None:
    things, caller, after = case
    event("written" if after is not None else "refused")
    if after is None:
        return
    written = next((one for one in after if one not in things), None)
    if written is not None:
        found = gained(view_of(things, caller), view_of(after, caller), written)
        assert found == (set(), set())


@pytest.mark.slow
@examples(400, HealthCheck.filter_too_much)
@given(writes())
def test_nobody_sees_more_or_has_wider_areas_by_what_they_wrote(case: Case) -> None:
    holds(case)


@drill(10_000, HealthCheck.filter_too_much)
@given(writes())
def test_nobody_sees_more_or_has_wider_areas_by_what_they_wrote_in_thousands_of_worlds(
    case: Case,
) -> None:
    holds(case)
