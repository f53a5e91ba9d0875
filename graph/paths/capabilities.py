"""Capabilities of nodes: competence, language and contact channel, computed for all nodes at once.

Masks over all nodes, stored as bits of words and computed once per View. What the caller may not
see is 0.
"""

from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.paths.need import has_competence, speaks
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Ends, Mask, linked, those
from graph.snapshot.field_types import NO_WORD, mask_of
from graph.vocabulary import Channel, Competence, Label, LinkType, NetworkKind

Bits = NDArray[np.int64]
_ABLE: Final = (Label.ACTOR, Label.PERSON, Label.RESOURCE_INDIVIDUAL)
Seats = tuple[LinkType, ...]
_HELD: Final[Seats] = (LinkType.HOLDS,)
_SEATS: Final[Seats] = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)


def is_competent(view: View, prefix: str) -> Mask:
    """bool[nodes]: a competence with this prefix, of the post, a holder or a deputy."""
    return view.memo("competences", lambda: _competences(view)) & _words(prefix) != 0


def is_competent_themselves(view: View, prefix: str) -> Mask:
    """bool[nodes]: a competence with this prefix, of the post or a holder."""
    return view.memo("own competences", lambda: _competences(view, _HELD)) & _words(prefix) != 0


def has_exact_competence(view: View, competence: Competence) -> Mask:
    """bool[nodes]: exactly this competence, of the post, a holder or a deputy."""
    return view.memo("competences", lambda: _competences(view)) & mask_of([competence]) != 0


@lru_cache(maxsize=256)
def _words(prefix: str) -> int:
    return mask_of(one for one in Competence if has_competence(frozenset({one}), prefix))


def _competences(view: View, seats: Seats = _SEATS) -> Bits:
    bits = np.zeros(len(view.visible), np.int64)
    for label in _ABLE:
        rows, column = view.column(label, "competences")
        shown = view.shown(label, "competences")
        bits[rows[shown]] = column[shown]
    return _with_people(view, bits, seats)


def has_channel_themselves(view: View, channel: Channel) -> Mask:
    """bool[nodes]: a contact detail of a channel, of the node or its holders."""
    return view.memo("own channels", lambda: _channels(view, _HELD)) & mask_of([channel]) != 0


def has_channel(view: View, channel: Channel) -> Mask:
    """bool[nodes]: a contact detail of a channel, of the node, its holders or deputies."""
    return view.memo("channels", lambda: _channels(view)) & mask_of([channel]) != 0


def _channels(view: View, seats: Seats = _SEATS) -> Bits:
    rows, column = view.column(Label.CONTACT_DETAIL, "channel")
    shown = view.shown(Label.CONTACT_DETAIL, "channel") & (column != NO_WORD)
    details = np.zeros(len(view.visible), np.int64)
    details[rows[shown]] = 1 << column[shown].astype(np.int64)
    owner, detail = linked(view, LinkType.REACHED_BY)
    own = _joined(np.zeros_like(details), details, (detail, owner))
    return _with_people(view, own, seats)


def meets_in(view: View, kinds: frozenset[NetworkKind]) -> Mask:
    """bool[nodes]: the coordinators and members of networks of these kinds."""
    return view.memo("meetings", lambda: _meetings(view)) & mask_of(kinds) != 0


def _meetings(view: View) -> Bits:
    rows, kinds = view.column(Label.NETWORK, "kind")
    networks = np.zeros(len(view.visible), np.int64)
    networks[rows] = 1 << kinds.astype(np.int64)
    member, network = linked(view, LinkType.MEMBER_OF, LinkType.COORDINATES)
    return _joined(np.zeros_like(networks), networks, (network, member))


def is_held_by_speaker(view: View, tag: str) -> Mask:
    """bool[nodes]: a holder, or the post as a team, speaks a language."""
    return _spoken(view, tag, LinkType.HOLDS)


def is_spoken(view: View, tag: str) -> Mask:
    """bool[nodes]: a holder or deputy, or the post as a team, speaks a language."""
    return _spoken(view, tag, *_SEATS)


def spoken_languages(view: View) -> tuple[str, ...]:
    """The languages that anyone speaks, sorted; `ar-SY` is returned as `ar`."""
    known, _ = view.memo("languages", lambda: _languages(view))
    return tuple(sorted({tag.partition("-")[0] for languages in known for tag in languages}))


def _spoken(view: View, tag: str, *seats: LinkType) -> Mask:
    known, code = view.memo("languages", lambda: _languages(view))
    speaking = np.array([speaks(languages, tag) for languages in known])[code]
    spoken = speaking.copy()
    for seat in seats:
        person, post = _people(view, seat)
        spoken[post[speaking[person]]] = True
    return spoken


def _languages(view: View) -> tuple[list[frozenset[str]], NDArray[np.int32]]:
    """The distinct sets of languages, and by node the index of its set; the first is empty."""
    known: dict[frozenset[str], int] = {frozenset(): 0}
    code = np.zeros(len(view.visible), np.int32)
    for label in _ABLE:
        rows, column = view.column(label, "languages")
        codes = np.fromiter((known.setdefault(one, len(known)) for one in column), np.int32)
        shown = view.shown(label, "languages")
        code[rows[shown]] = codes[shown]
    return list(known), code


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


def _people(view: View, seat: LinkType) -> Ends:
    """Return the visible people who hold or deputize for a post, and those posts."""
    return view.memo(("people", seat), lambda: those(linked(view, seat), _is_person(view)))


def _is_person(view: View) -> Mask:
    return view.nodes.label == Label.PERSON.code


def _with_people(view: View, bits: Bits, seats: Seats) -> Bits:
    """Return the bits of each node; those of a post include its people's, by some link types."""
    found = bits
    for seat in seats:
        found = _joined(found, bits, _people(view, seat))
    return found


def _joined(bits: Bits, more: Bits, ends: tuple[Rows, Rows]) -> Bits:
    """Return `bits`, with `more` of the first of each pair added to the second."""
    order = np.argsort(ends[1], kind="stable")
    source, target = ends[0][order], ends[1][order]
    begins = np.flatnonzero(np.diff(target, prepend=-1))
    joined: Any = bits.copy()
    if len(begins):
        joined[target[begins]] |= np.bitwise_or.reduceat(more[source], begins)
    return joined
