"""Who has what a need asks for: themselves, through a deputy, or in a broader subject.

Asked are a competence, a language and a kind of channel; of several, all must be met. Source:
answer.md §3.
"""

from collections.abc import Callable

import numpy as np

from graph.access.view import View
from graph.paths.capabilities import (
    has_channel,
    has_channel_themselves,
    has_exact_competence,
    is_competent,
    is_competent_themselves,
    is_held_by_speaker,
    is_spoken,
)
from graph.paths.criteria import posts
from graph.paths.need import Need
from graph.snapshot.csr import Mask
from graph.vocabulary import Channel, Competence


def able_themselves(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that have all of it, as a post or by a holder."""
    return _all_asked(
        view, need, is_competent_themselves, is_held_by_speaker, has_channel_themselves
    )


def able_by_deputy(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that have all of it, some of it through a deputy."""
    return _all_asked(view, need, is_competent, is_spoken, has_channel)


def able_in_broader_subject(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts whose competence is a broader group of the KLE that holds it."""
    if need.competence is None:
        return np.zeros(len(view.visible), np.bool_)
    return _all_asked(view, need, _knows_broader, is_spoken, has_channel)


def _knows_broader(view: View, asked: str) -> Mask:
    mask = np.zeros(len(view.visible), np.bool_)
    for competence in Competence:
        if asked.startswith(f"{competence.number}."):
            mask |= has_exact_competence(view, competence)
    return mask


def _all_asked(
    view: View,
    need: Need,
    competent: Callable[[View, str], Mask],
    speaks: Callable[[View, str], Mask],
    reached: Callable[[View, Channel], Mask],
) -> Mask:
    """bool[nodes]: the posts that pass the test of each of the three that the need asks for."""
    mask = posts(view)
    if need.competence is not None:
        mask = mask & competent(view, need.competence)
    if need.language is not None:
        mask = mask & speaks(view, need.language)
    if need.channel is not None:
        mask = mask & reached(view, need.channel)
    return mask
