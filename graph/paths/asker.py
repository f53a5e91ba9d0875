"""The asker: the posts and networks at which they sit or answer, none of which a path calls.

Source: answer.md §5, "A step is a call".
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from graph.access.view import View
from graph.paths.kernel.caller_graph import PostAnswers
from graph.paths.kernel.request import SearchPath
from graph.vocabulary import Label


def asker_offices(view: View, standing: PostAnswers, starts: Sequence[int]) -> tuple[int, ...]:
    """Return the starts, and all posts and networks at which their holders sit or answer."""
    posts = [row for row in starts if view.label(row) is Label.ACTOR]
    keys = np.unique(standing.sits[posts])
    label = view.nodes.label
    is_office = (label == Label.ACTOR.code) | (label == Label.NETWORK.code)
    is_own = (np.isin(standing.key, keys) | np.isin(standing.sits, keys)) & is_office
    rows: list[int] = np.flatnonzero(is_own & view.visible).tolist()
    return tuple(sorted({*starts, *rows}))


def asker_nodes(standing: PostAnswers, own: tuple[int, ...], starts: Sequence[int]) -> PostAnswers:
    """Return `standing` with the asker answering where they sit, even if a duty line would."""
    rows, asking = list(own), (own, tuple(starts))
    sits = standing.sits[rows]
    answers = np.where(np.isin(sits, standing.sits[list(starts)]), sits, standing.key[rows])
    if np.array_equal(standing.key[rows], answers):
        return standing
    kept: tuple[object, PostAnswers] | None = standing.memo.get("asked by")
    if kept is None or kept[0] != asking:
        key = standing.key.copy()
        key[rows] = answers
        kept = standing.memo["asked by"] = asking, replace(standing, key=key)
    return kept[1]


def start_of(path: SearchPath, standing: PostAnswers, starts: Sequence[int]) -> int:
    """Return the requested start at which a path begins, or whose holder has its first post."""
    first = path.rows[0]
    if first in starts:
        return first
    sits, key = standing.sits, standing.key
    return next((row for row in starts if sits[row] in (sits[first], key[first])), first)
