"""Why no path goes through somebody, and whom the rules kept out, on the wire."""

from api.schemas.base import Wire
from api.schemas.paths import Named
from api.schemas.words import Obstacle, Relaxed


class WhyNotWords(Wire):
    """The same in a sentence."""

    text: str


class WhyNot(Wire):
    """Why no path that is shown goes through a node; the name is not known of a hidden one.

    `path`: the number of the path it is on (GIVEN) or too like (OVERLAP). `cost` and `hops`: of the
    best way through it. `best`: what path 1 costs. `term`: what was given up to find that way.
    `proved`: no search for it was cut off.
    """

    node: Named
    obstacle: Obstacle
    path: int | None
    cost: int | None
    hops: int | None
    best: int | None
    most_hops: int | None
    term: Relaxed | None
    proved: bool
    words: WhyNotWords


class Excluded(Wire):
    """A node kept out by a rule on crossing; `cost` of the path through it."""

    node: Named
    obstacle: Obstacle
    cost: int
    words: WhyNotWords


class WhyNotAnswer(Wire):
    """Why not through the node asked about; and all whom the rules on crossing kept out."""

    why_not: WhyNot
    excluded: tuple[Excluded, ...]
