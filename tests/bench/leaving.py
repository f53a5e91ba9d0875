"""Measures the impact of one post leaving, and of each post leaving in turn."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.paths.policy_file import load_policy
from graph.questions.bridges import bridges
from graph.questions.cuts import cuts
from graph.questions.impact import impact
from graph.questions.metrics import Metric, metrics
from graph.questions.reach import municipalities
from graph.snapshot.snapshot import Snapshot, build
from graph.vocabulary import Label
from seed.scale import ON, columns
from tests.bench.figures import Figure, Limit, Subject, at_most, times

SEED: Final = 1
RUNS: Final = 15
EVERY: Final = 5_000
"""The largest size at which each post is tried in turn; the goal is for this size."""


def subjects(sizes: Iterable[int]) -> Iterator[Subject]:
    """Yield one subject per size; no database is used."""
    for size in sizes:
        about = {"size": size, "seed": SEED}
        yield Subject(name=f"impact {size // 1_000}k", figures=tuple(_figures(size)), about=about)


def _figures(size: int) -> Iterator[Figure]:
    """Yield the figures."""
    snapshot, policy = build(columns(size, SEED), 1), load_policy()
    posts = _view(snapshot).rows(Label.ACTOR)
    leaving = iter([_view(snapshot).id(row) for row in posts[:: len(posts) // (2 * RUNS + 2)]])
    known = _view(snapshot)
    impact(known, next(leaving), policy)
    first = at_most(p50=300) if size <= EVERY else ()

    def one(view: Callable[[], View]) -> None:
        impact(view(), next(leaving), policy)

    yield _ms("one post, new View each time", times(partial(one, partial(_view, snapshot)), RUNS),
              first)  # fmt: skip
    yield _ms("one more post in a View", times(partial(one, lambda: known), RUNS))
    if size > EVERY:
        return
    every = times(lambda: bridges(_view(snapshot), policy), 3)
    yield Figure(name="every post", unit="s", runs=tuple(every), limits=at_most(p50=20))
    area = known.id(municipalities(known)[0])
    held = times(lambda: cuts(_view(snapshot), policy, area=area), 3)
    yield _ms("what would cut one municipality off", held)

    def measured(measure: Metric) -> None:
        metrics(_view(snapshot), measure, policy)

    for measure in Metric:
        yield _ms(f"measure {measure.lower()}", times(partial(measured, measure), 3))


def _ms(name: str, seconds: Iterable[float], limits: tuple[Limit, ...] = ()) -> Figure:
    return Figure(
        name=name, unit="ms", runs=tuple(1_000 * duration for duration in seconds), limits=limits
    )


def _view(snapshot: Snapshot) -> View:
    return View(snapshot, LOCAL_OPERATOR, ON, today=ON)
