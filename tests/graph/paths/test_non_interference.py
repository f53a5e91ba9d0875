"""What a caller may not see changes no answer, whatever happens to it.

That somebody holds a post or deputizes there is no secret: in a twin world others have the seats.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.access.view import View
from graph.model import DeputizesFor, Element, Holds, Knows
from graph.paths import Answer, Need, find
from graph.snapshot.snapshot import snapshot_of
from graph.vocabulary import LegalGate, NetworkKind, PreventionLevel, Visibility
from tests import kystby
from tests.fixtures.examples import drill, examples
from tests.graph.paths.additions import ALL_LEVELS, POLICY, person, tie
from tests.graph.paths.hidden import pair_of
from tests.graph.stand_ins import reseated
from tests.kystby import NOW, TODAY, caller_of

OUTSIDE = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("nowhere",), posts=("ssp-post",))
NEEDS: tuple[dict[str, Any], ...] = (
    {"start": "ihd", "target": "ssp-post"},
    {"start": "ihd", "target": "nabo-ssp"},
    {"start": "ihd", "target": "release"},
    {"start": "ssp-post", "area": "nabo"},
    {"start": "ssp-post", "area": "kystby", "language": "so"},
    {"start": "duty", "network": frozenset({NetworkKind.SSP}), "gate": LegalGate.KSP_115},
)
POSTS = st.sampled_from(["ssp-post", "nabo-ssp", "release", "ihd", "duty", "intake"])
DAYS = st.sampled_from([None, date(2026, 11, 1), TODAY, date(2026, 12, 1), date(2027, 1, 1)])
SEEN = st.sampled_from(["amina", "bo", "carl", "dina"])


@st.composite
def hidden_lives(draw: st.DrawFn) -> tuple[Element, ...]:
    """Somebody nobody outside may see, with any seats and acquaintances."""
    away = draw(st.booleans())
    things: list[Element] = [
        person(
            "a-hidden", visibility=Visibility.AREA, languages=frozenset({"so"}),
            absent_from=TODAY if away else None, absent_to=date(2027, 1, 1) if away else None,
        )
    ]  # fmt: skip
    things += [
        tie(Holds, "a-hidden", post_id, valid_to=draw(DAYS), share=0.1)
        for post_id in draw(st.sets(POSTS)) - {"duty", "intake"}  # which are units
    ]
    things += [
        tie(DeputizesFor, "a-hidden", post_id, order=order, id=f"a-hidden--{post_id}--deputy")
        for order, post_id in enumerate(sorted(draw(st.sets(POSTS))), 20)
    ]
    things += [
        tie(Knows, "a-hidden", other, declared_by=other, strength=0.5, levels=ALL_LEVELS)
        for other in sorted(draw(st.sets(SEEN)))
    ]
    return tuple(things)


def seen_by_outsiders(*more: Element, apart: bool | None = None) -> View:
    """Kystby with more in it; with `apart` others have the seats of the hidden person."""
    things = (*kystby.things(), *more)
    if apart is not None:
        things = reseated(things, ("a-hidden",), apart=apart)
    return kystby.view_of(snapshot_of(things), OUTSIDE)


def answers(view: View) -> list[Answer]:
    return [
        find(view, Need(on=TODAY, at=at, **terms), POLICY) for terms in NEEDS for at in (None, NOW)
    ]


@examples(25)
@given(more=hidden_lives(), apart=st.booleans())
def test_who_a_hidden_person_is_changes_no_answer(more: tuple[Element, ...], apart: bool) -> None:
    twin = seen_by_outsiders(*more, apart=apart)
    assert answers(seen_by_outsiders(*more)) == answers(twin)


@examples(10)
@given(more=hidden_lives())
def test_a_hidden_person_without_a_seat_changes_no_answer(more: tuple[Element, ...]) -> None:
    unseated = [thing for thing in more if not isinstance(thing, Holds | DeputizesFor)]
    assert answers(seen_by_outsiders(*unseated)) == answers(seen_by_outsiders())


# ---- pairs of worlds that differ in nothing the caller may see

SEEDS = st.integers(0, 2**32)


def reads_alike(seed: int) -> None:
    one, other, asked = pair_of(seed)
    assert asked.bytes_of(one) == asked.bytes_of(other)


@examples(60)
@given(SEEDS)
def test_worlds_that_differ_in_what_is_hidden_give_answers_of_the_same_bytes(seed: int) -> None:
    reads_alike(seed)


@pytest.mark.parametrize("part", range(4))
@drill(500)
@given(SEEDS)
def test_thousands_of_worlds_that_differ_in_what_is_hidden_give_the_same_bytes(
    part: int, seed: int
) -> None:
    reads_alike(seed)


def test_who_may_see_what_was_hidden_is_told_another_answer() -> None:
    """Else the pairs above would prove nothing."""
    told = 0
    for seed in range(20):
        one, other, asked = pair_of(seed)
        asked = replace(asked, roles=(Role.DPO,), levels=frozenset(PreventionLevel))
        told += asked.bytes_of(one) != asked.bytes_of(other)
    assert told > 10
