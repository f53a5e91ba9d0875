"""Least costs within a number of hops, compiled: one round per hop.

A state is a node and a mode: node * modes + mode; costs are 16 * micro-nats and hops. A round reads
only nodes that became cheaper in the previous one, at their costs when it ended, so a path has as
many hops as rounds. The arcs of a node are read once for all its modes.
"""

from graph.paths.kernel.compiling import Bytes, Codes, Ints, compile_function, inline

FAR = 2**31 - 1
"""The cost of a path that does not exist."""
_ENTER, _LEAVE, _SYMBOL_BIT = 1, 2, 4


@compile_function
def ways_from(
    start: Ints, head: Ints, cost: Ints, code: Codes, blocked: Bytes, flags: Bytes, fee: Ints,
    classes: Bytes, ahead: Bytes, modes: int, best: Ints, front_costs: Ints, nodes: Ints,
    marks: Bytes, count: int, max_hops: int,
) -> None:  # fmt: skip
    """Compute the least costs onward from the first `count` nodes in `nodes[0]`, into `best`.

    `fee` is paid on leaving. `front_costs` has room for all states, `nodes` for all nodes twice,
    `marks` is 0 for each node.
    """
    front, after = nodes[0], nodes[1]
    for hop in range(1, max_hops + 1):
        _copy_costs(best, front_costs, front, modes, count)
        many = 0
        for place in range(count):
            node = front[place]
            if not flags[node] & _LEAVE:
                continue
            for arc in range(start[node], start[node + 1]):
                kind, there = classes[code[arc]], head[arc]
                if not kind or blocked[arc] or not flags[there] & _ENTER:
                    continue
                step = kind * 4 + (flags[there] >> _SYMBOL_BIT)
                more = fee[node] + cost[arc]
                if not _relax(best, front_costs, ahead, place, there, modes, step, more):
                    continue
                if marks[there] != hop:
                    marks[there], after[many] = hop, there
                    many += 1
        front, after, count = after, front, many


@compile_function
def ways_to(
    start: Ints, tail: Ints, cost: Ints, code: Codes, blocked: Bytes, flags: Bytes, fee: Ints,
    classes: Bytes, before: Bytes, modes: int, best: Ints, front_costs: Ints, nodes: Ints,
    marks: Bytes, count: int, max_hops: int,
) -> None:  # fmt: skip
    """Compute the same backward from targets, with the `fee` of each node entered.

    A node with a negative fee cannot be entered.
    """
    front, after = nodes[0], nodes[1]
    for hop in range(1, max_hops + 1):
        _copy_costs(best, front_costs, front, modes, count)
        many = 0
        for place in range(count):
            node = front[place]
            for arc in range(start[node], start[node + 1]):
                kind, there = classes[code[arc]], tail[arc]
                if not kind or blocked[arc] or fee[there] < 0:
                    continue
                step = kind * 4 + (flags[node] >> _SYMBOL_BIT)
                more = fee[there] + cost[arc]
                if not _relax(best, front_costs, before, place, there, modes, step, more):
                    continue
                if marks[there] != hop:
                    marks[there], after[many] = hop, there
                    many += 1
        front, after, count = after, front, many


@inline
def _copy_costs(best: Ints, front_costs: Ints, front: Ints, modes: int, count: int) -> None:
    """Copy the cost of each mode of the front nodes at the start of a round."""
    for place in range(count):
        for mode in range(modes):
            front_costs[place * modes + mode] = best[front[place] * modes + mode]


@inline
def _relax(
    best: Ints, front_costs: Ints, steps: Bytes, place: int, there: int, modes: int, step: int,
    more: int,
) -> bool:  # fmt: skip
    """Relax an arc and return whether any mode of the node it leads to became cheaper."""
    is_cheaper = False
    for mode in range(modes):
        so_far = front_costs[place * modes + mode]
        next_modes = steps[mode * 16 + step]
        if so_far == FAR or not next_modes:
            continue
        for then in range(modes):
            if next_modes >> then & 1 and so_far + more < best[there * modes + then]:
                best[there * modes + then] = so_far + more
                is_cheaper = True
    return is_cheaper
