"""The smallest set of people who together cover what is required at a meeting in an area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Final, NamedTuple

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.ends import LAST_RUNG
from graph.paths.places import at_fallback_level
from graph.paths.resolve import named
from graph.snapshot.structure import posts_of
from graph.vocabulary import Label, LinkType, PostKind, Sector

Requirement = str | Sector | PostKind
"""What a participant must represent: an authority by id, a sector, or a kind of post."""

MAX_REQUIREMENTS: Final = 64
_EXACT: Final = 16  # requirements; at worst 2^16 sets of uncovered bits, each visited once


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantSeat:
    """A participant, and the posts they attend for; by id.

    `person` is None where the name is hidden from the caller: then there is one post.
    """

    person: NodeRef | None
    posts: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A requirement and the participants who cover it, by id.

    `authority` is set where the requirement is one. `rung`: 0 its posts answer for the area itself,
    1 for the area it lies in, 2 for the country. `has_post`: a post exists, even if it has no
    holder. `by_hidden`: the posts at which a participant covers it whose name is hidden from the
    caller.
    """

    requirement: Requirement
    authority: NodeRef | None
    rung: int
    has_post: bool
    by: tuple[NodeRef, ...]
    by_hidden: tuple[NodeRef, ...]

    @property
    def is_covered(self) -> bool:
        """Whether any participant covers it."""
        return bool(self.by or self.by_hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingParticipants:
    """The fewest people who cover what can be covered; requirements in the order asked.

    `is_exact`: no smaller set exists, and among sets of this size the ids of this one come first,
    hidden people last. Otherwise it has at most `bound` times the people of the smallest set, which
    has at least `at_least`. A hidden person who holds two posts counts as two, so that the answer
    does not reveal that they are one.
    """

    area: NodeRef
    on: date
    revision: int
    with_deputies: bool
    seats: tuple[ParticipantSeat, ...]
    covered: tuple[Covered, ...]
    is_exact: bool
    bound: float
    at_least: int

    @property
    def uncovered(self) -> tuple[Requirement, ...]:
        """The requirements that no participant covers."""
        return tuple(one.requirement for one in self.covered if not one.is_covered)


def smallest_table(
    view: View, area: str, required: Sequence[Requirement], *, with_deputies: bool = False
) -> MeetingParticipants:
    """The fewest people present on the date who hold posts for every requirement in an area.

    A requirement's posts are those that answer for the area on the first rung that has any; an
    authority's include those of its parts. `with_deputies`: a deputy of a post covers it as well.
    Exact for up to 16 requirements that somebody covers, else greedy.

    Raises:
        InvalidNeed: no requirement or too many, or the area is none.
        NotFound: the area or an authority is absent or hidden.
    """
    place = view.current(area)
    if view.label(place) is not Label.AREA:
        raise InvalidNeed("area", "skal være et sted", "must be an area")
    if not 1 <= len(required) <= MAX_REQUIREMENTS:
        raise InvalidNeed(
            "required", f"fra 1 til {MAX_REQUIREMENTS} krav", f"from 1 to {MAX_REQUIREMENTS}"
        )
    asked = [_asked(view, place, one) for one in dict.fromkeys(required)]
    ties = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR) if with_deputies else (LinkType.HOLDS,)
    sitters = _sitters(view, asked, ties)
    cover = fewest_covering(list(sitters.values()))
    chosen = [list(sitters)[place] for place in cover.chosen]
    return MeetingParticipants(
        area=named(view, place),
        on=view.on,
        revision=view.revision,
        with_deputies=with_deputies,
        seats=tuple(_seat(view, one, asked, ties) for one in chosen),
        covered=tuple(
            _covered(view, one, [sitter for sitter in chosen if sitters[sitter] >> bit & 1])
            for bit, one in enumerate(asked)
        ),
        is_exact=cover.is_exact,
        bound=cover.bound,
        at_least=cover.at_least,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A requirement, the row of its authority, and the posts that satisfy it in the area."""

    requirement: Requirement
    authority: int | None
    posts: tuple[int, ...]
    rung: int


def _asked(view: View, area: int, requirement: Requirement) -> _Asked:
    authority = None
    if isinstance(requirement, Sector | PostKind):
        field = "sector" if isinstance(requirement, Sector) else "kind"
        posts = [row for row in view.rows(Label.ACTOR) if view.value(row, field) is requirement]
    else:
        authority = view.current(requirement)
        if view.label(authority) is not Label.AUTHORITY:
            raise InvalidNeed("required", "skal være en myndighed", "must be an authority")
        posts = posts_of(view, authority)
    for rung in range(LAST_RUNG + 1):
        if found := at_fallback_level(view, area, posts, rung):
            return _Asked(requirement, authority, tuple(found), rung)
    return _Asked(requirement, authority, (), 0)


class _Sitter(NamedTuple):
    """A visible person, or a hidden one identified by post; hidden ones sort last."""

    is_hidden: bool
    row: int


def _sitters(view: View, asked: Sequence[_Asked], ties: tuple[LinkType, ...]) -> dict[_Sitter, int]:
    """The people present who cover something, with a bit for each requirement covered."""
    found: dict[_Sitter, int] = {}
    for bit, one in enumerate(asked):
        for post in one.posts:
            for seat in view.seats(post):
                is_there = seat.is_in_force(view.day) and not seat.is_away(view.day)
                if (
                    seat.link_type in ties
                    and is_there
                    and not (seat.source is not None and view.label(seat.source) is Label.ACTOR)
                ):
                    sitter = _Sitter(
                        seat.source is None, post if seat.source is None else seat.source
                    )
                    found[sitter] = found.get(sitter, 0) | 1 << bit
    return dict(sorted(found.items()))


def _seat(
    view: View, sitter: _Sitter, asked: Sequence[_Asked], ties: tuple[LinkType, ...]
) -> ParticipantSeat:
    if sitter.is_hidden:
        return ParticipantSeat(person=None, posts=(named(view, sitter.row),))
    standing_for = {post for one in asked for post in one.posts}
    posts = [post for post in view.targets(sitter.row, *ties) if post in standing_for]
    return ParticipantSeat(
        person=named(view, sitter.row), posts=tuple(named(view, post) for post in posts)
    )


def _covered(view: View, one: _Asked, sitters: Sequence[_Sitter]) -> Covered:
    return Covered(
        requirement=one.requirement,
        authority=None if one.authority is None else named(view, one.authority),
        rung=one.rung,
        has_post=bool(one.posts),
        by=tuple(named(view, sitter.row) for sitter in sitters if not sitter.is_hidden),
        by_hidden=tuple(named(view, sitter.row) for sitter in sitters if sitter.is_hidden),
    )


# ---- set cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Positions of the chosen masks, ascending, and the bounds on the smallest number."""

    chosen: tuple[int, ...]
    is_exact: bool
    bound: float
    at_least: int


def fewest_covering(masks: Sequence[int]) -> Cover:
    """The fewest masks with every bit that any mask has; of ties the first positions.

    Exact by branch and bound for up to 16 bits. Else greedy: at most H(d) = 1 + 1/2 + ... + 1/d
    times as many as the fewest, d the bits of the widest mask.

    Source: V. Chvátal, A greedy heuristic for the set-covering problem, 1979.
    """
    wanted = union(masks)
    if wanted.bit_count() <= _EXACT:
        chosen = _exact(masks, wanted)
        return Cover(chosen=chosen, is_exact=True, bound=1.0, at_least=len(chosen))
    chosen = _greedy(masks, wanted)
    widest = max(mask.bit_count() for mask in masks)
    bound = sum((Fraction(1, part) for part in range(1, widest + 1)), Fraction())
    at_least = max(ceil(len(chosen) / bound), ceil(Fraction(wanted.bit_count(), widest)))
    return Cover(chosen=chosen, is_exact=False, bound=float(bound), at_least=at_least)


def union(masks: Iterable[int]) -> int:
    """Every bit that any of the masks has."""
    every = 0
    for mask in masks:
        every |= mask
    return every


def _greedy(masks: Sequence[int], wanted: int) -> tuple[int, ...]:
    """Repeatedly the mask with most of the uncovered bits, of equals the first."""
    chosen: list[int] = []
    while wanted:
        place = max(range(len(masks)), key=lambda at: ((masks[at] & wanted).bit_count(), -at))
        chosen.append(place)
        wanted &= ~masks[place]
    return tuple(sorted(chosen))


def _exact(masks: Sequence[int], wanted: int) -> tuple[int, ...]:
    """The first positions, in order, of a cover of the smallest size."""
    worth = [place for place in range(len(masks)) if not _is_spare(masks, place)]
    tree = _Tree([masks[place] for place in worth])
    size = next(size for size in range(len(worth) + 1) if tree.fits(wanted, size, 0))
    chosen: list[int] = []
    place = 0
    while wanted:
        left = wanted & ~masks[worth[place]]
        if left != wanted and tree.fits(left, size - len(chosen) - 1, place + 1):
            chosen.append(worth[place])
            wanted = left
        place += 1
    return tuple(chosen)


def _is_spare(masks: Sequence[int], place: int) -> bool:
    """Whether an earlier mask has all its bits; then a cover with that one comes first."""
    return any(masks[place] & ~before == 0 for before in (0, *masks[:place]))


class _Tree:
    """Branch and bound on the rarest uncovered bit: one of the few masks with it is chosen."""

    def __init__(self, masks: Sequence[int]) -> None:
        self._masks = masks
        self._known: dict[tuple[int, int, int], bool] = {}

    def fits(self, left: int, size: int, first: int) -> bool:
        """Whether at most `size` of the masks from `first` on cover what is left."""
        if not left or not size:
            return not left
        key = left, size, first
        if key not in self._known:
            self._known[key] = self._branch(left, size, first)
        return self._known[key]

    def _branch(self, left: int, size: int, first: int) -> bool:
        masks = [mask & left for mask in self._masks[first:] if mask & left]
        widest = max((mask.bit_count() for mask in masks), default=0)
        if left.bit_count() > size * widest:
            return False
        bits = [1 << at for at in range(left.bit_length()) if left >> at & 1]
        rarest = min(bits, key=lambda bit: sum(bool(mask & bit) for mask in masks))
        return any(self.fits(left & ~mask, size - 1, first) for mask in set(masks) if mask & rarest)
