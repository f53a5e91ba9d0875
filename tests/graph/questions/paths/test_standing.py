"""What it costs that somebody answers, for all posts at once, agrees with who does at each."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.access import LOCAL_OPERATOR, Role
from graph.model import (
    Authority,
    BelongsTo,
    DeputizesFor,
    Holds,
    Link,
    PartOf,
    ReachedBy,
    Thing,
)
from graph.questions.paths.answer import Named
from graph.questions.paths.resolve import CLOSED_COST, cost_of, resolve, standing
from graph.questions.paths.seats import Wish
from graph.questions.paths.words import Rung
from graph.snapshot import Snapshot, snapshot_of
from graph.view import View
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Channel,
    Label,
    PostKind,
    Sector,
    Tier,
    Visibility,
)
from tests.graph.questions.paths.additions import (
    POLICY,
    area,
    detail,
    kystby_with,
    person,
    post,
    tie,
)
from tests.kystby import TODAY, caller_of

# ---- the column is the same rule


def test_the_column_is_nothing_for_what_is_no_post_and_closed_for_what_is_hidden() -> None:
    view = kystby_with(caller=caller_of(Role.COORDINATOR, posts=("ssp-post",)))
    column = standing(view, POLICY)
    assert column[view.row("ssp")] == 0
    closed = {
        node_id
        for node_id, cost in zip(view.nodes.ids, column.tolist(), strict=True)
        if cost == CLOSED_COST
    }
    assert {"release", "nabo-ssp", "erik"} <= closed


@pytest.mark.parametrize("rung", list(Rung))
def test_every_rung_has_a_cost(rung: Rung) -> None:
    assert (cost_of(POLICY, rung) == CLOSED_COST) is (rung is Rung.CLOSED)


DAYS = st.one_of(st.none(), st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days)))
POSTS = (
    post("p1", PostKind.SSP_COORDINATOR, Sector.YOUTH),
    post("p2", PostKind.RELEASE_CONTACT, Sector.YOUTH),
    post("p3", PostKind.MENTOR, Sector.YOUTH, is_unit_only=True),
    post("p4", PostKind.DUTY_LINE, Sector.POLICE, hours="00:00-24:00"),
    post("p5", PostKind.DUTY_LINE, Sector.POLICE, hours="MO-FR 09:00-15:00"),
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
def worlds(draw: st.DrawFn, *, only_seats: bool = False) -> tuple[Thing, ...]:
    """Six posts, three people, two bodies, and any links between them on any days.

    `only_seats`: everybody is open to all, and only what people hold or stand in for is dated.
    """
    things: list[Thing] = [
        area("dk", AreaKind.COUNTRY),
        *POSTS,
        *BODIES,
        detail("d", Channel.EMAIL),
    ]
    things += [draw(_people(name, only_seats)) for name in PEOPLE]
    holds = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(("p1", "p2")))
    for pair in draw(st.lists(holds, max_size=4, unique=True)):
        things.append(_dated(draw, Holds, *pair, is_acting=draw(st.booleans())))
    deputies = st.tuples(st.sampled_from((*PEOPLE, *PLACES)), st.sampled_from(PLACES)).filter(
        lambda pair: pair[0] != pair[1]
    )
    for order, (source, target) in enumerate(draw(st.lists(deputies, max_size=5, unique=True)), 1):
        if source in PEOPLE or not only_seats:
            things.append(_dated(draw, DeputizesFor, source, target, order=order))
    if only_seats:
        return (*things, *(tie(BelongsTo, place, "b1") for place in PLACES))
    for place in PLACES:
        things.append(_dated(draw, BelongsTo, place, draw(st.sampled_from(("b1", "b2")))))
    if draw(st.booleans()):
        things.append(_dated(draw, PartOf, "b1", "b2"))
    things.append(_dated(draw, ReachedBy, draw(st.sampled_from((*PLACES, *PEOPLE))), "d"))
    return tuple(things)


@st.composite
def _people(draw: st.DrawFn, name: str, is_open: bool) -> Thing:
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


def _dated(draw: st.DrawFn, cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    start, end = draw(_period())
    return tie(cls, source, target, valid_from=start, valid_to=end, **fields)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(things=worlds(), is_acute=st.booleans(), is_operator=st.booleans())
def test_the_column_is_the_cost_of_who_answers_at_every_post(
    things: tuple[Thing, ...], is_acute: bool, is_operator: bool
) -> None:
    caller = LOCAL_OPERATOR if is_operator else caller_of(Role.COORDINATOR, areas=("nowhere",))
    view = View(snapshot_of(things), caller, TODAY, today=TODAY)
    column = standing(view, POLICY, is_acute=is_acute)
    for row in view.rows(Label.ACTOR):
        found = resolve(view, row, POLICY, Wish(is_acute=is_acute))
        assert column[row] == cost_of(POLICY, found.rung)
        assert found.cost == (None if found.rung is Rung.CLOSED else column[row])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(things=worlds(only_seats=True))
def test_until_is_the_first_day_another_answers(things: tuple[Thing, ...]) -> None:
    snapshot = snapshot_of(things)
    view = View(snapshot, LOCAL_OPERATOR, TODAY, today=TODAY)
    for row in view.rows(Label.ACTOR):
        found = resolve(view, row, POLICY)
        until = found.until or TODAY + timedelta(days=45)
        for on in {TODAY + (until - TODAY) // 2, until - timedelta(days=1)}:
            assert _key(snapshot, row, on) == (found.rung, found.who)
        if found.until is not None:
            assert _key(snapshot, row, until) != (found.rung, found.who)


def _key(snapshot: Snapshot, row: int, on: date) -> tuple[Rung, Named | None]:
    found = resolve(View(snapshot, LOCAL_OPERATOR, on, today=TODAY), row, POLICY)
    return found.rung, found.who
