"""What must be reached in every municipality: whoever meets there in SSP, PSP, KSP and info house.

Each is a need from the national level, with no matter and nobody named. A target fits as well as
any other, so that what gets worse is the way and not the choice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.columns import Rows
from graph.questions.paths.criteria import posts
from graph.questions.paths.ends import LAST_RUNG, starts_of
from graph.questions.paths.need import Need
from graph.questions.paths.places import among
from graph.questions.paths.talents import meets_in
from graph.questions.reach import municipalities
from graph.view import View
from graph.vocabulary import NetworkKind, Word


class Cooperation(Word):
    """A cooperation that every municipality takes part in, and the networks that are it."""

    kinds: frozenset[NetworkKind]

    def __init__(self, _id: str, _da: str, _en: str, *kinds: NetworkKind) -> None:
        self.kinds = frozenset(kinds)

    SSP = "SSP", "SSP", "SSP", NetworkKind.SSP
    PSP = "PSP", "PSP", "PSP", NetworkKind.PSP_STEERING, NetworkKind.PSP_OPERATIONAL
    KSP = "KSP", "KSP", "KSP", NetworkKind.KSP
    INFOHOUSE = (
        "INFOHOUSE", "Infohus", "Info house",
        NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY,
    )  # fmt: skip


_ANYTHING: Final = Cooperation.INFOHOUSE.kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalNeed:
    """A municipality, a cooperation, and the posts that meet in it: nearest rung first, by row.

    `rungs`: 0 they answer for the municipality itself, 1 for what it lies in, 2 for the country.
    """

    area: int
    cooperation: Cooperation
    rungs: tuple[tuple[int, Rows], ...]

    @property
    def targets(self) -> Rows:
        """Those of the nearest rung."""
        return self.rungs[0][1]


def local_needs(view: View) -> tuple[LocalNeed, ...]:
    """Of all municipalities, by id, then cooperation; none where nobody at all meets in it."""
    return view.memo("local needs", lambda: tuple(_needs(view)))


def _needs(view: View) -> Iterator[LocalNeed]:
    meeting = {one: meets_in(view, one.kinds) & posts(view) for one in Cooperation}
    for area in municipalities(view):
        for cooperation, meets in meeting.items():
            rungs = [(rung, among(view, area, meets, rung)) for rung in range(LAST_RUNG + 1)]
            found = tuple((rung, rows) for rung, rows in rungs if len(rows))
            if found:
                yield LocalNeed(area=area, cooperation=cooperation, rungs=found)


def top_posts(view: View, start: str | None = None) -> tuple[int, ...]:
    """The posts a need starts from: what is named, else those of the highest tier in the View.

    Raises:
        NotFound: the start is absent or hidden.
    """
    if start is not None:
        return tuple(starts_of(view, Need(on=view.on, start=start, network=_ANYTHING)))
    heights = view.nodes.height[posts(view)]
    if not len(heights):
        return ()
    highest = posts(view) & (view.nodes.height == heights.min())
    rows: list[int] = np.flatnonzero(highest).tolist()
    return tuple(rows)
