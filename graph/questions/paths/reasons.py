"""What sets each path apart from the others: one reason each, and whom two of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from graph.questions.paths.answer import Named, Path
from graph.questions.paths.need import Need
from graph.questions.paths.words import Reason
from graph.vocabulary import Label


def reasons(need: Need, paths: Sequence[Path]) -> tuple[Path, ...]:
    """The paths with their reason: the first that is true and unused, else the first true.

    Path 1 falls back on LIKELIEST, the others on none. Source: paths.md §4.3.
    """
    used: set[Reason] = set()
    done: list[Path] = []
    for path in paths:
        true = [reason for reason, holds in _TESTS.items() if holds(need, path, paths)]
        fallback = [Reason.LIKELIEST] if path.number == 1 else []
        unused = [reason for reason in true if reason not in used]
        reason = next(iter(unused or true or fallback), None)
        used |= {reason} if reason else set()
        done.append(replace(path, reason=reason, shared_people=_shared(path, paths[0])))
    return tuple(done)


def _shared(path: Path, best: Path) -> tuple[Named, ...]:
    """Whom a path meets on the way as path 1 does; the ends are given, so they do not count."""
    if path.number == best.number:
        return ()
    others = _met(best)
    return tuple(person for node_id, person in sorted(_met(path).items()) if node_id in others)


def _met(path: Path) -> dict[str, Named]:
    """Who answers at the interior stops, and whose acquaintance the hops are."""
    answering = [stop.resolution.who for stop in path.stops[1:-1] if stop.resolution]
    carriers = [carrier for hop in path.hops for carrier in hop.facts.carriers]
    return {one.id: one for one in (*answering, *carriers) if one is not None}


def _networks(path: Path) -> frozenset[str]:
    return frozenset(stop.node.id for stop in path.stops if stop.label is Label.NETWORK)


def _is_shortest(_need: Need, path: Path, paths: Sequence[Path]) -> bool:
    return len(path.hops) == min(len(other.hops) for other in paths)


def _is_freshest(_need: Need, path: Path, paths: Sequence[Path]) -> bool:
    known = [other.oldest_days for other in paths if other.oldest_days is not None]
    return path.oldest_days is not None and path.oldest_days == min(known)


def _answers_now(_need: Need, path: Path, paths: Sequence[Path]) -> bool:
    """It sets a path apart from path 1 only where that one does not (paths.md §4.5, A)."""
    is_best = path.number == paths[0].number
    return _is_answered(path) and (is_best or not _is_answered(paths[0]))


def _is_answered(path: Path) -> bool:
    posts = [stop.resolution for stop in path.stops[1:] if stop.label is Label.ACTOR]
    return all(resolution is not None and resolution.is_at_once for resolution in posts)


def _is_other_network(_need: Need, path: Path, paths: Sequence[Path]) -> bool:
    own = _networks(path)
    return bool(own) and path.number != paths[0].number and own.isdisjoint(_networks(paths[0]))


def _is_other_people(_need: Need, path: Path, paths: Sequence[Path]) -> bool:
    own = _met(path)
    return bool(own) and path.number != paths[0].number and not _shared(path, paths[0])


def _avoids(need: Need, _path: Path, _paths: Sequence[Path]) -> bool:
    return bool(need.avoid)


_TESTS: Final[Mapping[Reason, Callable[[Need, Path, Sequence[Path]], bool]]] = {
    Reason.SHORTEST: _is_shortest,
    Reason.FRESHEST: _is_freshest,
    Reason.ANSWERS_NOW: _answers_now,
    Reason.OTHER_NETWORK: _is_other_network,
    Reason.OTHER_PEOPLE: _is_other_people,
    Reason.AVOIDS: _avoids,
}
