"""Stage 4, compiled: enumeration of paths in their total order, each dissimilar to earlier ones.

Best-first search over a tree of partial paths, ordered by lower bound, ties by their nodes.
`plain.py` does the same in Python and gives the reasons. Source: docs/paths.md, "The search".
"""

from typing import NamedTuple

import numpy as np

from graph.paths.kernel.compiling import Bits, Bytes, Ints, compile_function, inline

FAR = 2**31 - 1
MOST_STOPS = 13
MOST_PATHS = 32  # one bit of 32 per accepted path
FULL, AHEAD_FULL = -1, -2
"""The tree, or the array for looking ahead, is too small: the caller restarts with a larger one."""
ABOVE, ARC, NODE, HOPS, SPENT, KEY, AT = 0, 1, 2, 3, 4, 5, 6
"""Columns of a partial path: parent, arc, node, hops, cost so far, bound (sort key), place."""
COLUMNS = 7
STOPS, INSIDE, ALLOWED, AHEAD = 0, 1, 2, 3
"""Columns of an accepted path: stops, steps that count as shared, how many may be shared, offset of
its completions in `ahead` (-1: none).
"""
MARKS = 4


class CompiledRegion(NamedTuple):
    """The relevant states by place: `nodes`, edges to other places, potentials by hops left.

    `step` is by node of the arc graph: the first node with the same answerer. `edges` has columns
    place, cost and arc; `layers` is the last layer of `potentials`.
    """

    nodes: Ints
    step: Ints
    is_target: Bytes
    edge_start: Ints
    edges: Ints
    potentials: Ints
    layers: int


class AcceptedPaths(NamedTuple):
    """The accepted paths; `shared` has, by step, a bit for each path whose interior contains it.

    `ahead`: least costs of dissimilar completions, by path, hops left, how many steps may be
    shared, and place.
    """

    nodes: Ints
    arcs: Ints
    marks: Ints
    shared: Bits
    ahead: Ints


class CompiledLimits(NamedTuple):
    """Limits of paths, overlap and work; `exempt` steps never count as shared.

    `given`: the number of previously accepted paths that AcceptedPaths already contains.
    """

    max_paths: int
    max_hops: int
    overlap_percent: int
    max_pops: int
    patience: int
    bound: int
    exempt: Ints
    given: int


@compile_function
def enumerate_paths(
    region: CompiledRegion,
    tree: Ints,
    heap: Ints,
    paths: AcceptedPaths,
    limits: CompiledLimits,
    begin: Ints,
) -> tuple[int, int, int]:
    """Return the number of accepted paths, whether the pops ran out, whether any was too alike.

    FULL or AHEAD_FULL in the first position: restart with larger arrays.
    """
    nodes, edge_start, edges = region.nodes, region.edge_start, region.edges
    potentials = region.potentials
    is_target, shared, marks, ahead = region.is_target, paths.shared, paths.marks, paths.ahead
    step = region.step
    overlap, exempt, bound, max_hops = (
        limits.overlap_percent, limits.exempt, limits.bound, limits.max_hops,
    )  # fmt: skip
    count, layers = len(nodes), region.layers
    nodes_back, counts = np.zeros(MOST_STOPS, np.int32), np.zeros(MOST_PATHS, np.int32)
    end = size = pops = pops_since_accept = alike = room = 0
    accepted = limits.given
    if len(begin) > len(heap):
        return FULL, 0, 0
    for at in begin:
        key = potentials[min(max_hops, layers) * count + at]
        if key <= bound:
            size = _push_partial(tree, heap, size, end, (-1, -1, nodes[at], 0, 0, key, at))
            end += 1
    while size:
        if pops == limits.max_pops:
            return accepted, 1, alike
        pops, pops_since_accept = pops + 1, pops_since_accept + 1
        partial = heap[0]
        size = _pop(tree, heap, size)
        if accepted and pops_since_accept == limits.patience:
            alike = 1
            room = _look_ahead(region, paths, accepted, max_hops, room)
            if room < 0:
                return AHEAD_FULL, 0, 0
            size = _rebuild_heap(region, paths, tree, heap, accepted, max_hops, bound, size)
        stops = _walk_up(tree, partial, nodes_back)
        if accepted and _count_shared(shared, step, marks, nodes_back, stops, accepted, counts):
            alike = 1
            continue
        at, hops = tree[partial, AT], tree[partial, HOPS] + 1
        if is_target[at]:
            is_alike = _is_alike(shared, marks, step, exempt, overlap, nodes_back, stops, accepted)
            if is_alike or _is_given(paths, nodes_back, stops, limits.given):
                alike = 1
                continue
            _accept(tree, paths, step, exempt, overlap, partial, nodes_back, stops, accepted)
            accepted, pops_since_accept = accepted + 1, 0
            if accepted == limits.max_paths:
                break
            continue
        if end + edge_start[at + 1] - edge_start[at] > len(heap):
            return FULL, 0, 0
        layer = min(max_hops - hops, layers) * count
        for edge in range(edge_start[at], edge_start[at + 1]):
            to = edges[edge, 0]
            if _is_met(step, nodes_back, stops, nodes[to]):
                continue
            is_new = step[nodes[to]] != step[nodes_back[0]]
            if is_new and _is_shared_out(shared, marks, step[nodes[to]], accepted, counts):
                alike = 1
                continue
            cost_so_far, to_come = tree[partial, SPENT] + edges[edge, 1], potentials[layer + to]
            if room:
                to_come = _apart(
                    shared, marks, ahead, counts, accepted, step[nodes[to]], is_new,
                    max_hops - hops, count, to, to_come,
                )  # fmt: skip
            if to_come < FAR and cost_so_far + to_come <= bound:
                child = (
                    partial, edges[edge, 2], nodes[to], hops,
                    cost_so_far, cost_so_far + to_come, to,
                )  # fmt: skip
                size = _push_partial(tree, heap, size, end, child)
                end += 1
    return accepted, 0, alike


@inline
def _push_partial(
    tree: Ints, heap: Ints, size: int, end: int, child: tuple[int, int, int, int, int, int, int]
) -> int:
    """Append a partial path, its columns in their order."""
    tree[end, ABOVE], tree[end, ARC], tree[end, NODE], tree[end, HOPS] = child[:4]
    tree[end, SPENT], tree[end, KEY], tree[end, AT] = child[4:]
    return _push(tree, heap, size, end)


@inline
def _walk_up(tree: Ints, partial: int, nodes_back: Ints) -> int:
    """Write the nodes of a partial path to `nodes_back`, the last first; return their number."""
    stops = 0
    while partial >= 0:
        nodes_back[stops] = tree[partial, NODE]
        stops += 1
        partial = tree[partial, ABOVE]
    return stops


@inline
def _contains(nodes_back: Ints, stops: int, node: int) -> bool:
    for place in range(stops):  # noqa: SIM110 - numba has no generators to ask
        if nodes_back[place] == node:
            return True
    return False


@inline
def _is_met(step: Ints, nodes_back: Ints, stops: int, node: int) -> bool:
    """Return whether the node is on the path, or its answerer answers at an earlier step."""
    is_run = True  # within the trailing nodes of the path that are of the node's step
    for place in range(stops):
        if nodes_back[place] == node:
            return True
        is_same = step[nodes_back[place]] == step[node]
        if is_same and not is_run:
            return True
        is_run = is_run and is_same
    return False


@inline
def _is_given(paths: AcceptedPaths, nodes_back: Ints, stops: int, given_count: int) -> bool:
    """Return whether the path is one of those given, node for node."""
    for path in range(given_count):
        is_same = paths.marks[path, STOPS] == stops
        for place in range(stops):
            is_same = is_same and paths.nodes[path, stops - 1 - place] == nodes_back[place]
        if is_same:
            return True
    return False


# ---- overlap


@inline
def _count_shared(
    shared: Bits, step: Ints, marks: Ints, nodes_back: Ints, stops: int, accepted: int, counts: Ints
) -> bool:
    """Count the steps shared with each accepted path; True if they are too many for one."""
    is_too_much = False
    for path in range(accepted):
        counts[path] = 0
        for place in range(stops):
            if place == 0 or step[nodes_back[place]] != step[nodes_back[place - 1]]:
                counts[path] += shared[step[nodes_back[place]]] >> path & 1
        is_too_much |= counts[path] > marks[path, ALLOWED]
    return is_too_much


@inline
def _is_shared_out(shared: Bits, marks: Ints, own_step: int, accepted: int, counts: Ints) -> bool:
    """Return whether one more step would be too many shared with an accepted path."""
    bits = shared[own_step]
    if bits:
        for path in range(accepted):
            if bits >> path & 1 and counts[path] + 1 > marks[path, ALLOWED]:
                return True
    return False


@inline
def _is_alike(
    shared: Bits, marks: Ints, step: Ints, exempt: Ints, overlap: int, nodes_back: Ints, stops: int,
    accepted: int,
) -> bool:  # fmt: skip
    """Return whether too many interior steps of a path are interior to an accepted one as well."""
    inside = _inside(step, exempt, nodes_back, stops)
    for path in range(accepted):
        count = 0
        for place in range(1, stops - 1):
            if _is_inside(step, exempt, nodes_back, stops, place):
                count += shared[step[nodes_back[place]]] >> path & 1
        if 100 * count > overlap * min(inside, marks[path, INSIDE]):
            return True
    return False


@inline
def _is_inside(step: Ints, exempt: Ints, nodes_back: Ints, stops: int, place: int) -> bool:
    """Return whether a node is the last of an interior step of the path that can be shared."""
    own_step = step[nodes_back[place]]
    if place == 0 or own_step == step[nodes_back[place - 1]]:
        return False
    is_end = own_step == step[nodes_back[0]] or own_step == step[nodes_back[stops - 1]]
    return not is_end and not _contains(exempt, len(exempt), own_step)


@inline
def _inside(step: Ints, exempt: Ints, nodes_back: Ints, stops: int) -> int:
    """Return the number of interior steps of a path that can be shared."""
    count = 0
    for place in range(1, stops - 1):
        count += _is_inside(step, exempt, nodes_back, stops, place)
    return count


@inline
def _accept(
    tree: Ints, paths: AcceptedPaths, step: Ints, exempt: Ints, overlap: int, partial: int,
    nodes_back: Ints,
    stops: int, path: int,
) -> None:  # fmt: skip
    _mark(paths, step, exempt, overlap, nodes_back, stops, path)
    for place in range(stops - 1):
        paths.arcs[path, stops - 2 - place] = tree[partial, ARC]
        partial = tree[partial, ABOVE]


@inline
def _mark(
    paths: AcceptedPaths, step: Ints, exempt: Ints, overlap: int, nodes_back: Ints, stops: int,
    path: int,
) -> None:  # fmt: skip
    """Record the nodes of a path, in `nodes_back` the last first, and its steps to be shared."""
    inside = _inside(step, exempt, nodes_back, stops)
    may = inside * overlap // 100
    paths.marks[path, STOPS], paths.marks[path, INSIDE] = stops, inside
    paths.marks[path, ALLOWED], paths.marks[path, AHEAD] = may if may < inside else MOST_STOPS, -1
    for place in range(stops):
        paths.nodes[path, stops - 1 - place] = nodes_back[place]
        if _is_inside(step, exempt, nodes_back, stops, place):
            paths.shared[step[nodes_back[place]]] |= np.uint32(1 << path)


@compile_function
def add_given(
    region: CompiledRegion,
    paths: AcceptedPaths,
    limits: CompiledLimits,
    nodes: Ints,
    stops: int,
    path: int,
) -> None:
    """Record a previously accepted path, its first `stops` nodes in order, among the accepted."""
    nodes_back = np.zeros(MOST_STOPS, np.int32)
    for place in range(stops):
        nodes_back[place] = nodes[stops - 1 - place]
    _mark(paths, region.step, limits.exempt, limits.overlap_percent, nodes_back, stops, path)


# ---- looking ahead


@inline
def _look_ahead(
    region: CompiledRegion, paths: AcceptedPaths, accepted: int, max_hops: int, at: int
) -> int:
    """Compute completions dissimilar to each accepted path; return the end of the used array."""
    marks, ahead, potentials, count = paths.marks, paths.ahead, region.potentials, len(region.nodes)
    for path in range(accepted):
        if marks[path, AHEAD] >= 0 or marks[path, ALLOWED] >= marks[path, INSIDE]:
            continue
        layers = marks[path, ALLOWED] + 1
        if at + layers * count * (max_hops + 1) > len(ahead):
            return AHEAD_FULL
        marks[path, AHEAD] = at
        for place in range(layers * count):
            ahead[at + place] = potentials[place % count]
        for _ in range(max_hops):
            for layer in range(layers):
                _extend_apart(region, paths.shared, ahead, path, at, layer, layers)
            at += layers * count
        at += layers * count
    return at


@inline
def _extend_apart(
    region: CompiledRegion, shared: Bits, ahead: Ints, path: int, at: int, layer: int, layers: int
) -> None:
    """Extend by one hop the least costs of paths that may share `layer` more steps with `path`."""
    nodes, edge_start, edges = region.nodes, region.edge_start, region.edges
    count, step = len(nodes), region.step
    here = at + layer * count
    for place in range(count):
        best = int(ahead[here + place])
        for edge in range(edge_start[place], edge_start[place + 1]):
            to = edges[edge, 0]
            is_shared = int(shared[step[nodes[to]]] >> path & 1)
            if step[nodes[to]] == step[nodes[place]]:
                is_shared = 0
            if is_shared and layer == 0:
                continue
            best = min(best, int(ahead[here - is_shared * count + to]) + edges[edge, 1])
        ahead[here + layers * count + place] = best


@inline
def _apart(
    shared: Bits, marks: Ints, ahead: Ints, counts: Ints, accepted: int, own_step: int,
    is_new: bool, remaining_hops: int, count: int, at: int, to_come: int,
) -> int:  # fmt: skip
    """Return a lower bound of the completion, dissimilar to every path looked ahead for; FAR: none.

    `counts` are the steps shared before the node, whose step is `own_step`; `is_new`: no node of
    that step comes right before it.
    """
    bits = shared[own_step]
    for path in range(accepted):
        if marks[path, AHEAD] >= 0:
            may = marks[path, ALLOWED] - counts[path]
            if is_new:
                may -= int(bits >> path & 1)
            if may < 0:
                return FAR
            layer = remaining_hops * (marks[path, ALLOWED] + 1) + may
            to_come = max(to_come, ahead[marks[path, AHEAD] + layer * count + at])
    return to_come


@inline
def _rebuild_heap(
    region: CompiledRegion, paths: AcceptedPaths, tree: Ints, heap: Ints, accepted: int,
    max_hops: int, bound: int,
    size: int,
) -> int:  # fmt: skip
    """Rebuild the heap with bounds that account for the steps that may not be shared."""
    nodes_back, counts = np.zeros(MOST_STOPS, np.int32), np.zeros(MOST_PATHS, np.int32)
    shared, marks, ahead, count = paths.shared, paths.marks, paths.ahead, len(region.nodes)
    step, new_size = region.step, 0
    for waiting in range(size):
        partial = heap[waiting]
        stops = _walk_up(tree, tree[partial, ABOVE], nodes_back)
        if _count_shared(shared, step, marks, nodes_back, stops, accepted, counts):
            continue
        remaining_hops, at = max_hops - tree[partial, HOPS], tree[partial, AT]
        to_come = region.potentials[min(remaining_hops, region.layers) * count + at]
        is_new = stops == 0 or step[tree[partial, NODE]] != step[nodes_back[0]]
        to_come = _apart(
            shared, marks, ahead, counts, accepted, step[tree[partial, NODE]], is_new,
            remaining_hops, count, at, to_come,
        )  # fmt: skip
        if to_come < FAR and tree[partial, SPENT] + to_come <= bound:
            tree[partial, KEY] = tree[partial, SPENT] + to_come
            new_size = _push(tree, heap, new_size, partial)
    return new_size


# ---- the heap: by bound, then by nodes


@inline
def _is_before(tree: Ints, partial: int, other: int) -> bool:
    """Order two partial paths in the heap; neither is an ancestor of the other.

    The parent of a partial path has left the heap.
    """
    if tree[partial, KEY] != tree[other, KEY]:
        return tree[partial, KEY] < tree[other, KEY]
    first, second = partial, other
    while tree[first, HOPS] > tree[second, HOPS]:
        first = tree[first, ABOVE]
    while tree[second, HOPS] > tree[first, HOPS]:
        second = tree[second, ABOVE]
    while tree[first, ABOVE] != tree[second, ABOVE]:
        first, second = tree[first, ABOVE], tree[second, ABOVE]
    return tree[first, NODE] < tree[second, NODE]


@inline
def _push(tree: Ints, heap: Ints, size: int, partial: int) -> int:
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if not _is_before(tree, partial, heap[above]):
            break
        heap[place] = heap[above]
        place = above
    heap[place] = partial
    return size + 1


@inline
def _pop(tree: Ints, heap: Ints, size: int) -> int:
    size -= 1
    partial = heap[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and _is_before(tree, heap[below + 1], heap[below]):
            below += 1
        if not _is_before(tree, heap[below], partial):
            break
        heap[place] = heap[below]
        place = below
    heap[place] = partial
    return size
