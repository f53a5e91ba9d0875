"""The structure at 5,000, 50,000 and 500,000 nodes, generated for benchmarks.

`size` counts posts and networks; people are additional.
"""

from collections.abc import Mapping
from typing import Final

from graph.snapshot.field_types import RawColumns, class_of, raw_columns
from graph.vocabulary import Label, LinkType
from seed.scale.bodies import body_columns, draw_bodies
from seed.scale.draws import ON, Columns
from seed.scale.needs import SHUT_PERCENT, DrawnNeed, draw_needs
from seed.scale.people import draw_people, people_columns
from seed.scale.ties import tie_columns
from seed.scale.units import draw_units, unit_columns

__all__ = ["ON", "SHUT_PERCENT", "SIZES", "DrawnNeed", "columns", "needs"]

SIZES: Final = (5_000, 50_000, 500_000)


def columns(size: int, seed: int) -> Mapping[Label | LinkType, RawColumns]:
    """Raw columns for `graph.snapshot.snapshot.build`: the same for the same size and seed.

    Fields hold values as the database returns them, and no dataclass is built. Sizes below 5,000
    result in larger graphs, since no unit is smaller than 10 nodes, no community smaller than 6.
    O(size).
    """
    bodies = draw_bodies(draw_units(size, seed), seed)
    people = draw_people(bodies, seed)
    tables: Columns = {
        **unit_columns(bodies.units),
        **body_columns(bodies, seed),
        **people_columns(bodies, people, seed),
        **tie_columns(bodies, people, seed),
    }
    return {
        what: tables.get(what) or raw_columns(class_of(what), ()) for what in (*Label, *LinkType)
    }


def needs(size: int, seed: int, count: int) -> tuple[DrawnNeed, ...]:
    """A mix of needs for `columns(size, seed)`; the first n are the same for each count."""
    return draw_needs(draw_bodies(draw_units(size, seed), seed), seed, count)
