"""A step in a browser has limits in seconds and as a ratio, without the field's deliberate wait."""

import pytest

from tests.bench.explorer_times import Promise, PromiseTimes

KEY = Promise(name="key", most_s=0.3, most_bare=2, over_s=0.12)


def test_a_ratio_is_computed_per_round_without_the_deliberate_wait() -> None:
    times = PromiseTimes()
    times.add(KEY, 0.32, 0.1)
    times.add(KEY, 0.10, 0.1)
    bare, seconds, ratio = times.figures("bare")
    assert bare.runs == (0.1, 0.1)
    assert (seconds.name, seconds.runs) == ("key", (0.32, 0.10))
    assert ratio.name == "(key − 0.12 s) / bare"
    assert ratio.runs == pytest.approx((2, 0))
    assert ratio.is_reached
    assert not seconds.is_reached, "0.309 s at p95"


def test_a_ratio_above_its_limit_is_not_reached() -> None:
    times = PromiseTimes()
    times.add(KEY, 0.33, 0.1)
    *_, ratio = times.figures("bare")
    assert ratio.runs == pytest.approx((2.1,))
    assert ratio.is_reached is False
