from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import LOCAL_OPERATOR, Role
from graph.access.view import View
from graph.model import (
    Authority,
    BelongsTo,
    Coordinates,
    DeputizesFor,
    Element,
    Holds,
    Link,
    PartOf,
    ReachedBy,
)
from graph.model.opening_hours import is_missing_minute, mean_wait_days, next_opening
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import AnswerRole
from graph.paths.answering_costs import post_answers
from graph.paths.policy import response_costs
from graph.paths.resolve import CLOSED_COST, cost_of, resolve
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Channel,
    CoordinationFunction,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    PostKind,
    Sector,
    Tier,
    Visibility,
)
from tests.fixtures.builders import network
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import POLICY, area, detail, kystby_with, local, person, post, tie
from tests.graph.paths.clock_oracle import answered
from tests.kystby import NOW, TODAY, caller_of


def test_the_cost_is_zero_for_a_network_and_closed_for_vacant_or_hidden_nodes() -> None:
    view = kystby_with(caller=caller_of(Role.COORDINATOR, posts=("ssp-post",)))
    column = post_answers(view, POLICY).cost
    assert column[view.row("ssp")] == 0
    closed = {
        node_id
        for node_id, cost in zip(view.nodes.ids, column.tolist(), strict=True)
        if cost == CLOSED_COST
    }
    assert {"release", "erik"} <= closed
    assert "nabo-ssp" not in closed  # that it is held is a fact about the post


def test_civilians_and_associations_cost_the_wait_of_unknown_hours() -> None:
    view = kystby_with(caller=caller_of(Role.OUTREACH, Role.COORDINATOR, posts=("outreach",)))
    unknown = int(response_costs(POLICY)[4])  # a day
    for at in (None, NOW):
        column = post_answers(view, POLICY, at)
        rows = [view.row(node) for node in ("jens", "vindrosen", "ssp", "forum")]
        assert column.response[rows].tolist() == [unknown, unknown, 0, 0]
        assert column.cost[rows].tolist() == column.response[rows].tolist()


def test_the_wait_is_counted_from_the_minute_and_zero_while_a_post_answers() -> None:
    view = kystby_with(without=("duty--ihd",))
    ihd, waits = view.row("ihd"), response_costs(POLICY)
    assert post_answers(view, POLICY).response[ihd] == waits[round(mean_wait_days(OFFICE) * 4)]
    by_minute = {
        "2026-11-25T10:00": 0,
        "2026-11-25T15:00": 18,  # hours until nine the next morning
        "2026-11-25T22:00": 11,
        "2026-11-27T15:00": 66,  # over the weekend
        "2026-12-23T15:00": 114,  # over Christmas
    }
    for minute, hours in by_minute.items():
        at = local(minute)
        column = post_answers(kystby_with(without=("duty--ihd",), on=at.date()), POLICY, at)
        assert column.response[ihd] == waits[round(hours / 6)]
    line = post_answers(kystby_with(), POLICY, local("2026-11-25T22:00"))
    assert line.response[ihd] == 0
    assert line.cost[ihd] == cost_of(POLICY, AnswerRole.DUTY_LINE)


def test_post_answers_are_cached_for_a_limited_number_of_minutes_per_view() -> None:
    view = kystby_with()
    answers = post_answers(view, POLICY, NOW)
    assert post_answers(view, POLICY, NOW) is answers
    for more in range(1, 9):
        post_answers(view, POLICY, NOW + timedelta(minutes=more))
    assert post_answers(view, POLICY, NOW) is not answers


@pytest.mark.parametrize("rung", list(AnswerRole))
def test_only_the_closed_rung_has_the_closed_cost(rung: AnswerRole) -> None:
    assert (cost_of(POLICY, rung) == CLOSED_COST) is (rung is AnswerRole.CLOSED)


OFFICE = "MO-FR 09:00-15:00"
HOURS = (None, OFFICE, "00:00-24:00", "SA-SU 10:00-12:00", "16:00-24:00; 00:00-08:00")
DAYS = st.one_of(st.none(), st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days)))
POSTS = (
    post("p1", PostKind.SSP_COORDINATOR, Sector.YOUTH),
    post("p2", PostKind.RELEASE_CONTACT, Sector.YOUTH),
    post("p3", PostKind.MENTOR, Sector.YOUTH, is_unit_only=True),
    post("p4", PostKind.DUTY_LINE, Sector.POLICE),
    post("p5", PostKind.DUTY_LINE, Sector.POLICE),
    post("p6", PostKind.FUNCTIONAL_MAILBOX, Sector.POLICE),
)
BODIES = tuple(
    Authority(
        id=body, kind=AuthorityKind.UNIT, tier=Tier.DISTRICT, sector=Sector.POLICE, name=body,
        source="test",
    )
    for body in ("b1", "b2")
)  # fmt: skip
PEOPLE = ("anna", "berit", "cilla")
PLACES = ("p1", "p2", "p3", "p4", "p5", "p6")


@st.composite
def worlds(draw: st.DrawFn, *, only_seats: bool = False) -> tuple[Element, ...]:
    """Six posts, three people, two bodies, a network, and any links between them on any days.

    `only_seats`: everybody is open to all, and only HOLDS and DEPUTIZES_FOR links have dates.
    """
    elements: list[Element] = [
        area("dk", AreaKind.COUNTRY),
        *(replace(post, hours=draw(st.sampled_from(HOURS))) for post in POSTS),
        network("n", NetworkKind.SSP),
        *BODIES,
        detail("d", Channel.EMAIL),
    ]
    elements += [draw(_drawn_person(name, only_seats)) for name in PEOPLE]
    holds = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(("p1", "p2")))
    for pair in draw(st.lists(holds, max_size=4, unique=True)):
        elements.append(_drawn_link(draw, Holds, *pair, is_acting=draw(st.booleans())))
    deputies = st.tuples(st.sampled_from((*PEOPLE, *PLACES)), st.sampled_from(PLACES)).filter(
        lambda pair: pair[0] != pair[1]
    )
    for order, (source, target) in enumerate(draw(st.lists(deputies, max_size=5, unique=True)), 1):
        if source in PEOPLE or not only_seats:
            elements.append(_drawn_link(draw, DeputizesFor, source, target, order=order))
    if only_seats:
        return (*elements, *(tie(BelongsTo, place, "b1") for place in PLACES))
    for place in PLACES:
        elements.append(_drawn_link(draw, BelongsTo, place, draw(st.sampled_from(("b1", "b2")))))
    if draw(st.booleans()):
        elements.append(_drawn_link(draw, PartOf, "b1", "b2"))
    elements.append(_drawn_link(draw, ReachedBy, draw(st.sampled_from((*PLACES, *PEOPLE))), "d"))
    for place in draw(st.lists(st.sampled_from(PLACES), max_size=3, unique=True)):
        function = draw(st.sampled_from(CoordinationFunction))
        gate = LegalGate.SSP_115
        elements.append(_drawn_link(draw, Coordinates, place, "n", function=function, gate=gate))
    return tuple(elements)


@st.composite
def _drawn_person(draw: st.DrawFn, name: str, is_open: bool) -> Element:
    start, end = draw(_period())
    visibility = draw(st.sampled_from([Visibility.OPEN, *([] if is_open else [Visibility.AREA])]))
    both = start is not None and end is not None
    return person(
        name, visibility=visibility, absent_from=start if both else None,
        absent_to=end if both else None,
    )  # fmt: skip


@st.composite
def _period(draw: st.DrawFn) -> tuple[date | None, date | None]:
    start, end = draw(DAYS), draw(DAYS)
    if start is not None and end is not None and start >= end:
        return (end, start) if start != end else (start, None)
    return start, end


def _drawn_link(draw: st.DrawFn, cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    start, end = draw(_period())
    return tie(cls, source, target, valid_from=start, valid_to=end, **fields)


MINUTES = st.one_of(
    st.none(),
    st.integers(-40 * 1440, 40 * 1440)
    .map(lambda minutes: NOW + timedelta(minutes=minutes))
    .filter(lambda at: not is_missing_minute(at)),
)


@pytest.mark.slow
@examples(200)
@given(elements=worlds(), at=MINUTES, is_operator=st.booleans())
def test_the_columns_agree_with_the_resolution_of_every_post(
    elements: tuple[Element, ...], at: datetime | None, is_operator: bool
) -> None:
    caller = LOCAL_OPERATOR if is_operator else caller_of(Role.COORDINATOR, areas=("nowhere",))
    view = View(snapshot_of(elements), caller, TODAY if at is None else at.date(), today=TODAY)
    column = post_answers(view, POLICY, at)
    for row in view.rows(Label.ACTOR):
        resolution, expected = resolve(view, row, POLICY, at=at), answered(view, row, POLICY, at)
        assert column.sits[row] == (row if expected.sits is None else expected.sits)
        assert column.key[row] == expected.key
        if expected.rung is AnswerRole.CLOSED:
            assert column.cost[row] == CLOSED_COST
            assert resolution.cost is None
            continue
        response = 0 if resolution.is_at_once else _response(view, row, at)
        assert column.response[row] == response
        assert column.cost[row] == cost_of(POLICY, expected.rung) + response
        assert resolution.cost == cost_of(POLICY, resolution.rung)
    network = view.row("n")
    doors = [row for row in _doors(view, network) if column.cost[row] != CLOSED_COST]
    assert column.key[network] == (column.key[doors[0]] if doors else network)
    assert column.sits[network] == (column.sits[doors[0]] if doors else network)


def _response(view: View, post: int, at: datetime | None) -> int:
    """Return the cost of the mean wait, or of the wait from a minute until the post opens."""
    hours: str | None = view.value(post, "hours")
    if hours is None:
        days = POLICY.cost.hours_unknown_days
    elif at is None:
        days = mean_wait_days(hours)
    else:
        opening = next_opening(hours, at, POLICY.closing)
        days = 7 if opening is None else (opening - at) / timedelta(days=1)
    return int(response_costs(POLICY)[min(round(days * 4), 28)])


def _doors(view: View, network: int) -> list[int]:
    """The posts that coordinate a network: the chair first, then by function, then by id."""
    links = view.into(network, LinkType.COORDINATES)
    return [
        post
        for _, post in sorted(
            (view.link_value(link, "function").code, view.source(link)) for link in links
        )
    ]


@examples(25)
@given(elements=worlds(only_seats=True))
def test_until_is_the_first_day_another_answers(elements: tuple[Element, ...]) -> None:
    snapshot = snapshot_of(elements)
    view = View(snapshot, LOCAL_OPERATOR, TODAY, today=TODAY)
    for row in view.rows(Label.ACTOR):
        resolution = resolve(view, row, POLICY)
        until = resolution.until or TODAY + timedelta(days=45)
        for on in {TODAY + (until - TODAY) // 2, until - timedelta(days=1)}:
            assert _rung_and_who(snapshot, row, on) == (resolution.rung, resolution.who)
        if resolution.until is not None:
            assert _rung_and_who(snapshot, row, until) != (resolution.rung, resolution.who)


def _rung_and_who(snapshot: Snapshot, row: int, on: date) -> tuple[AnswerRole, NodeRef | None]:
    resolution = resolve(View(snapshot, LOCAL_OPERATOR, on, today=TODAY), row, POLICY)
    return resolution.rung, resolution.who
