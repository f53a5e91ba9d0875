"""What becomes of the paths for a need between two dates: which stay, go and come, and why?

Two dates, not two revisions. The store could undo what was written, but a graph of before holds the
consents, visibilities and grants of before: a View of it would show who has withdrawn since. Rights
are always those of today, on whatever date; so only dates are told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import Need
from graph.paths.answer import Path
from graph.paths.path_breaks import DatedPath, DiffSide, PathChange, broken_paths, changed_paths
from graph.paths.relaxing import search_of
from graph.paths.rules import Policy
from graph.paths.words import Cause
from graph.vocabulary import Term


class PathFate(Term):
    """What becomes of a path."""

    KEPT = "KEPT", "Bevaret", "Kept"
    GONE = "GONE", "Væk", "Gone"
    NEW = "NEW", "Ny", "New"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPath:
    """A path over the same nodes, as each date has it, and what differs.

    Of one that is gone: where it breaks. Of a new one: where it would have broken before.
    """

    fate: PathFate
    before: Path | None
    after: Path | None
    why: tuple[PathChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDiff:
    """Paths of the first date in their order, then new ones in theirs.

    The causes: why a date has no path. They are None too where something that the need names is not
    there on the date.
    """

    need: Need
    against: Need
    revision: int
    policy: str
    paths: tuple[ComparedPath, ...]
    cause_before: Cause | None
    cause_after: Cause | None


def path_diff(before: View, after: View, need: Need, policy: Policy) -> PathDiff:
    """The answers to one need on the dates of two Views of one caller.

    Raises:
        InvalidNeed: the second date does not come after the first; or as `find`.
        NeedTooWide: as `find`.
        NotFound: something the need names is absent or hidden on both dates.
    """
    if after.on <= before.on:
        raise InvalidNeed("against", "skal ligge efter »on«", 'must come after "on"')
    old, new = (DiffSide(view, replace(need, on=view.on), policy) for view in (before, after))
    if old.search is None and new.search is None:
        search_of(before, old.need, policy)  # says what is not there
    return PathDiff(
        need=old.need,
        against=new.need,
        revision=max(before.revision, after.revision),
        policy=policy.digest,
        paths=tuple(_compared(old, new)),
        cause_before=old.cause,
        cause_after=new.cause,
    )


def _compared(old: DiffSide, new: DiffSide) -> Iterator[ComparedPath]:
    earlier, later = ({_nodes(way, one): way for way in one.ways} for one in (old, new))
    for nodes, way in earlier.items():
        kept = later.get(nodes)
        if kept is None:
            why = tuple(broken_paths(way, old, new))
            yield ComparedPath(fate=PathFate.GONE, before=way.path, after=None, why=why)
        else:
            why = tuple(changed_paths(way.path, kept.path))
            yield ComparedPath(fate=PathFate.KEPT, before=way.path, after=kept.path, why=why)
    for nodes, way in later.items():
        if nodes not in earlier:
            why = tuple(broken_paths(way, new, old))
            yield ComparedPath(fate=PathFate.NEW, before=None, after=way.path, why=why)


def _nodes(way: DatedPath, side: DiffSide) -> tuple[str, ...]:
    return tuple(side.view.id(row) for row in way.found.rows)
