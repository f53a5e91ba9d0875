"""Masks over all nodes for each criterion of a need, and the competences, languages and channels.

A need can ask for a competence, a language and a kind of channel; if it asks for several, all must
be met. Source: docs/paths.md, "A need".
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache, reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.access.context import SEATS
from graph.access.view import View, memoize_by_view
from graph.paths.need import Need, has_competence, speaks
from graph.paths.places import areas, sectors
from graph.paths.policy import Policy
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Ends, Mask, link_ends, those
from graph.snapshot.field_types import NO_WORD, mask_of
from graph.snapshot.structure import posts_of
from graph.vocabulary import Channel, Competence, Label, LinkType, NetworkKind, Sector, Term

Bits = NDArray[np.int64]
_ABLE: Final = (Label.ACTOR, Label.PERSON, Label.RESOURCE_INDIVIDUAL)
Seats = tuple[LinkType, ...]
_HOLDER_SEATS: Final[Seats] = (LinkType.HOLDS,)


def is_competent(view: View, prefix: str) -> Mask:
    """bool[nodes]: a competence with this prefix, of the post, a holder or a deputy."""
    return _competences(view) & _words(prefix) != 0


def is_competent_themselves(view: View, prefix: str) -> Mask:
    """bool[nodes]: a competence with this prefix, of the post or a holder."""
    return _competences(view, _HOLDER_SEATS) & _words(prefix) != 0


def has_exact_competence(view: View, competence: Competence) -> Mask:
    """bool[nodes]: exactly this competence, of the post, a holder or a deputy."""
    return _competences(view) & mask_of([competence]) != 0


@lru_cache(maxsize=256)
def _words(prefix: str) -> int:
    return mask_of(
        competence for competence in Competence if has_competence(frozenset({competence}), prefix)
    )


@memoize_by_view
def _competences(view: View, seats: Seats = SEATS) -> Bits:
    bits = np.zeros(len(view.visible), np.int64)
    for label in _ABLE:
        rows, column = view.column(label, "competences")
        is_visible = view.field_mask(label, "competences")
        bits[rows[is_visible]] = column[is_visible]
    return _with_people(view, bits, seats)


def has_channel_themselves(view: View, channel: Channel) -> Mask:
    """bool[nodes]: a contact detail of a channel, of the node or its holders."""
    return _channels(view, _HOLDER_SEATS) & mask_of([channel]) != 0


def has_channel(view: View, channel: Channel) -> Mask:
    """bool[nodes]: a contact detail of a channel, of the node, its holders or deputies."""
    return _channels(view) & mask_of([channel]) != 0


@memoize_by_view
def _channels(view: View, seats: Seats = SEATS) -> Bits:
    rows, column = view.column(Label.CONTACT_DETAIL, "channel")
    is_visible = view.field_mask(Label.CONTACT_DETAIL, "channel") & (column != NO_WORD)
    details = np.zeros(len(view.visible), np.int64)
    details[rows[is_visible]] = 1 << column[is_visible].astype(np.int64)
    owner, detail = link_ends(view, LinkType.REACHED_BY)
    own = _add_bits(np.zeros_like(details), details, (detail, owner))
    return _with_people(view, own, seats)


def meets_in(view: View, kinds: frozenset[NetworkKind]) -> Mask:
    """bool[nodes]: the coordinators and members of networks of these kinds."""
    return _meetings(view) & mask_of(kinds) != 0


@memoize_by_view
def _meetings(view: View) -> Bits:
    rows, kinds = view.column(Label.NETWORK, "kind")
    networks = np.zeros(len(view.visible), np.int64)
    networks[rows] = 1 << kinds.astype(np.int64)
    member, network = link_ends(view, LinkType.MEMBER_OF, LinkType.COORDINATES)
    return _add_bits(np.zeros_like(networks), networks, (network, member))


def is_held_by_speaker(view: View, tag: str) -> Mask:
    """bool[nodes]: a holder, or the post as a team, speaks a language."""
    return _speakers(view, tag, LinkType.HOLDS)


def is_spoken(view: View, tag: str) -> Mask:
    """bool[nodes]: a holder or deputy, or the post as a team, speaks a language."""
    return _speakers(view, tag, *SEATS)


def spoken_languages(view: View) -> tuple[str, ...]:
    """The languages that anyone speaks, sorted; `ar-SY` is returned as `ar`."""
    language_sets, _ = _languages(view)
    return tuple(
        sorted({tag.partition("-")[0] for languages in language_sets for tag in languages})
    )


def _speakers(view: View, tag: str, *seats: LinkType) -> Mask:
    language_sets, code = _languages(view)
    speaking = np.array([speaks(languages, tag) for languages in language_sets])[code]
    speakers = speaking.copy()
    for seat in seats:
        person, post = _people(view, seat)
        speakers[post[speaking[person]]] = True
    return speakers


@memoize_by_view
def _languages(view: View) -> tuple[list[frozenset[str]], NDArray[np.int32]]:
    """The distinct sets of languages, and by node the index of its set; the first is empty."""
    code_by_set: dict[frozenset[str], int] = {frozenset(): 0}
    code = np.zeros(len(view.visible), np.int32)
    for label in _ABLE:
        rows, column = view.column(label, "languages")
        codes = np.fromiter(
            (code_by_set.setdefault(languages, len(code_by_set)) for languages in column), np.int32
        )
        is_visible = view.field_mask(label, "languages")
        code[rows[is_visible]] = codes[is_visible]
    return list(code_by_set), code


def channels_of(view: View, row: int) -> tuple[Channel, ...]:
    """The kinds of a node's own visible contact details, each once, in order."""
    details = view.targets(row, LinkType.REACHED_BY)
    kinds = {kind for detail in details if (kind := view.value(detail, "channel"))}
    return tuple(channel for channel in Channel if channel in kinds)


def languages_of(view: View, row: int) -> frozenset[str]:
    """The languages a person or post is known to speak, if the caller may know."""
    if view.label(row) is Label.ORGANIZATION:
        return frozenset()
    return view.value(row, "languages")


# ---- people and their posts


@memoize_by_view
def _people(view: View, seat: LinkType) -> Ends:
    """Return the visible people who hold or deputize for a post, and those posts."""
    is_person = view.nodes.label == Label.PERSON.code
    return those(link_ends(view, seat), is_person)


def _with_people(view: View, bits: Bits, seats: Seats) -> Bits:
    """Return the bits of each node; those of a post include its people's, by the `seats` links."""
    total = bits
    for seat in seats:
        total = _add_bits(total, bits, _people(view, seat))
    return total


def _add_bits(bits: Bits, more: Bits, ends: tuple[Rows, Rows]) -> Bits:
    """Return `bits`, with `more` of the first of each pair added to the second."""
    order = np.argsort(ends[1], kind="stable")
    source, target = ends[0][order], ends[1][order]
    begins = np.flatnonzero(np.diff(target, prepend=-1))
    joined: Any = bits.copy()
    if len(begins):
        joined[target[begins]] |= np.bitwise_or.reduceat(more[source], begins)
    return joined


def criteria(view: View, need: Need, policy: Policy) -> dict[str, Mask]:
    """Return the mask of each criterion of a need except area and distance, by field name.

    Unless the target is a node other than an area, only posts can meet them: see `all_of`.
    """
    masks: dict[str, Mask] = {}
    if (target := named_of(view, need)[0]) is not None:
        # An association or civilian stands for itself, any other target for its posts.
        mask = np.zeros(len(view.visible), np.bool_)
        is_end = view.label(target) in (Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL)
        mask[[target] if is_end else seats(view, target)] = True
        masks["target"] = mask
    if need.trigger is not None:
        masks["trigger"] = is_kind(view, Label.ACTOR, policy.triggers[need.trigger].posts)
    if need.sector is not None:
        masks["sector"] = is_sector(view, need.sector)
    if need.network:
        masks["network"] = meets_in(view, need.network)
    if need.competence is not None:
        masks["competence"] = is_competent(view, need.competence)
    if need.language is not None:
        masks["language"] = is_spoken(view, need.language)
    if need.channel is not None:
        masks["channel"] = has_channel(view, need.channel)
    return masks


def all_of(view: View, masks: Mapping[str, Mask]) -> Mask:
    """Return the nodes that meet all criteria: posts, or what the target stands for."""
    among = () if "target" in masks else (posts(view),)
    return reduce(np.logical_and, (*among, *masks.values()))


@memoize_by_view
def posts(view: View) -> Mask:
    """bool[nodes]: all visible posts."""
    return view.visible & (view.nodes.label == Label.ACTOR.code)


def area_of(view: View, need: Need) -> int | None:
    """Return the area a need names, as its area or as its target."""
    return named_of(view, need)[1]


def named_of(view: View, need: Need) -> tuple[int | None, int | None]:
    """Return the rows of a need's target and area; a target that is an area is its area."""
    target = None if need.target is None else view.current(need.target)
    area = None if need.area is None else view.current(need.area)
    if target is not None and is_area(view, target):
        return None, target if area is None else area
    return target, area


def distance_origins(view: View, need: Need, starts: Iterable[int]) -> set[int]:
    """Return the areas a distance is counted from: the place, else the origin, else the starts'."""
    area = area_of(view, need)
    if area is None and need.from_area is not None:
        area = view.current(need.from_area)
    if area is not None:
        return {area}
    return {row for start in starts for row in areas(view).of.of(start).tolist()}


def is_kind(view: View, label: Label, kinds: Iterable[Term]) -> Mask:
    """bool[nodes]: the visible nodes of a label and one of these kinds."""
    kind_mask = np.zeros(NO_WORD + 1, np.bool_)
    kind_mask[[kind.code for kind in kinds]] = True
    return view.visible & (view.nodes.label == label.code) & kind_mask[view.nodes.kind]


def is_own_kind(view: View, label: Label, own_kinds: Collection[str]) -> Mask:
    """bool[nodes]: the visible nodes of a label and one of these own kinds."""
    rows, column = view.column(label, "own_kind")
    is_one = np.fromiter((own_kind in own_kinds for own_kind in column), np.bool_, len(column))
    mask = np.zeros(len(view.visible), np.bool_)
    mask[rows[view.field_mask(label, "own_kind") & is_one]] = True
    return mask


def is_sector(view: View, sector: Sector) -> Mask:
    """bool[nodes]: the posts of a sector."""
    return sectors(view) == sector.code


def seats(view: View, row: int) -> list[int]:
    """Return the posts a node stands for; see `graph.snapshot.structure.posts_of`."""
    return [post for post in posts_of(view, row) if view.label(post) is Label.ACTOR]


def is_area(view: View, row: int) -> bool:
    """Return whether a node is an area."""
    return view.label(row) is Label.AREA


def able_themselves(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that meet all requested abilities, as a post or by a holder."""
    return _all_asked(
        view, need, is_competent_themselves, is_held_by_speaker, has_channel_themselves
    )


def able_by_deputy(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that meet all requested abilities, in part through a deputy."""
    return _all_asked(view, need, is_competent, is_spoken, has_channel)


def able_in_broader_subject(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts whose competence is a broader KLE group of the requested one."""
    if need.competence is None:
        return np.zeros(len(view.visible), np.bool_)
    return _all_asked(view, need, _knows_broader, is_spoken, has_channel)


def _knows_broader(view: View, prefix: str) -> Mask:
    mask = np.zeros(len(view.visible), np.bool_)
    for competence in Competence:
        if prefix.startswith(f"{competence.number}."):
            mask |= has_exact_competence(view, competence)
    return mask


def _all_asked(
    view: View,
    need: Need,
    competent: Callable[[View, str], Mask],
    speaks: Callable[[View, str], Mask],
    reached: Callable[[View, Channel], Mask],
) -> Mask:
    """bool[nodes]: the posts that pass the test of each of the three criteria the need states."""
    mask = posts(view)
    if need.competence is not None:
        mask = mask & competent(view, need.competence)
    if need.language is not None:
        mask = mask & speaks(view, need.language)
    if need.channel is not None:
        mask = mask & reached(view, need.channel)
    return mask
