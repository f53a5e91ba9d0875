"""What sets each path apart from the others: one reason each, and whom two of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from graph.paths.answer import NodeRef, Path
from graph.paths.kernel.ask import SearchPath
from graph.paths.need import Need
from graph.paths.words import Reason
from graph.vocabulary import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedPath:
    """A path that is told, before it stands in a list: what it is compared by.

    `met`: who answers at the interior stops, and whose acquaintance the hops are. `listed` keeps
    the path as it stood in lists.
    """

    found: SearchPath
    path: Path
    met: Mapping[str, NodeRef]
    networks: frozenset[str]
    is_answered: bool
    listed: dict[Any, Path] = field(default_factory=dict[Any, Path])

    def listed_as(self, number: int, reason: Reason | None, shared: tuple[NodeRef, ...]) -> Path:
        """The path in its place in a list."""
        key = number, reason, *map(id, shared)
        path = self.listed.get(key)
        if path is None:
            path = replace(self.path, number=number, reason=reason, shared_people=shared)
            self.listed[key] = path
        return path


def described_path(found: SearchPath, path: Path) -> DescribedPath:
    """A path with what it is compared by."""
    answering = [stop.resolution.who for stop in path.stops[1:-1] if stop.resolution]
    carriers = [carrier for hop in path.hops for carrier in hop.facts.carriers]
    posts = [stop.resolution for stop in path.stops[1:] if stop.label is Label.ACTOR]
    return DescribedPath(
        found=found,
        path=path,
        met={one.id: one for one in (*answering, *carriers) if one is not None},
        networks=frozenset(stop.node.id for stop in path.stops if stop.label is Label.NETWORK),
        is_answered=all(one is not None and one.is_at_once for one in posts),
    )


def reasons(need: Need, told: Sequence[DescribedPath], first: int = 1) -> tuple[Path, ...]:
    """The paths, numbered from `first`, each with the first reason that is true and unused.

    Where all true ones are used, the first true one; else the first path falls back on LIKELIEST
    and the others on none. Source: paths.md §4.3.
    """
    if not told:
        return ()
    listed = _Listed(need, told)
    used: set[Reason] = set()
    found: list[Path] = []
    for number, one in enumerate(told, first):
        true = [reason for reason, holds in _TESTS.items() if holds(listed, one)]
        fallback = Reason.LIKELIEST if one is told[0] else None
        default = true[0] if true else fallback
        reason = next((reason for reason in true if reason not in used), default)
        if reason is not None:
            used.add(reason)
        found.append(one.listed_as(number, reason, listed.shared(one)))
    return tuple(found)


class _Listed:
    """What all paths of a list are measured against."""

    def __init__(self, need: Need, told: Sequence[DescribedPath]) -> None:
        self.best = told[0]
        self.fewest_hops = min(len(one.path.hops) for one in told)
        known = [one.path.oldest_days for one in told if one.path.oldest_days is not None]
        self.youngest = min(known, default=None)
        self.avoids = bool(need.avoid)

    def shared(self, one: DescribedPath) -> tuple[NodeRef, ...]:
        """Whom a path meets on the way as path 1 does; the ends are given: they do not count."""
        if one is self.best:
            return ()
        both = one.met.keys() & self.best.met.keys()
        return tuple(one.met[node_id] for node_id in sorted(both)) if both else ()


def _is_shortest(listed: _Listed, one: DescribedPath) -> bool:
    return len(one.path.hops) == listed.fewest_hops


def _is_freshest(listed: _Listed, one: DescribedPath) -> bool:
    return one.path.oldest_days is not None and one.path.oldest_days == listed.youngest


def _answers_now(listed: _Listed, one: DescribedPath) -> bool:
    """It sets a path apart from path 1 only where that one does not (paths.md §4.5, A)."""
    return one.is_answered and (one is listed.best or not listed.best.is_answered)


def _is_other_network(listed: _Listed, one: DescribedPath) -> bool:
    is_other = one is not listed.best and bool(one.networks)
    return is_other and one.networks.isdisjoint(listed.best.networks)


def _is_other_people(listed: _Listed, one: DescribedPath) -> bool:
    is_other = one is not listed.best and bool(one.met)
    return is_other and one.met.keys().isdisjoint(listed.best.met)


def _avoids(listed: _Listed, _one: DescribedPath) -> bool:
    return listed.avoids


_TESTS: Final[Mapping[Reason, Callable[[_Listed, DescribedPath], bool]]] = {
    Reason.SHORTEST: _is_shortest,
    Reason.FRESHEST: _is_freshest,
    Reason.ANSWERS_NOW: _answers_now,
    Reason.OTHER_NETWORK: _is_other_network,
    Reason.OTHER_PEOPLE: _is_other_people,
    Reason.AVOIDS: _avoids,
}
