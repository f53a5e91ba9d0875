"""Which paths to the standard contacts of the municipalities differ between two Views.

The second View is of a planned register, such as the one that an import would leave, with the same
caller and date. The places are those of `reference_paths`: in each municipality SSP, PSP, KSP, the
info house and the social intake, from the national level and from the police district.

The comparison shows no more than the first View: a node hidden there has no name here, unless the
plan itself creates the node.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from graph.access.view import View
from graph.deadline import check_deadline, deadline
from graph.errors import TooExpensive
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import AnswerRole
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref, resolve
from graph.progress import Progress, Stage, report, with_progress
from graph.questions.reference_needs import Reference
from graph.questions.reference_paths import LocalWays, local_ways
from graph.vocabulary import Label, Term, Tier


class PathEffect(Term):
    """The change of a path, in order of importance."""

    LOST = "LOST", "Ingen vej mere", "No path any more"
    NEW = "NEW", "Ny vej", "New path"
    CONTACT = "CONTACT", "En anden kontakt", "Another contact"
    ANSWERING = "ANSWERING", "En anden svarer", "Somebody else answers"
    STOPS = "STOPS", "Andre led på vejen", "Other steps on the way"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStop:
    """A node of a path, and who answers there; None: nobody, or, with `is_hidden`, a hidden name.

    For a post, `rung` is the role of the person or unit that answers.
    """

    node: NodeRef
    rung: AnswerRole | None
    who: NodeRef | None
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPath:
    """A path before and after, from the asking post to the contact; empty: there is none.

    `tiers` are those of the posts where paths begin that change in the same way; the path shown is
    that of the first.
    """

    area: NodeRef
    reference: Reference
    tiers: tuple[Tier, ...]
    what: PathEffect
    before: tuple[PathStop, ...]
    after: tuple[PathStop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChanges:
    """The changed paths; `is_cut`: the time limit was reached after `compared` places.

    `count` is the number of changed paths among those compared; `changed` has the first of them.
    """

    compared: int
    is_cut: bool
    count: int
    changed: tuple[ChangedPath, ...]


_Key = tuple[str, Reference, Tier | None, str | None]
"""A place: its area, its reference, and the tier and police district where paths begin."""


@dataclass(frozen=True)
class ComparedView:
    """The paths of one View; `known_view` and `created` determine which names may be shown."""

    view: View
    policy: Policy
    known_view: View
    created: Collection[str] = frozenset()

    def places(self) -> tuple[LocalWays, Mapping[_Key, int]]:
        """The searches of the View, and the position of each place."""
        ways = local_ways(self.view, self.policy)
        positions: dict[_Key, int] = {}
        for position, place in enumerate(ways.places):
            district = place.start.district
            key = (
                self.view.id(place.need.area),
                place.need.reference,
                place.start.tier,
                None if district is None else self.view.id(district),
            )
            positions[key] = position
        return ways, positions

    def stops(self, ways: LocalWays, position: int | None) -> tuple[PathStop, ...]:
        """The stops of the best path of a place; none if there is no path."""
        contact = None if position is None else ways.contact(position)
        return () if contact is None else tuple(map(self.stop, contact.way.rows))

    def stop(self, row: int) -> PathStop:
        """Return a node, and for a post who answers there."""
        node = node_ref(self.view, row)
        if self.view.label(row) is not Label.ACTOR:
            return PathStop(node=self.visible_name(node), rung=None, who=None, is_hidden=False)
        answer = resolve(self.view, row, self.policy)
        who = answer.who
        is_told = who is not None and self._may_tell(who)
        return PathStop(
            node=self.visible_name(node),
            rung=answer.rung,
            who=who if is_told else None,
            is_hidden=answer.is_hidden or (who is not None and not is_told),
        )

    def _may_tell(self, node: NodeRef) -> bool:
        return node.id in self.created or self.known_view.find(node.id) is not None

    def visible_name(self, node: NodeRef) -> NodeRef:
        """Return a node with its name, if it may be told."""
        return node if self._may_tell(node) else NodeRef(id=node.id, name=None)


MOST_CHANGED: Final = 100


def path_changes(
    before: View,
    after: View,
    policy: Policy,
    *,
    created: Collection[str] = frozenset(),
    first: Collection[str] = frozenset(),
    limit_s: float,
    most: int = MOST_CHANGED,
) -> PathChanges:
    """Compare the paths of all places in two Views, those of the areas `first` first.

    `created` are the ids of the nodes that only the second View has. After `limit_s` seconds the
    rest is left out. The first `most` changed paths are returned, those that matter most first.
    """
    sides = (
        ComparedView(before, policy, before),
        ComparedView(after, policy, before, created),
    )
    report(Progress(Stage.PATHS))
    changed: dict[Hashable, ChangedPath] = {}
    compared, is_cut = 0, False
    try:
        with deadline(limit_s):
            (ways_before, had), (ways_after, has) = (side.places() for side in sides)
            keys = sorted({*had, *has}, key=lambda key: (
                key[0] not in first, key[0], key[1].code,
                -1 if key[2] is None else key[2].code, key[3] or "",
            ))  # fmt: skip
            for key in with_progress(Stage.PATHS, keys):
                check_deadline()
                was = sides[0].stops(ways_before, had.get(key))
                now = sides[1].stops(ways_after, has.get(key))
                compared += 1
                what = _effect(was, now)
                if what is None:
                    continue
                side = sides[1] if key in has else sides[0]
                area = node_ref(side.view, side.view.row(key[0]))
                change = ChangedPath(
                    area=area, reference=key[1], tiers=(), what=what, before=was, after=now
                )
                same = key[0], key[1], what, *_differing_ends(was, now)
                change = changed.setdefault(same, change)
                if key[2] is not None and key[2] not in change.tiers:
                    changed[same] = replace(change, tiers=(*change.tiers, key[2]))
    except TooExpensive:
        is_cut = True
    ordered = sorted(changed.values(), key=lambda path: path.what.code)
    return PathChanges(
        compared=compared, is_cut=is_cut, count=len(ordered), changed=tuple(ordered[:most])
    )


def _differing_ends(
    was: tuple[PathStop, ...], now: tuple[PathStop, ...]
) -> tuple[tuple[PathStop, ...], tuple[PathStop, ...]]:
    """Return the last stops of two paths, or, if these are equal, all from the first other one."""
    if was[-1:] != now[-1:]:
        return was[-1:], now[-1:]
    pairs = zip(was, now, strict=False)
    same = sum(1 for _ in takewhile(lambda stops: stops[0] == stops[1], pairs))
    return was[same:], now[same:]


def _effect(was: tuple[PathStop, ...], now: tuple[PathStop, ...]) -> PathEffect | None:
    """Return the change of a path; None: it is unchanged."""
    if was == now:
        return None
    if not now:
        return PathEffect.LOST
    if not was:
        return PathEffect.NEW
    if was[-1].node.id != now[-1].node.id:
        return PathEffect.CONTACT
    if answerer_key(was[-1]) != answerer_key(now[-1]):
        return PathEffect.ANSWERING
    if [stop.node.id for stop in was] != [stop.node.id for stop in now]:
        return PathEffect.STOPS
    # The paths may differ in names only.
    is_same = list(map(answerer_key, was)) == list(map(answerer_key, now))
    return None if is_same else PathEffect.ANSWERING


def answerer_key(stop: PathStop) -> tuple[AnswerRole | None, str | None, bool]:
    """Return what distinguishes who answers at two stops."""
    return stop.rung, stop.who and stop.who.id, stop.is_hidden
