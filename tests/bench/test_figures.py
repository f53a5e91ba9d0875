"""Each percentile has its own limit, and a value equal to the bound is allowed."""

import gc
from contextlib import suppress

import pytest

from tests.bench.figures import Figure, Limit, at_least, at_most, no_collection, percentile, ratios

TEN = tuple(float(one) for one in range(1, 11))


@pytest.mark.parametrize(("which", "value"), [(0, 1), (50, 5.5), (90, 9.1), (100, 10)])
def test_a_percentile_falls_between_two_values_in_proportion(which: int, value: float) -> None:
    assert percentile(TEN[::-1], which) == pytest.approx(value)


def test_every_percentile_of_one_value_is_that_value() -> None:
    assert [percentile([7.0], which) for which in (1, 50, 99)] == [7, 7, 7]


def test_bounds_are_named_for_their_percentile() -> None:
    assert at_most(p50=1, p99=2) == (Limit(percentile=50, bound=1), Limit(percentile=99, bound=2))
    assert at_least(p50=1) == (Limit(percentile=50, bound=1, is_floor=True),)


@pytest.mark.parametrize("limits", [at_most(p50=5.5), at_least(p50=5.5), at_most(p50=6, p90=9.2)])
def test_what_is_exactly_at_its_bound_has_reached_it(limits: tuple[Limit, ...]) -> None:
    assert Figure(name="a", unit="ms", runs=TEN, limits=limits).is_reached


@pytest.mark.parametrize("limits", [at_most(p50=5.4), at_least(p50=5.6), at_most(p50=6, p90=9)])
def test_one_missed_percentile_is_a_miss(limits: tuple[Limit, ...]) -> None:
    assert Figure(name="a", unit="ms", runs=TEN, limits=limits).is_reached is False


def test_a_figure_without_limits_is_judged_by_nobody() -> None:
    assert Figure(name="a", unit="ms", runs=TEN).is_reached is None


def test_a_ratio_is_taken_one_by_one() -> None:
    assert ratios([10.0, 100.0], [1.0, 50.0]) == (10, 2)


def test_ratios_of_different_needs_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


def test_garbage_is_collected_again_after_a_failure() -> None:
    with suppress(RuntimeError), no_collection():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()
