"""Who must be at the table, on the wire."""

from datetime import date

from api.schemas.base import Wire
from api.schemas.paths import Named
from api.schemas.words import PostKind, Sector

Requirement = Sector | PostKind | str
"""What somebody must stand for: a sector, a kind of post, an authority by id."""


class Seat(Wire):
    """Somebody at the table, and the posts for which; without `person` the name is not for you."""

    person: Named | None
    posts: tuple[Named, ...]


class Covered(Wire):
    """A requirement and who at the table covers it.

    `rung`: 0 its posts answer for the area itself, 1 for what it lies in, 2 for the country.
    `by_hidden`: the posts at which somebody covers it whose name is not for you.
    """

    requirement: Requirement
    authority: Named | None
    rung: int
    has_post: bool
    by: tuple[Named, ...]
    by_hidden: tuple[Named, ...]


class SmallestTable(Wire):
    """The fewest people who cover what can be covered; requirements in the order asked.

    `is_exact`: no table is smaller. Else it has at most `bound` times the people of the smallest,
    which has `at_least` so many. Somebody whose name is not for you counts once for each of their
    posts. `uncovered`: what nobody covers.
    """

    area: Named
    on: date
    revision: int
    with_deputies: bool
    seats: tuple[Seat, ...]
    covered: tuple[Covered, ...]
    is_exact: bool
    bound: float
    at_least: int
    uncovered: tuple[Requirement, ...]
