from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.view import View
from graph.paths.kernel.request import SearchRequest
from graph.paths.kernel.search import PostAnswers
from graph.paths.stops import CombinedPaths, combine
from tests.fixtures.examples import examples
from tests.graph.paths.oracle import Oracle
from tests.graph.paths.random_worlds import DrawnCase
from tests.graph.paths.worlds import POLICY, ask_of, standing_of

quick = examples(60)

Rows = tuple[int, ...]


class Case:
    """A drawn world and legs through one or two sets of posts."""

    def __init__(self, seed: int, size: int, has_ties: bool) -> None:
        draw = DrawnCase(seed, size, has_ties=has_ties)
        world = draw.world()
        question = replace(draw.question(), via=(), is_named=False, max_hops=3)
        snapshot, random = world.snapshot(), Random(seed)
        self.view: View = world.view(snapshot)
        self.answers: PostAnswers = standing_of(snapshot, world)
        self.overlap, self.max_paths = question.overlap_percent, question.max_paths
        whole = ask_of(snapshot, question)
        visible = [row for row in range(len(self.view.visible)) if self.view.visible[row]]
        posts = [row for row in visible if self.view.id(row) in draw.posts] or visible
        stops = [
            tuple(sorted(random.sample(posts, min(len(posts), random.choice((1, 1, 2, 3))))))
            for _ in range(random.choice((1, 1, 2)))
        ]
        self.asks = list(self._legs(whole, stops))

    def _legs(self, whole: SearchRequest, stops: Sequence[Rows]) -> Iterator[SearchRequest]:
        starts = whole.starts
        for stop in stops:
            first = starts if starts is whole.starts else ()
            yield replace(
                whole, starts=starts, targets=_targets_without(dict.fromkeys(stop, 0), first)
            )
            starts = stop
        yield replace(whole, starts=starts)

    def join(self, widths: Sequence[int] = (8, 32)) -> CombinedPaths:
        return combine(
            self.view, POLICY, self.asks, self.answers, max_paths=self.max_paths,
            overlap_percent=self.overlap, widths=widths,
        )  # fmt: skip

    def every(self) -> list[tuple[int, int, Rows]]:
        """Every whole path, in order: cost, hops, nodes."""
        standing: list[int] = self.answers.cost.tolist()
        legs = [
            [
                path
                for ask in asks
                for path in Oracle(self.view, POLICY, ask, standing, old_last=False).paths()
            ]
            for asks in (self.asks[:1], *map(_one_request_per_start, self.asks[1:]))
        ]
        wholes: list[tuple[int, int, Rows]] = []
        for combined in product(*legs):
            rows = combined[0].rows
            for path in combined[1:]:
                rows = (*rows, *path.rows[1:]) if path.rows[0] == rows[-1] else ()
                if not rows:
                    break
            if rows and len(set(rows)) == len(rows):
                wholes.append((sum(path.cost for path in combined), len(rows) - 1, rows))
        return sorted(wholes)

    def diverse(self) -> list[tuple[int, Rows]]:
        """Return the whole paths that differ enough, chosen greedily."""
        sole = {ask.starts[0] for ask in self.asks[1:] if len(ask.starts) == 1}
        given: list[tuple[int, Rows]] = []
        for cost, _, rows in self.every():
            inside = set(rows[1:-1]) - sole
            others = [set(whole[1:-1]) - sole for _, whole in given]
            if len(given) < self.max_paths and all(
                100 * len(inside & other) <= self.overlap * min(len(inside), len(other))
                for other in others
            ):
                given.append((cost, rows))
        return given


def _one_request_per_start(ask: SearchRequest) -> list[SearchRequest]:
    """Return one request for each start of a leg; it may lead to the other starts."""
    return [
        replace(ask, starts=(row,), targets=_targets_without(ask.targets, (row,)))
        for row in ask.starts
    ]


def _targets_without(targets: Mapping[int, int], starts: Rows) -> dict[int, int]:
    return {row: fit for row, fit in targets.items() if row not in starts}


def costs_and_rows(combined: CombinedPaths) -> list[tuple[int, Rows]]:
    return [(whole.cost, whole.rows) for whole in combined.wholes]


CASES = st.builds(Case, st.integers(0, 2**32), st.integers(4, 9), st.booleans())


@quick
@given(case=CASES)
def test_combined_paths_agree_with_trying_every_combination(case: Case) -> None:
    combined = case.join(widths=(8, 32, 1000))
    assert combined.is_exact
    assert costs_and_rows(combined) == case.diverse()


@quick
@given(case=CASES, width=st.integers(1, 4))
def test_combined_paths_from_short_lists_are_exact_or_marked_inexact(
    case: Case, width: int
) -> None:
    combined, every = case.join(widths=(width,)), case.every()
    if combined.is_exact:
        assert costs_and_rows(combined) == case.diverse()
    known = {(cost, rows) for cost, _, rows in every}
    assert set(costs_and_rows(combined)) <= known
    order = [
        every.index((whole.cost, len(whole.rows) - 1, whole.rows)) for whole in combined.wholes
    ]
    assert order == sorted(order)


@pytest.mark.slow
def test_drawn_cases_include_exact_and_inexact_short_lists() -> None:
    cases = [Case(seed, 8, has_ties=seed % 2 == 0) for seed in range(120)]
    assert sum(bool(case.every()) for case in cases) > 20
    known = [case.join(widths=(2,)).is_exact for case in cases if case.every()]
    assert set(known) == {True, False}


@quick
@given(case=CASES)
def test_each_leg_of_a_combined_path_begins_where_the_previous_one_ended(case: Case) -> None:
    for whole in case.join().wholes:
        rows = [path.rows for path in whole.legs]
        assert [leg[-1] for leg in rows[:-1]] == [leg[0] for leg in rows[1:]]
        assert whole.cost == sum(path.cost for path in whole.legs)
        assert len(set(whole.rows)) == len(whole.rows)
