"""Relations between nodes in compressed sparse rows: two arrays instead of a list per node."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.snapshot.columns import Rows, distinct
from graph.vocabulary import LinkType

Mask = NDArray[np.bool_]
Ends = tuple[Rows, Rows]
"""Pairs of node rows, as one array of first and one of second elements."""


class Csr(NamedTuple):
    """Related nodes by node: row r has `to[start[r]:start[r + 1]]`, ascending, without repeats."""

    start: NDArray[np.intp]
    to: Rows

    def of(self, row: int) -> Rows:
        """Return the nodes related to one node."""
        return self.to[self.start[row] : self.start[row + 1]]


def link_ends(view: View, *types: LinkType) -> Ends:
    """Return sources and targets of all open links of some types, in order of links. O(links)."""
    has_type = view.links.type == types[0].code
    for link_type in types[1:]:
        has_type |= view.links.type == link_type.code
    mask = view.open_links & has_type
    return view.links.source[mask], view.links.target[mask]


def csr_from_pairs(view: View, *lists: Ends) -> Csr:
    """Group the pairs of one or more lists by their first element. O(pairs log pairs)."""
    count = len(view.visible)
    bits = count.bit_length()
    keys = np.concatenate([ends[0] for ends in lists]).astype(np.int64)
    keys <<= bits
    keys |= np.concatenate([ends[1] for ends in lists])
    keys = distinct(keys)
    start = np.zeros(count + 1, np.intp)
    np.cumsum(np.bincount(keys >> bits, minlength=count), out=start[1:])
    return Csr(start, (keys & (1 << bits) - 1).astype(np.int32))


def transpose(view: View, pairs: Csr) -> Csr:
    """Return the same pairs grouped by their second element."""
    return csr_from_pairs(view, (pairs.to, firsts(pairs)))


def firsts(pairs: Csr) -> Rows:
    """Return the first element of each pair, parallel to `to`."""
    return np.repeat(np.arange(len(pairs.start) - 1, dtype=np.int32), np.diff(pairs.start))


def through(ends: Ends, pairs: Csr) -> Ends:
    """Compose pairs with a relation: each first element with all nodes related to its second."""
    first_ends, middle = ends
    first = pairs.start[middle]
    count = pairs.start[middle + 1] - first
    begins = np.repeat(first - np.cumsum(count) + count, count)
    return np.repeat(first_ends, count), pairs.to[begins + np.arange(len(begins))]


def those(ends: Ends, mask: Mask) -> Ends:
    """Return the pairs whose first element is in a mask of nodes."""
    is_chosen = mask[ends[0]]
    return ends[0][is_chosen], ends[1][is_chosen]
