from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pytest

from graph.access.field_groups import FieldGroup
from graph.access.policy import Caller, Role
from graph.access.view import View
from graph.errors import NotFound
from graph.model import DeputizesFor, Element, Holds, Person
from graph.snapshot.field_types import date_to_day
from graph.snapshot.seats import NEVER, NO_SOURCE, SeatRecord
from graph.vocabulary import Label, LinkType, Visibility
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import ADDITIONS, without_loose_links
from tests.graph.paths.additions import person, tie
from tests.kystby import LOCAL_OPERATOR, TODAY, caller_of

HERE: Final = caller_of(Role.COORDINATOR)
"""A caller who may not see erik, who holds nabo-ssp."""
LAST: Final = int(np.iinfo(np.int32).max)


def hidden(person_id: str, **fields: Any) -> Person:
    return person(person_id, visibility=Visibility.AREA, **fields)


def view_of(*more: Element, caller: Caller = HERE, on: date = TODAY, **changed: Any) -> View:
    return kystby.view_of(snapshot_of((*kystby.elements(**changed), *more)), caller, on=on)


def at(view: View, post: str) -> list[tuple[str, str | None]]:
    """The seats of a post by type and id, in their order."""
    seats = view.seats(view.row(post))
    return [(seat.link_type.value, _id(view, seat)) for seat in seats]


def _id(view: View, seat: SeatRecord) -> str | None:
    return None if seat.source is None else view.id(seat.source)


def facts(view: View, post: str) -> list[SeatRecord]:
    """Return the seats of a post without their people."""
    return [replace(seat, post=0, source=None) for seat in view.seats(view.row(post))]


@pytest.mark.parametrize("role", Role)
def test_the_held_field_group_is_shown_for_every_visible_post_and_nothing_else(
    role: Role,
) -> None:
    view = view_of(caller=caller_of(role))
    every = [row for label in Label for row in view.rows(label)]
    assert [row for row in every if view.shows(row, FieldGroup.HELD)] == view.rows(Label.ACTOR)


def test_a_caller_without_grants_sees_no_holders() -> None:
    view = view_of(caller=Caller(account="nobody", grants=()))
    assert len(view.seat_columns(LinkType.HOLDS).post) == 0


def test_seats_list_the_holder_first_then_deputies_including_posts() -> None:
    assert at(view_of(), "ssp-post") == [
        ("HOLDS", "amina"), ("DEPUTIZES_FOR", "bo"), ("DEPUTIZES_FOR", "duty"),
    ]  # fmt: skip
    holder, deputy, line = view_of().seats(view_of().row("ssp-post"))
    assert (holder.absent_from, holder.absent_to) == (
        date_to_day(date(2026, 11, 16)), date_to_day(date(2026, 12, 7)),
    )  # fmt: skip
    assert holder.is_away(date_to_day(TODAY))
    assert (deputy.absent_from, deputy.absent_to) == (NEVER, NEVER)
    assert (holder.order, deputy.order < line.order) == (0, True)


def test_the_seat_of_a_hidden_holder_has_no_source_and_no_absence() -> None:
    assert at(view_of(caller=LOCAL_OPERATOR), "nabo-ssp") == [("HOLDS", "erik")]
    (seat,) = view_of().seats(view_of().row("nabo-ssp"))
    assert seat == SeatRecord(
        link_type=LinkType.HOLDS, post=view_of().row("nabo-ssp"), source=None, is_acting=False,
        share=1.0, order=0, from_day=date_to_day(date(2022, 2, 1)), to_day=LAST,
        absent_from=NEVER, absent_to=NEVER,
    )  # fmt: skip


def test_facts_of_a_seat_are_the_same_whether_or_not_the_caller_sees_the_holder() -> None:
    world = snapshot_of(
        without_loose_links({element.id: element for element in (*kystby.elements(), *ADDITIONS)})
    )
    for on in (TODAY, date(2026, 3, 1), date(2021, 1, 1)):
        everything, little = (
            kystby.view_of(world, caller, on=on) for caller in (LOCAL_OPERATOR, HERE)
        )
        texts = [
            [sorted(map(repr, facts(view, view.id(row)))) for row in view.rows(Label.ACTOR)]
            for view in (everything, little)
        ]
        assert texts[0] == texts[1]


def test_former_and_future_seats_of_hidden_people_are_listed() -> None:
    day = date(2027, 2, 1)
    ended: dict[str, Any] = {"erik--nabo-ssp": {"valid_to": date(2026, 6, 1)}}
    more = hidden("gro"), tie(Holds, "gro", "nabo-ssp", valid_from=day)
    for caller in (HERE, LOCAL_OPERATOR):
        view = view_of(*more, caller=caller, **ended)
        seats = view.seats(view.row("nabo-ssp"))
        assert {(seat.from_day, seat.to_day) for seat in seats} == {
            (date_to_day(date(2022, 2, 1)), date_to_day(date(2026, 6, 1))),
            (date_to_day(day), LAST),
        }
        assert not any(seat.is_in_force(date_to_day(TODAY)) for seat in seats)
        assert view.row("nabo-ssp") not in view.seat_columns(LinkType.HOLDS).post


def test_a_seat_is_limited_to_the_valid_dates_of_its_holder() -> None:
    comes, goes = date(2023, 1, 1), date(2026, 12, 24)
    (seat,) = facts(view_of(erik={"valid_from": comes, "valid_to": goes}), "nabo-ssp")
    assert (seat.from_day, seat.to_day) == (date_to_day(comes), date_to_day(goes))


def test_the_seat_of_a_withheld_person_is_listed_without_the_person() -> None:
    snapshot = kystby.snapshot()
    withheld = View(snapshot, LOCAL_OPERATOR, TODAY, today=TODAY, withheld=frozenset({"bo"}))
    assert at(withheld, "ssp-post") == [
        ("HOLDS", "amina"), ("DEPUTIZES_FOR", "duty"), ("DEPUTIZES_FOR", None),
    ]  # fmt: skip


def test_an_administrator_sees_that_a_post_is_held_but_not_by_which_person() -> None:
    admin = caller_of(Role.ADMIN)
    assert at(view_of(caller=admin), "ssp-post") == [("HOLDS", None), ("DEPUTIZES_FOR", None)]


def test_seats_of_a_hidden_post_raise_not_found() -> None:
    view = view_of()
    row = view.row("nabo-ssp")
    with pytest.raises(NotFound):
        view.without([row]).seats(row)


@pytest.mark.parametrize("names", [("aa", "zz"), ("zz", "aa")])
def test_the_order_of_seats_does_not_depend_on_the_ids_of_hidden_people(
    names: tuple[str, str],
) -> None:
    first, second = names
    view = view_of(
        hidden(first), tie(Holds, first, "nabo-ssp", share=0.5),
        hidden(second), tie(Holds, second, "nabo-ssp", share=0.2, is_acting=True),
    )  # fmt: skip
    assert [seat.share for seat in facts(view, "nabo-ssp")] == [1.0, 0.5, 0.2]
    held = view.seat_columns(LinkType.HOLDS)
    assert held.share[held.post == view.row("nabo-ssp")].tolist() == [1.0, 0.5, 0.2]


def _two_posts(people: Iterable[str]) -> list[list[SeatRecord]]:
    """Return the facts of two posts held by these people, in order, and of ssp-post."""
    chosen = list(people)
    more = [hidden(person_id) for person_id in dict.fromkeys(chosen)]
    more += [
        tie(Holds, person_id, at)
        for person_id, at in zip(chosen, ("release", "outreach"), strict=True)
    ]
    view = view_of(*more, caller=caller_of(Role.COORDINATOR, areas=("nowhere",)))
    return [facts(view, post) for post in ("release", "outreach", "ssp-post")]


def test_seats_do_not_reveal_whether_two_posts_share_a_hidden_holder() -> None:
    assert _two_posts(["gro", "gro"]) == _two_posts(["gro", "hal"]) == _two_posts(["zoe", "aby"])


def test_a_holding_that_moves_from_one_hidden_person_to_another_changes_nothing() -> None:
    def seat_records(holder: str) -> list[SeatRecord]:
        both = (hidden("gro"), hidden("hal"), tie(DeputizesFor, "hal", "nabo-ssp", order=1))
        return facts(view_of(*both, tie(Holds, holder, "nabo-ssp", share=0.5)), "nabo-ssp")

    assert seat_records("gro") == seat_records("hal")


def test_a_view_without_a_person_has_none_of_their_seats() -> None:
    view = view_of(caller=LOCAL_OPERATOR)
    after = view.without([view.row("amina")])
    assert at(after, "ssp-post") == [("DEPUTIZES_FOR", "bo"), ("DEPUTIZES_FOR", "duty")]
    assert view.row("ssp-post") in view.seat_columns(LinkType.HOLDS).post
    assert view.row("ssp-post") not in after.seat_columns(LinkType.HOLDS).post
    assert at(after, "nabo-ssp") == [("HOLDS", "erik")]


def test_a_view_without_a_post_has_neither_its_holders_nor_it_as_a_deputy() -> None:
    view = view_of()
    after = view.without([view.row("nabo-ssp"), view.row("duty")])
    assert view.row("nabo-ssp") not in after.seat_columns(LinkType.HOLDS).post
    assert ("DEPUTIZES_FOR", "duty") not in at(after, "ssp-post")


@pytest.mark.parametrize("caller", [HERE, LOCAL_OPERATOR, caller_of(Role.ADMIN)])
@pytest.mark.parametrize("link_type", [LinkType.HOLDS, LinkType.DEPUTIZES_FOR])
def test_the_columns_are_the_seats_in_force_of_all_posts(
    caller: Caller, link_type: LinkType
) -> None:
    view = view_of(*ADDITIONS_OF_SEATS, caller=caller)
    columns = view.seat_columns(link_type)
    expected = [
        (seat.post, NO_SOURCE if seat.source is None else seat.source, seat.is_away(view.day),
         seat.is_acting, seat.share, seat.order, seat.from_day, seat.to_day)
        for post in view.rows(Label.ACTOR)
        for seat in view.seats(post)
        if seat.link_type is link_type and seat.is_in_force(view.day)
    ]  # fmt: skip
    names = ("post", "source", "is_away", "is_acting", "share", "order", "from_day", "to_day")
    rows = zip(*(getattr(columns, name).tolist() for name in names), strict=True)
    assert list(rows) == expected
    assert len(columns.post) > 1 or caller.account != LOCAL_OPERATOR.account


ADDITIONS_OF_SEATS: Final = (
    hidden("gro"),
    tie(DeputizesFor, "gro", "nabo-ssp", order=1),
    tie(Holds, "gro", "release", valid_from=date(2027, 1, 1)),
)
