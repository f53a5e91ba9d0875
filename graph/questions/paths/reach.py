"""How far do the starts come, within so many hops? For the account of why there is no path."""

import numpy as np

from graph.questions.paths.ground import Ground, Numbers
from graph.questions.paths.kernel_plain import NEVER


def cheapest_from(ground: Ground, max_hops: int) -> Numbers:
    """int64[nodes]: 16 * micro-nats + hops of the cheapest way from a start, NEVER where none is.

    A way may meet a node twice. O(hops * steps).
    """
    best = np.full(ground.dead + 1, NEVER, np.int64)
    best[[state for _, state in ground.starts]] = 0
    for _ in range(max_hops):
        spent = best[:-1].reshape(ground.modes, ground.size)[:, ground.tail] + ground.step
        after = best.copy()
        np.minimum.at(after, ground.leads, spent)
        after[-1] = NEVER
        best = after
    return best[:-1].reshape(ground.modes, ground.size).min(axis=0)
