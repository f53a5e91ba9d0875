"""Each percentile has its own limit, and a value equal to the bound is allowed."""

import gc
from contextlib import suppress

import pytest

from tests.bench.figures import Figure, Limit, at_least, at_most, no_collection, percentile, ratios

TEN = tuple(float(one) for one in range(1, 11))


@pytest.mark.parametrize(("which", "value"), [(0, 1), (50, 5.5), (90, 9.1), (100, 10)])
def test_a_percentile_is_interpolated_linearly(which: int, value: float) -> None:
    assert percentile(TEN[::-1], which) == pytest.approx(value)


def test_every_percentile_of_one_value_is_that_value() -> None:
    assert [percentile([7.0], which) for which in (1, 50, 99)] == [7, 7, 7]


def test_at_most_and_at_least_create_one_limit_per_percentile() -> None:
    assert at_most(p50=1, p99=2) == (Limit(percentile=50, bound=1), Limit(percentile=99, bound=2))
    assert at_least(p50=1) == (Limit(percentile=50, bound=1, is_floor=True),)


@pytest.mark.parametrize("limits", [at_most(p50=5.5), at_least(p50=5.5), at_most(p50=6, p90=9.2)])
def test_a_figure_exactly_at_its_bounds_is_reached(limits: tuple[Limit, ...]) -> None:
    assert Figure(name="a", unit="ms", runs=TEN, limits=limits).is_reached


@pytest.mark.parametrize("limits", [at_most(p50=5.4), at_least(p50=5.6), at_most(p50=6, p90=9)])
def test_a_figure_with_one_missed_percentile_is_not_reached(limits: tuple[Limit, ...]) -> None:
    assert Figure(name="a", unit="ms", runs=TEN, limits=limits).is_reached is False


def test_a_figure_without_limits_has_no_verdict() -> None:
    assert Figure(name="a", unit="ms", runs=TEN).is_reached is None


def test_ratios_are_computed_pairwise() -> None:
    assert ratios([10.0, 100.0], [1.0, 50.0]) == (10, 2)


def test_ratios_of_series_of_different_length_raise_value_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1.0, 2.0], [1.0])


def test_garbage_is_collected_again_after_a_failure() -> None:
    with suppress(RuntimeError), no_collection():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()
