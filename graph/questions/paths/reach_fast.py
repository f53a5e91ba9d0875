"""How far the cheapest ways come within so many hops, compiled: one round for each hop.

A state is a node and a mode: node * modes + mode; costs are 16 * micro-nats and hops. Only states
that became cheaper in the last round are looked at, at what they cost when it ended: so a way has
as many hops as rounds, and not more.
"""

from graph.questions.paths.compiling import Bytes, Codes, Ints, compiled

FAR = 2**31 - 1
"""What a way costs that is not there."""
_ENTER, _LEAVE, _START = 1, 2, 4


@compiled
def ways_from(
    start: Ints, head: Ints, cost: Ints, code: Codes, shut: Bytes, paint: Bytes, fee: Ints,
    classes: Bytes, symbol: Bytes, ahead: Bytes, modes: int, best: Ints, work: Ints, marks: Bytes,
    count: int, max_hops: int,
) -> None:  # fmt: skip
    """The cheapest ways onward from the first `count` states in `work[0]`, into `best`.

    `fee` is paid on leaving. `work` has three rows of all states, `marks` one byte a state, 0.
    """
    front, after, spent = work[0], work[1], work[2]
    for hop in range(1, max_hops + 1):
        for place in range(count):
            spent[place] = best[front[place]]
        many = 0
        for place in range(count):
            node, mode = divmod(front[place], modes)
            if not paint[node] & _LEAVE:
                continue
            so_far = spent[place] + fee[node]
            for lane in range(start[node], start[node + 1]):
                there = head[lane]
                if not paint[there] & _ENTER or shut[lane]:
                    continue
                led = ahead[(mode * 4 + classes[code[lane]]) * 4 + symbol[there]]
                total = so_far + cost[lane]
                for then in range(modes):
                    state = there * modes + then
                    if led >> then & 1 and total < best[state]:
                        best[state] = total
                        if marks[state] != hop:
                            marks[state], after[many] = hop, state
                            many += 1
        front, after, count = after, front, many


@compiled
def ways_to(
    start: Ints, tail: Ints, cost: Ints, code: Codes, shut: Bytes, paint: Bytes, fee: Ints,
    classes: Bytes, symbol: Bytes, before: Bytes, modes: int, best: Ints, work: Ints, marks: Bytes,
    count: int, max_hops: int,
) -> None:  # fmt: skip
    """The same of ways back from targets; the `fee` of each node they enter is included."""
    front, after, spent = work[0], work[1], work[2]
    for hop in range(1, max_hops + 1):
        for place in range(count):
            spent[place] = best[front[place]]
        many = 0
        for place in range(count):
            node, mode = divmod(front[place], modes)
            for lane in range(start[node], start[node + 1]):
                there = tail[lane]
                if paint[there] & (_LEAVE | _START) != _LEAVE or shut[lane]:
                    continue
                led = before[(mode * 4 + classes[code[lane]]) * 4 + symbol[node]]
                total = spent[place] + cost[lane] + fee[there]
                for then in range(modes):
                    state = there * modes + then
                    if led >> then & 1 and total < best[state]:
                        best[state] = total
                        if marks[state] != hop:
                            marks[state], after[many] = hop, state
                            many += 1
        front, after, count = after, front, many
