"""Stages 1 to 3, compiled: the states that can be on a path, and bounds of completions from each.

Source: paths.md §3.2. Stage 1 counts hops from both ends; stage 2 is bidirectional Dijkstra up to a
bound; stage 3 bounds the rest of a path within a number of hops, over the remaining states.

Arrays are taken out of their tuples before a loop: each access to a tuple counts a reference.
"""

from typing import NamedTuple

from graph.paths.kernel.compiling import Bytes, Codes, Ints, Longs, compiled, inlined

OVER = -1
"""A stage exceeded its budget and has no result."""
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
    in its paint from SYMBOL_BIT on. A node may be left if its paint has the bit `here`, and entered
    if it has `there`; `back`: 0 or BACK.
    """

    start: Ints
    to: Ints
    cost: Ints
    code: Codes
    shut: Bytes
    steps: Bytes
    here: int
    there: int
    back: int


class SearchGraph(NamedTuple):
    """The arcs in both directions, and the paint of one need; costs are 16 * micro-nats."""

    ahead: ArcArrays
    behind: ArcArrays
    leave: Ints
    paint: Bytes
    classes: Bytes
    goal: Bytes
    starts: Ints
    start_modes: Ints
    targets: Ints
    ends: Ints


class Scratch(NamedTuple):
    """Scratch arrays for one search at a time."""

    state: Ints  # by state and column
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


@compiled
def prune_by_hops(lie: SearchGraph, work: Scratch, stamp: int, max_hops: int, budget: int) -> int:
    """Return how many states are on a path of so many hops, written to `work.region`.

    0 proves that there is no path. OVER: more than `budget` states were met before that was known.
    """
    state, queue, back_queue, region = work.state, work.queue, work.back_queue, work.region
    end, back_end = _begin(lie, state, queue, back_queue, stamp)
    low = back_low = depth = back_depth = 0
    while depth + back_depth < max_hops and low < end and back_low < back_end:
        if end - low <= back_end - back_low:
            depth += 1
            low, end = end, _round(lie, lie.ahead, state, queue, low, end, depth, stamp, OVER)
        else:
            back_depth += 1
            back_low, back_end = back_end, _round(
                lie, lie.behind, state, back_queue, back_low, back_end, back_depth, stamp, OVER
            )  # fmt: skip
        if end + back_end > budget:
            return OVER
    if _gathered(state, queue, end, stamp, max_hops, region) == 0:
        return 0
    while low < end and depth < max_hops:
        depth += 1
        low, end = end, _round(lie, lie.ahead, state, queue, low, end, depth, stamp, max_hops)
    while back_low < back_end and back_depth < max_hops:
        back_depth += 1
        back_low, back_end = back_end, _round(
            lie, lie.behind, state, back_queue, back_low, back_end, back_depth, stamp, max_hops
        )  # fmt: skip
    return _gathered(state, queue, end, stamp, max_hops, region)


@inlined
def _begin(
    lie: SearchGraph, state: Ints, queue: Ints, back_queue: Ints, stamp: int
) -> tuple[int, int]:
    """Put the ends into the queues, at depth and cost 0 or the cost of ending there."""
    modes, end, back_end = len(lie.goal), 0, 0
    for place in range(len(lie.starts)):
        one = lie.starts[place] * modes + lie.start_modes[place]
        state[one, SEEN], state[one, DEPTH], state[one, COST] = stamp, 0, 0
        queue[end] = one
        end += 1
    for place in range(len(lie.targets)):
        for mode in range(modes):
            if lie.goal[mode]:
                one = lie.targets[place] * modes + mode
                state[one, BACK + SEEN], state[one, BACK + DEPTH] = stamp, 0
                state[one, BACK + COST] = lie.ends[place]
                back_queue[back_end] = one
                back_end += 1
    return end, back_end


@inlined
def _gathered(state: Ints, queue: Ints, end: int, stamp: int, max_hops: int, region: Ints) -> int:
    """Write the states seen from both ends within the hops to the region; return their number."""
    count = 0
    for place in range(end):
        one = queue[place]
        is_seen = state[one, BACK + SEEN] == stamp
        if is_seen and state[one, DEPTH] + state[one, BACK + DEPTH] <= max_hops:
            region[count] = one
            count += 1
    return count


@inlined
def _round(
    lie: SearchGraph, way: ArcArrays, state: Ints, queue: Ints, low: int, high: int, depth: int,
    stamp: int,
    within: int,
) -> int:  # fmt: skip
    """Expand queue[low:high] by one hop, and return the new end of the queue.

    `within`: only from and to states whose depth from the other end keeps them within so many
    hops: no path that short leads through another one.
    """
    start, to, code, shut, steps = way.start, way.to, way.code, way.shut, way.steps
    paint, classes, goal = lie.paint, lie.classes, lie.goal
    modes, end, mine, other = len(goal), high, way.back, BACK - way.back
    for place in range(low, high):
        one = queue[place]
        if within >= 0 and (
            state[one, other + SEEN] != stamp or depth - 1 + state[one, other + DEPTH] > within
        ):
            continue
        node, mode = divmod(one, modes)
        here = paint[node]
        if not here & way.here:
            continue
        for arc in range(start[node], start[node + 1]):
            class_ = classes[code[arc]]
            if not class_ or shut[arc]:
                continue
            there = to[arc]
            found = paint[there]
            if not found & way.there:
                continue
            led = steps[(mode * 4 + class_) * 4 + ((here if mine else found) >> SYMBOL_BIT)]
            for then in range(modes):
                one = there * modes + then
                if not led >> then & 1 or state[one, mine + SEEN] == stamp:
                    continue
                if not mine and found & TARGET and not goal[then]:
                    continue
                if within >= 0 and (
                    state[one, other + SEEN] != stamp or depth + state[one, other + DEPTH] > within
                ):
                    continue
                state[one, mine + SEEN], state[one, mine + DEPTH] = stamp, depth
                queue[end] = one
                end += 1
    return end


# ---- stage 2: costs


@compiled
def prune_by_cost(
    lie: SearchGraph, work: Scratch, stamp: int, eps: float, budget: int
) -> tuple[int, int]:
    """Return the number of states on a path within the bound, into `work.region`, and the bound.

    The bound is the cheapest path's cost times 1 + `eps`. (0, _): proof that there is no path.
    (OVER, _): more than `budget` states were settled before the searches met conclusively.
    """
    state, queue, heap, back_heap = work.state, work.back_queue, work.heap, work.back_heap
    size, back_size = _heaped(lie, state, work.queue, queue, heap, back_heap, stamp)
    best, settled, back_settled = int(FAR), 0, 0
    while True:
        size = _fresh(heap, size, state, DONE, stamp)
        back_size = _fresh(back_heap, back_size, state, BACK + DONE, stamp)
        top = heap[0] >> 32 if size else int(FAR)
        back_top = back_heap[0] >> 32 if back_size else int(FAR)
        bound = _bound(best, eps)
        if top == FAR or back_top == FAR or top + back_top > bound:
            break
        if settled + back_settled > budget:
            return OVER, 0
        if settled <= back_settled:
            size, settled, best = _advance(
                lie, lie.ahead, state, heap, work.queue, size, settled, best, stamp, eps, back_top,
                False, TURNS,
            )  # fmt: skip
        else:
            back_size, back_settled, best = _advance(
                lie, lie.behind, state, back_heap, queue, back_size, back_settled, best, stamp, eps,
                top, False, TURNS,
            )  # fmt: skip
    if best == FAR:
        return 0, 0
    _, back_settled, _ = _advance(
        lie, lie.behind, state, back_heap, queue, back_size, back_settled, best, stamp, eps, top,
        True, FAR,
    )  # fmt: skip
    count = 0
    for place in range(back_settled):
        one = queue[place]
        spent = int(state[one, COST]) if state[one, DONE] == stamp else top
        if spent + state[one, BACK + COST] <= bound:
            work.region[count] = one
            count += 1
    return count, bound


@inlined
def _heaped(
    lie: SearchGraph,
    state: Ints,
    queue: Ints,
    back_queue: Ints,
    heap: Longs,
    back_heap: Longs,
    stamp: int,
) -> tuple[int, int]:
    """Initialize both heaps with the ends."""
    end, back_end = _begin(lie, state, queue, back_queue, stamp)
    for place in range(end):
        _push(heap, place, int(queue[place]))
    for place in range(back_end):
        one = int(back_queue[place])
        _push(back_heap, place, int(state[one, BACK + COST]) << 32 | one)
    return end, back_end


@inlined
def _bound(best: int, eps: float) -> int:
    return min(int(best) + int(best * eps), int(FAR) - 1)


@inlined
def _advance(
    lie: SearchGraph, way: ArcArrays, state: Ints, heap: Longs, queue: Ints, size: int,
    settled: int, best: int,
    stamp: int, eps: float, far_top: int, is_last: bool, turns: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Settle some states from one end, into the queue; the cheapest path met is the best.

    `far_top` is the least cost in the heap of the other end: a path through a state that is not
    settled from there costs at least that more. `is_last`: only states that are settled from there.
    """
    start, to, cost, code, shut, steps = way.start, way.to, way.cost, way.code, way.shut, way.steps
    paint, classes, goal, leave = lie.paint, lie.classes, lie.goal, lie.leave
    modes, mine, other = len(goal), way.back, BACK - way.back
    bound = _bound(best, eps)
    for _ in range(turns):
        size = _fresh(heap, size, state, mine + DONE, stamp)
        if not size or heap[0] >> 32 > bound:
            break
        spent, one = heap[0] >> 32, heap[0] & 0xFFFFFFFF
        size = _pop(heap, size)
        if is_last and (
            state[one, other + DONE] != stamp or spent + state[one, other + COST] > bound
        ):
            continue
        state[one, mine + DONE] = stamp
        queue[settled] = one
        settled += 1
        node, mode = divmod(one, modes)
        here = paint[node]
        if not here & way.here:
            continue
        if not mine and not here & START:
            spent += leave[node]
        for arc in range(start[node], start[node + 1]):
            class_ = classes[code[arc]]
            if not class_ or shut[arc]:
                continue
            there = int(to[arc])
            found = paint[there]
            if not found & way.there:
                continue
            led = steps[(mode * 4 + class_) * 4 + ((here if mine else found) >> SYMBOL_BIT)]
            if not led:
                continue
            total = spent + cost[arc]
            if mine and not found & START:
                total += leave[there]
            for then in range(modes):
                after = there * modes + then
                if not led >> then & 1:
                    continue
                if not mine and found & TARGET and not goal[then]:
                    continue
                if state[after, mine + SEEN] == stamp and state[after, mine + COST] <= total:
                    continue
                is_done = state[after, other + DONE] == stamp
                if is_last and not is_done:
                    continue
                if total + (int(state[after, other + COST]) if is_done else far_top) > bound:
                    continue  # any path through that state is too expensive
                state[after, mine + SEEN], state[after, mine + COST] = stamp, total
                size = _push(heap, size, total << 32 | after)
                if state[after, other + SEEN] == stamp:
                    best = min(best, total + state[after, other + COST])
                    bound = _bound(best, eps)
    return size, settled, best


# ---- stage 3: completions


@compiled
def potentials(
    lie: SearchGraph, work: Scratch, pot: Ints, stamp: int, count: int, max_hops: int, bound: int
) -> tuple[int, int]:
    """Compute, by hops left and place in `work.region`, the least cost of a completion; FAR: none.

    The layers are `pot[h * count : (h + 1) * count]`, h from 0 to the first number returned; more
    hops are no cheaper. The second number: how many places of starts `work.queue` holds now.

    Edges lead from place to place, one for all parallel arcs: the cheapest, of equal ones the
    first. With a bound, only edges on a path within it (`prune_by_cost` must have run before).
    """
    state, edge_start, edges = work.state, work.edge_start, work.edges
    begins = _placed(lie, work, pot, stamp, count)
    _connect(lie, lie.ahead, state, work.region, edge_start, edges, stamp, count, bound)
    for hops in range(1, max_hops + 1):
        if not _relax(edge_start, edges, pot, (hops - 1) * count, count):
            return hops - 1, begins
    return max_hops, begins


@inlined
def _placed(lie: SearchGraph, work: Scratch, pot: Ints, stamp: int, count: int) -> int:
    """Index the states of the region, set the cost of targets, and return the number of starts."""
    state, region, nodes, is_target = work.state, work.region, work.nodes, work.is_target
    paint, queue, modes, begins = lie.paint, work.queue, len(lie.goal), 0
    for place in range(count):
        one = region[place]
        state[one, PLACE], state[one, SEEN] = place, stamp + 1
        pot[place], nodes[place] = FAR, one // modes
        is_target[place] = paint[one // modes] & TARGET
    for place in range(len(lie.targets)):
        for mode in range(modes):
            one = lie.targets[place] * modes + mode
            if lie.goal[mode] and state[one, SEEN] == stamp + 1:
                pot[state[one, PLACE]] = lie.ends[place]
    for place in range(len(lie.starts)):
        one = lie.starts[place] * modes + lie.start_modes[place]
        if state[one, SEEN] == stamp + 1:
            queue[begins] = state[one, PLACE]
            begins += 1
    return begins


@inlined
def _connect(
    lie: SearchGraph, way: ArcArrays, state: Ints, region: Ints, edge_start: Ints, edges: Ints,
    stamp: int,
    count: int, bound: int,
) -> None:  # fmt: skip
    """Write the edges between the states of the region, by the place they leave."""
    start, to, cost, code, shut, steps = way.start, way.to, way.cost, way.code, way.shut, way.steps
    paint, classes, leave, modes = lie.paint, lie.classes, lie.leave, len(lie.goal)
    end = 0
    for place in range(count):
        edge_start[place] = first = end
        one = region[place]
        node, mode = divmod(one, modes)
        if not paint[node] & way.here:
            continue
        fee = 0 if paint[node] & START else int(leave[node])
        least = int(state[one, COST]) if state[one, DONE] == stamp else 0
        for arc in range(start[node], start[node + 1]):
            class_ = classes[code[arc]]
            if not class_ or shut[arc]:
                continue
            there = to[arc]
            if not paint[there] & way.there:
                continue
            led = steps[(mode * 4 + class_) * 4 + (paint[there] >> SYMBOL_BIT)]
            for then in range(modes):
                after = there * modes + then
                if not led >> then & 1 or state[after, SEEN] != stamp + 1:
                    continue
                total = fee + cost[arc]
                if bound < FAR and least + total + state[after, BACK + COST] > bound:
                    continue
                if end > first and edges[end - 1, 0] == state[after, PLACE]:
                    if total >= edges[end - 1, 1]:
                        continue
                    end -= 1
                edges[end, 0], edges[end, 1], edges[end, 2] = state[after, PLACE], total, arc
                end += 1
    edge_start[count] = end


@inlined
def _relax(edge_start: Ints, edges: Ints, pot: Ints, base: int, count: int) -> bool:
    """Compute the next layer of potentials, for one more hop; False if it equals the last one."""
    is_changed = False
    for place in range(count):
        best = int(pot[base + place])
        for edge in range(edge_start[place], edge_start[place + 1]):
            left = int(pot[base + edges[edge, 0]]) + edges[edge, 1]
            if left < best:
                best = left
                is_changed = True
        pot[base + count + place] = best
    return is_changed


# ---- heaps of keys


@inlined
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


@inlined
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


@inlined
def _fresh(heap: Longs, size: int, state: Ints, done: int, stamp: int) -> int:
    """Drop the keys of states that were already settled at a lower cost."""
    while size and state[heap[0] & 0xFFFFFFFF, done] == stamp:
        size = _pop(heap, size)
    return size
