"""Which areas does each node answer for, and who answers for each area: all nodes at once."""

from dataclasses import dataclass

import numpy as np

from graph.access.view import View
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Csr, Ends, Mask, csr_from_pairs, linked, those, through, transposed
from graph.vocabulary import Label, LinkType


@dataclass(frozen=True, slots=True)
class Areas:
    """`of`: the areas of each node, as `View.areas_of` tells them; `answering`: by area, who."""

    of: Csr
    answering: Csr


def areas(view: View) -> Areas:
    """Who answers for what in a View, made once. O(nodes + links)."""
    return view.memo("areas", lambda: _areas(view))


def _areas(view: View) -> Areas:
    covers, is_area = linked(view, LinkType.COVERS), _is(view, Label.AREA)
    itself = np.flatnonzero(is_area).astype(np.int32)
    own = np.zeros(len(view.visible), np.bool_)
    own[covers[0]] = True
    covered, away = csr_from_pairs(view, covers), ~(own | is_area)
    is_person, is_civilian = _is(view, Label.PERSON), _is(view, Label.RESOURCE_INDIVIDUAL)
    owners = those(linked(view, LinkType.BELONGS_TO), away & ~is_person & ~is_civilian)
    known = [covers, (itself, itself), through(owners, covered)]
    offices = csr_from_pairs(view, *known)
    seats = linked(view, LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
    openers, civilians = linked(view, LinkType.DOOR_OPENER_FOR)
    known.append(through(those(seats, away & is_person), offices))
    known.append(through(those((civilians, openers), away & is_civilian), offices))
    found = csr_from_pairs(view, *known)
    return Areas(of=found, answering=transposed(view, found))


def _is(view: View, label: Label) -> Mask:
    return view.visible & (view.nodes.label == label.code)


def inside(view: View, outer: Mask) -> Mask:
    """bool[nodes]: these areas and all that lie in them, at any depth."""
    inner, around = _lying(view)
    return _spread(outer, around, inner)


def around(view: View, inner: Mask) -> Mask:
    """bool[nodes]: these areas and all they lie in, at any height."""
    return _spread(inner, *_lying(view))


def _lying(view: View) -> Ends:
    return view.memo("lies_in", lambda: linked(view, LinkType.LIES_IN))


def _spread(known: Mask, source: Rows, target: Rows) -> Mask:
    """These nodes and all that some links lead to from them."""
    found = known.copy()
    while len(more := target[found[source] & ~found[target]]):
        found[more] = True
    return found
