"""The smallest set of people who together cover what is required at a meeting in an area."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from math import ceil
from typing import Final, NamedTuple

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.ends import LAST_FALLBACK_LEVEL
from graph.paths.need import area_row
from graph.paths.places import at_fallback_level
from graph.paths.resolve import node_ref
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
class CoveredRequirement:
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
    covered: tuple[CoveredRequirement, ...]
    is_exact: bool
    bound: float
    at_least: int

    @property
    def uncovered(self) -> tuple[Requirement, ...]:
        """The requirements that no participant covers."""
        return tuple(row.requirement for row in self.covered if not row.is_covered)


def meeting_participants(
    view: View, area: str, required: Sequence[Requirement], *, with_deputies: bool = False
) -> MeetingParticipants:
    """The fewest people present on the date who hold posts for every requirement in an area.

    A requirement's posts are those that answer for the area on the first fallback level that has
    any; an authority's include those of its parts. `with_deputies`: a deputy of a post covers it as
    well. Exact for up to 16 requirements that somebody covers, else greedy.

    Raises:
        InvalidNeed: no requirement or too many, or `area` is not an area.
        NotFound: the area or an authority is absent or hidden.
    """
    place = area_row(view, "area", area)
    if not 1 <= len(required) <= MAX_REQUIREMENTS:
        raise InvalidNeed(
            "required", f"fra 1 til {MAX_REQUIREMENTS} krav", f"from 1 to {MAX_REQUIREMENTS}"
        )
    requirements = [_requirement(view, place, term) for term in dict.fromkeys(required)]
    types = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR) if with_deputies else (LinkType.HOLDS,)
    # The people present, with a bit for each requirement they cover: a visible person by row, a
    # hidden one, who comes last, by post.
    bits: dict[tuple[bool, int], int] = {}
    for bit, requirement in enumerate(requirements):
        for post in requirement.posts:
            for seat in view.seats(post):
                row = seat.source
                is_person = row is None or view.label(row) is not Label.ACTOR
                is_present = seat.is_in_force(view.day) and not seat.is_away(view.day)
                if seat.link_type in types and is_present and is_person:
                    sitter = row is None, post if row is None else row
                    bits[sitter] = bits.get(sitter, 0) | 1 << bit
    sitters = sorted(bits)
    cover = fewest_covering([bits[sitter] for sitter in sitters])
    chosen_sitters = [sitters[position] for position in cover.positions]
    every = {post for requirement in requirements for post in requirement.posts}
    seats = [
        ParticipantSeat(person=None, posts=(node_ref(view, row),))
        if is_hidden
        else ParticipantSeat(
            person=node_ref(view, row),
            posts=tuple(
                node_ref(view, post) for post in view.targets(row, *types) if post in every
            ),
        )
        for is_hidden, row in chosen_sitters
    ]
    covered: list[CoveredRequirement] = []
    for bit, requirement in enumerate(requirements):
        by = [sitter for sitter in chosen_sitters if bits[sitter] >> bit & 1]
        authority = requirement.authority
        covered.append(
            CoveredRequirement(
                requirement=requirement.term,
                authority=None if authority is None else node_ref(view, authority),
                rung=requirement.fallback_level,
                has_post=bool(requirement.posts),
                by=tuple(node_ref(view, row) for is_hidden, row in by if not is_hidden),
                by_hidden=tuple(node_ref(view, row) for is_hidden, row in by if is_hidden),
            )
        )
    return MeetingParticipants(
        area=node_ref(view, place),
        on=view.on,
        revision=view.revision,
        with_deputies=with_deputies,
        seats=tuple(seats),
        covered=tuple(covered),
        is_exact=cover.is_exact,
        bound=cover.bound,
        at_least=cover.at_least,
    )


class _LocalRequirement(NamedTuple):
    """A requirement, the row of its authority, and the posts that satisfy it in the area."""

    term: Requirement
    authority: int | None
    posts: Sequence[int]
    fallback_level: int


def _requirement(view: View, area: int, term: Requirement) -> _LocalRequirement:
    authority = None
    if isinstance(term, Sector | PostKind):
        field = "sector" if isinstance(term, Sector) else "kind"
        posts = [row for row in view.rows(Label.ACTOR) if view.value(row, field) is term]
    else:
        authority = view.current(term)
        if view.label(authority) is not Label.AUTHORITY:
            raise InvalidNeed("required", "skal være en myndighed", "must be an authority")
        posts = posts_of(view, authority)
    for fallback_level in range(LAST_FALLBACK_LEVEL + 1):
        if near := at_fallback_level(view, area, posts, fallback_level):
            return _LocalRequirement(term, authority, near, fallback_level)
    return _LocalRequirement(term, authority, (), 0)


# ---- set cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Positions of the chosen masks, ascending, and the bounds on the smallest number."""

    positions: tuple[int, ...]
    is_exact: bool
    bound: float
    at_least: int


def fewest_covering(masks: Sequence[int]) -> Cover:
    """The fewest masks with every bit that any mask has; of ties the first positions.

    Exact by branch and bound for up to 16 bits. Else greedy: at most H(d) = 1 + 1/2 + ... + 1/d
    times as many as the fewest, d the bits of the widest mask.

    Source: V. Chvátal, A greedy heuristic for the set-covering problem, 1979.
    """
    bits = remaining_bits = union(masks)
    positions: list[int] = []
    if bits.bit_count() <= _EXACT:
        # A mask that is a subset of an earlier one is not needed: the earlier one is preferred.
        worth = [
            place
            for place, mask in enumerate(masks)
            if all(mask & ~before for before in (0, *masks[:place]))
        ]
        tree = _Tree([masks[place] for place in worth])
        size = next(size for size in range(len(worth) + 1) if tree.fits(bits, size, 0))
        for number, place in enumerate(worth, 1):
            rest = remaining_bits & ~masks[place]
            if rest != remaining_bits and tree.fits(rest, size - len(positions) - 1, number):
                positions.append(place)
                remaining_bits = rest
        return Cover(positions=tuple(positions), is_exact=True, bound=1.0, at_least=size)
    while remaining_bits:
        place = max(
            range(len(masks)), key=lambda at: ((masks[at] & remaining_bits).bit_count(), -at)
        )
        positions.append(place)
        remaining_bits &= ~masks[place]
    widest = max(mask.bit_count() for mask in masks)
    bound = sum((Fraction(1, part) for part in range(1, widest + 1)), Fraction())
    at_least = max(ceil(len(positions) / bound), ceil(Fraction(bits.bit_count(), widest)))
    return Cover(
        positions=tuple(sorted(positions)), is_exact=False, bound=float(bound), at_least=at_least
    )


def union(masks: Iterable[int]) -> int:
    """Every bit that any of the masks has."""
    return reduce(int.__or__, masks, 0)


class _Tree:
    """Branch and bound on the rarest uncovered bit: one of the few masks with it is chosen."""

    def __init__(self, masks: Sequence[int]) -> None:
        self._masks = masks
        self._fits: dict[tuple[int, int, int], bool] = {}

    def fits(self, remaining_bits: int, size: int, first: int) -> bool:
        """Whether at most `size` of the masks from `first` on cover the `remaining_bits`."""
        if not remaining_bits or not size:
            return not remaining_bits
        key = remaining_bits, size, first
        if key not in self._fits:
            masks = [mask & remaining_bits for mask in self._masks[first:] if mask & remaining_bits]
            widest = max((mask.bit_count() for mask in masks), default=0)
            fits = remaining_bits.bit_count() <= size * widest
            if fits:
                bits = [
                    1 << at for at in range(remaining_bits.bit_length()) if remaining_bits >> at & 1
                ]
                rarest = min(bits, key=lambda bit: sum(bool(mask & bit) for mask in masks))
                fits = any(
                    self.fits(remaining_bits & ~mask, size - 1, first)
                    for mask in set(masks)
                    if mask & rarest
                )
            self._fits[key] = fits
        return self._fits[key]
