"""Stages 1 to 3, compiled: the states that can be on a path, and bounds of completions from each.

Stage 1 counts hops from both ends; stage 2 is bidirectional Dijkstra up to a bound; stage 3 bounds
the rest of a path within a number of hops, over the remaining states. Source: docs/paths.md, "The
search".

Arrays are taken out of their tuples before a loop: each access to a tuple counts a reference.
"""

from typing import NamedTuple

from graph.paths.kernel.compiling import Bytes, Codes, Ints, Longs, compile_function, inline

BUDGET_EXCEEDED = -1
"""A stage exceeded its budget and has no result."""
ALL = -1
"""All states are expanded, at whatever depth from the other end."""
FAR = 2**31 - 1
"""The cost of a path that does not exist."""
SEEN, DEPTH, COST, DONE = 0, 1, 2, 3
"""Columns of a state, stamped by the search that wrote them, for distances from the starts."""
BACK = 4
"""Offset of the same columns for distances from the targets."""
PLACE, COLUMNS = DEPTH, 8
"""Once the region is known, SEEN of its states is the stamp plus 1, and PLACE their index in it."""
STAMPS = 2  # per search
TURNS = 8  # settled at a time: switching sides costs as much as settling one or two
START, TARGET, SYMBOL_BIT = 4, 8, 4


class ArcArrays(NamedTuple):
    """The arcs of the arc graph in one direction, and the automaton's steps along them.

    `steps[(mode * 4 + class) * 4 + symbol]` has a bit for each next mode; the symbol is the head's,
    in its flags from SYMBOL_BIT on. A node may be left if its flags have the bit `here`, entered if
    they have `there`; `back`: 0 or BACK.
    """

    start: Ints
    to: Ints
    cost: Ints
    code: Codes
    blocked: Bytes
    steps: Bytes
    here: int
    there: int
    back: int


class SearchGraph(NamedTuple):
    """The arcs in both directions, and the node flags of one need; costs are 16 * micro-nats."""

    ahead: ArcArrays
    behind: ArcArrays
    leave: Ints
    flags: Bytes
    classes: Bytes
    goal: Bytes
    starts: Ints
    start_modes: Ints
    targets: Ints
    ends: Ints


class Scratch(NamedTuple):
    """Scratch arrays for one search at a time."""

    states: Ints  # by state and column
    queue: Ints
    back_queue: Ints
    heap: Longs  # keys are cost << 32 | state
    back_heap: Longs
    region: Ints
    nodes: Ints  # by place in the region, as are the next two
    is_target: Bytes
    edge_start: Ints
    edges: Ints  # by edge: place, cost, arc


# ---- stage 1: hops


@compile_function
def prune_by_hops(
    graph: SearchGraph, scratch: Scratch, stamp: int, max_hops: int, budget: int
) -> int:
    """Return how many states are on a path of so many hops, written to `scratch.region`.

    0 proves that there is no path. BUDGET_EXCEEDED: more than `budget` states were met before that
    was known.
    """
    states, region = scratch.states, scratch.region
    queue, back_queue = scratch.queue, scratch.back_queue
    end, back_end = _start_queues(graph, states, queue, back_queue, stamp)
    low = back_low = depth = back_depth = 0
    while depth + back_depth < max_hops and low < end and back_low < back_end:
        if end - low <= back_end - back_low:
            depth += 1
            low, end = end, _expand(graph, graph.ahead, states, queue, low, end, depth, stamp, ALL)
        else:
            back_depth += 1
            back_low, back_end = back_end, _expand(
                graph, graph.behind, states, back_queue, back_low, back_end, back_depth, stamp, ALL
            )  # fmt: skip
        if end + back_end > budget:
            return BUDGET_EXCEEDED
    if _region_of(states, queue, end, stamp, max_hops, region) == 0:
        return 0
    while low < end and depth < max_hops:
        depth += 1
        low, end = end, _expand(graph, graph.ahead, states, queue, low, end, depth, stamp, max_hops)
    while back_low < back_end and back_depth < max_hops:
        back_depth += 1
        back_low, back_end = back_end, _expand(
            graph, graph.behind, states, back_queue, back_low, back_end, back_depth, stamp, max_hops
        )  # fmt: skip
    return _region_of(states, queue, end, stamp, max_hops, region)


@inline
def _start_queues(
    graph: SearchGraph, states: Ints, queue: Ints, back_queue: Ints, stamp: int
) -> tuple[int, int]:
    """Put the ends into the queues, at depth and cost 0 or the cost of ending there."""
    modes, end, back_end = len(graph.goal), 0, 0
    for place in range(len(graph.starts)):
        state = graph.starts[place] * modes + graph.start_modes[place]
        states[state, SEEN], states[state, DEPTH], states[state, COST] = stamp, 0, 0
        queue[end] = state
        end += 1
    for place in range(len(graph.targets)):
        for mode in range(modes):
            if graph.goal[mode]:
                state = graph.targets[place] * modes + mode
                states[state, BACK + SEEN], states[state, BACK + DEPTH] = stamp, 0
                states[state, BACK + COST] = graph.ends[place]
                back_queue[back_end] = state
                back_end += 1
    return end, back_end


@inline
def _region_of(states: Ints, queue: Ints, end: int, stamp: int, max_hops: int, region: Ints) -> int:
    """Write the states seen from both ends within the hops to the region; return their number."""
    count = 0
    for place in range(end):
        state = queue[place]
        is_seen = states[state, BACK + SEEN] == stamp
        if is_seen and states[state, DEPTH] + states[state, BACK + DEPTH] <= max_hops:
            region[count] = state
            count += 1
    return count


@inline
def _expand(
    graph: SearchGraph, way: ArcArrays, states: Ints, queue: Ints, low: int, high: int, depth: int,
    stamp: int,
    within: int,
) -> int:  # fmt: skip
    """Expand queue[low:high] by one hop, and return the new end of the queue.

    `within`: only from and to states whose depth from the other end keeps them within so many
    hops: no path that short leads through another one. ALL: from and to all states.
    """
    start, to, code, blocked, steps = way.start, way.to, way.code, way.blocked, way.steps
    flags, classes, goal = graph.flags, graph.classes, graph.goal
    modes, end, mine, other = len(goal), high, way.back, BACK - way.back
    for place in range(low, high):
        state = queue[place]
        if within >= 0:
            if states[state, other + SEEN] != stamp:
                continue
            if depth - 1 + states[state, other + DEPTH] > within:
                continue
        node, mode = divmod(state, modes)
        own_flags = flags[node]
        if not own_flags & way.here:
            continue
        for arc in range(start[node], start[node + 1]):
            class_ = classes[code[arc]]
            if not class_ or blocked[arc]:
                continue
            there = to[arc]
            head_flags = flags[there]
            if not head_flags & way.there:
                continue
            symbol = (own_flags if mine else head_flags) >> SYMBOL_BIT
            next_modes = steps[(mode * 4 + class_) * 4 + symbol]
            for then in range(modes):
                state = there * modes + then
                if not next_modes >> then & 1 or states[state, mine + SEEN] == stamp:
                    continue
                if not mine and head_flags & TARGET and not goal[then]:
                    continue
                if within >= 0:
                    if states[state, other + SEEN] != stamp:
                        continue
                    if depth + states[state, other + DEPTH] > within:
                        continue
                states[state, mine + SEEN], states[state, mine + DEPTH] = stamp, depth
                queue[end] = state
                end += 1
    return end


# ---- stage 2: costs


@compile_function
def prune_by_cost(
    graph: SearchGraph, scratch: Scratch, stamp: int, eps: float, budget: int
) -> tuple[int, int]:
    """Return the number of states on a path within the bound, into `scratch.region`, and the bound.

    The bound is the cheapest path's cost times 1 + `eps`. (0, _): proof that there is no path.
    (BUDGET_EXCEEDED, _): more than `budget` states were settled before the searches met
    conclusively.
    """
    states, queue = scratch.states, scratch.back_queue
    heap, back_heap = scratch.heap, scratch.back_heap
    size, back_size = _fill_heaps(graph, states, scratch.queue, queue, heap, back_heap, stamp)
    best, settled, back_settled = int(FAR), 0, 0
    while True:
        size = _drop_settled(heap, size, states, DONE, stamp)
        back_size = _drop_settled(back_heap, back_size, states, BACK + DONE, stamp)
        top = heap[0] >> 32 if size else int(FAR)
        back_top = back_heap[0] >> 32 if back_size else int(FAR)
        bound = _bound(best, eps)
        if top == FAR or back_top == FAR or top + back_top > bound:
            break
        if settled + back_settled > budget:
            return BUDGET_EXCEEDED, 0
        if settled <= back_settled:
            size, settled, best = _advance(
                graph, graph.ahead, states, heap, scratch.queue, size, settled, best, stamp, eps,
                back_top, False, TURNS,
            )  # fmt: skip
        else:
            back_size, back_settled, best = _advance(
                graph, graph.behind, states, back_heap, queue, back_size, back_settled, best, stamp,
                eps, top, False, TURNS,
            )  # fmt: skip
    if best == FAR:
        return 0, 0
    _, back_settled, _ = _advance(
        graph, graph.behind, states, back_heap, queue, back_size, back_settled, best, stamp, eps,
        top, True, FAR,
    )  # fmt: skip
    count = 0
    for place in range(back_settled):
        state = queue[place]
        cost_so_far = int(states[state, COST]) if states[state, DONE] == stamp else top
        if cost_so_far + states[state, BACK + COST] <= bound:
            scratch.region[count] = state
            count += 1
    return count, bound


@inline
def _fill_heaps(
    graph: SearchGraph,
    states: Ints,
    queue: Ints,
    back_queue: Ints,
    heap: Longs,
    back_heap: Longs,
    stamp: int,
) -> tuple[int, int]:
    """Initialize both heaps with the ends."""
    end, back_end = _start_queues(graph, states, queue, back_queue, stamp)
    for place in range(end):
        _push(heap, place, int(queue[place]))
    for place in range(back_end):
        state = int(back_queue[place])
        _push(back_heap, place, int(states[state, BACK + COST]) << 32 | state)
    return end, back_end


@inline
def _bound(best: int, eps: float) -> int:
    return min(int(best) + int(best * eps), int(FAR) - 1)


@inline
def _advance(
    graph: SearchGraph, way: ArcArrays, states: Ints, heap: Longs, queue: Ints, size: int,
    settled: int, best: int,
    stamp: int, eps: float, far_top: int, is_last: bool, turns: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Settle some states from one end, into the queue; the cheapest path met is the best.

    `far_top` is the least cost in the heap of the other end: a path through a state that is not
    settled from there costs at least that more. `is_last`: only states that are settled from there.
    """
    start, to, cost = way.start, way.to, way.cost
    code, blocked, steps = way.code, way.blocked, way.steps
    flags, classes, goal, leave = graph.flags, graph.classes, graph.goal, graph.leave
    modes, mine, other = len(goal), way.back, BACK - way.back
    bound = _bound(best, eps)
    for _ in range(turns):
        size = _drop_settled(heap, size, states, mine + DONE, stamp)
        if not size or heap[0] >> 32 > bound:
            break
        cost_so_far, state = heap[0] >> 32, heap[0] & 0xFFFFFFFF
        size = _pop(heap, size)
        if is_last and (
            states[state, other + DONE] != stamp
            or cost_so_far + states[state, other + COST] > bound
        ):
            continue
        states[state, mine + DONE] = stamp
        queue[settled] = state
        settled += 1
        node, mode = divmod(state, modes)
        own_flags = flags[node]
        if not own_flags & way.here:
            continue
        if not mine and not own_flags & START:
            cost_so_far += leave[node]
        for arc in range(start[node], start[node + 1]):
            class_ = classes[code[arc]]
            if not class_ or blocked[arc]:
                continue
            there = int(to[arc])
            head_flags = flags[there]
            if not head_flags & way.there:
                continue
            symbol = (own_flags if mine else head_flags) >> SYMBOL_BIT
            next_modes = steps[(mode * 4 + class_) * 4 + symbol]
            if not next_modes:
                continue
            total = cost_so_far + cost[arc]
            if mine and not head_flags & START:
                total += leave[there]
            for then in range(modes):
                after = there * modes + then
                if not next_modes >> then & 1:
                    continue
                if not mine and head_flags & TARGET and not goal[then]:
                    continue
                if states[after, mine + SEEN] == stamp and states[after, mine + COST] <= total:
                    continue
                is_done = states[after, other + DONE] == stamp
                if is_last and not is_done:
                    continue
                if total + (int(states[after, other + COST]) if is_done else far_top) > bound:
                    continue  # any path through that state is too expensive
                states[after, mine + SEEN], states[after, mine + COST] = stamp, total
                size = _push(heap, size, total << 32 | after)
                if states[after, other + SEEN] == stamp:
                    best = min(best, total + states[after, other + COST])
                    bound = _bound(best, eps)
    return size, settled, best


# ---- stage 3: completions


@compile_function
def compute_potentials(
    graph: SearchGraph, scratch: Scratch, potentials: Ints, stamp: int, count: int, max_hops: int,
    bound: int,
) -> tuple[int, int]:  # fmt: skip
    """Compute, by hops left and place in `scratch.region`, the least cost of a completion or FAR.

    The layers are `potentials[h * count : (h + 1) * count]`, h from 0 to the first number returned;
    more hops are no cheaper. The second number: how many places of starts `scratch.queue` holds.

    Edges lead from place to place, one for all parallel arcs: the cheapest, of equal ones the
    first. With a bound, only edges on a path within it (`prune_by_cost` must have run before).
    """
    states, edge_start, edges = scratch.states, scratch.edge_start, scratch.edges
    begins = _index_region(graph, scratch, potentials, stamp, count)
    _connect(graph, graph.ahead, states, scratch.region, edge_start, edges, stamp, count, bound)
    for hops in range(1, max_hops + 1):
        if not _relax(edge_start, edges, potentials, (hops - 1) * count, count):
            return hops - 1, begins
    return max_hops, begins


@inline
def _index_region(
    graph: SearchGraph, scratch: Scratch, potentials: Ints, stamp: int, count: int
) -> int:
    """Index the states of the region, set the cost of targets, and return the number of starts."""
    states, region = scratch.states, scratch.region
    nodes, is_target = scratch.nodes, scratch.is_target
    flags, queue, modes, begins = graph.flags, scratch.queue, len(graph.goal), 0
    for place in range(count):
        state = region[place]
        states[state, PLACE], states[state, SEEN] = place, stamp + 1
        potentials[place], nodes[place] = FAR, state // modes
        is_target[place] = flags[state // modes] & TARGET
    for place in range(len(graph.targets)):
        for mode in range(modes):
            state = graph.targets[place] * modes + mode
            if graph.goal[mode] and states[state, SEEN] == stamp + 1:
                potentials[states[state, PLACE]] = graph.ends[place]
    for place in range(len(graph.starts)):
        state = graph.starts[place] * modes + graph.start_modes[place]
        if states[state, SEEN] == stamp + 1:
            queue[begins] = states[state, PLACE]
            begins += 1
    return begins


@inline
def _connect(
    graph: SearchGraph, way: ArcArrays, states: Ints, region: Ints, edge_start: Ints, edges: Ints,
    stamp: int,
    count: int, bound: int,
) -> None:  # fmt: skip
    """Write the edges between the states of the region, by the place they leave."""
    start, to, cost = way.start, way.to, way.cost
    code, blocked, steps = way.code, way.blocked, way.steps
    flags, classes, leave, modes = graph.flags, graph.classes, graph.leave, len(graph.goal)
    end = 0
    for place in range(count):
        edge_start[place] = first = end
        state = region[place]
        node, mode = divmod(state, modes)
        if not flags[node] & way.here:
            continue
        fee = 0 if flags[node] & START else int(leave[node])
        least = int(states[state, COST]) if states[state, DONE] == stamp else 0
        for arc in range(start[node], start[node + 1]):
            class_ = classes[code[arc]]
            if not class_ or blocked[arc]:
                continue
            there = to[arc]
            if not flags[there] & way.there:
                continue
            next_modes = steps[(mode * 4 + class_) * 4 + (flags[there] >> SYMBOL_BIT)]
            for then in range(modes):
                after = there * modes + then
                if not next_modes >> then & 1 or states[after, SEEN] != stamp + 1:
                    continue
                total = fee + cost[arc]
                if bound < FAR and least + total + states[after, BACK + COST] > bound:
                    continue
                if end > first and edges[end - 1, 0] == states[after, PLACE]:
                    if total >= edges[end - 1, 1]:
                        continue
                    end -= 1
                edges[end, 0], edges[end, 1], edges[end, 2] = states[after, PLACE], total, arc
                end += 1
    edge_start[count] = end


@inline
def _relax(edge_start: Ints, edges: Ints, potentials: Ints, base: int, count: int) -> bool:
    """Compute the next layer of potentials, for one more hop; False if it equals the last one."""
    is_changed = False
    for place in range(count):
        best = int(potentials[base + place])
        for edge in range(edge_start[place], edge_start[place + 1]):
            total = int(potentials[base + edges[edge, 0]]) + edges[edge, 1]
            if total < best:
                best = total
                is_changed = True
        potentials[base + count + place] = best
    return is_changed


# ---- heaps of keys


@inline
def _push(heap: Longs, size: int, key: int) -> int:
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if heap[above] <= key:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = key
    return size + 1


@inline
def _pop(heap: Longs, size: int) -> int:
    size -= 1
    key = heap[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= key:
            break
        heap[place] = heap[below]
        place = below
    heap[place] = key
    return size


@inline
def _drop_settled(heap: Longs, size: int, states: Ints, done_column: int, stamp: int) -> int:
    """Drop the keys of states that were already settled at a lower cost."""
    while size and states[heap[0] & 0xFFFFFFFF, done_column] == stamp:
        size = _pop(heap, size)
    return size
