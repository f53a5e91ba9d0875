"""Who has what a need asks for: themselves, through a deputy, or in a broader subject.

Asked are a competence, a language and a kind of channel; of several, all must be met. Source:
answer.md §3.
"""

import numpy as np

from graph.questions.paths.criteria import posts
from graph.questions.paths.need import Need
from graph.questions.paths.pairs import Mask
from graph.questions.paths.talents import (
    has_channel,
    has_channel_themselves,
    is_competent,
    is_competent_themselves,
    is_held_by_speaker,
    is_spoken,
    knows,
)
from graph.view import View
from graph.vocabulary import Competence


def themselves(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that have all of it, as a post or by a holder."""
    mask = posts(view)
    if need.competence is not None:
        mask = mask & is_competent_themselves(view, need.competence)
    if need.language is not None:
        mask = mask & is_held_by_speaker(view, need.language)
    if need.channel is not None:
        mask = mask & has_channel_themselves(view, need.channel)
    return mask


def by_deputy(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that have all of it, some of it through a deputy."""
    mask = posts(view) & _besides_competence(view, need)
    if need.competence is not None:
        mask = mask & is_competent(view, need.competence)
    return mask


def broader(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts whose competence is a broader group of the KLE that holds it."""
    if need.competence is None:
        return np.zeros(len(view.visible), np.bool_)
    mask = np.zeros(len(view.visible), np.bool_)
    for competence in Competence:
        if need.competence.startswith(f"{competence.number}."):
            mask |= knows(view, competence)
    return mask & posts(view) & _besides_competence(view, need)


def _besides_competence(view: View, need: Need) -> Mask:
    mask = posts(view)
    if need.language is not None:
        mask = mask & is_spoken(view, need.language)
    if need.channel is not None:
        mask = mask & has_channel(view, need.channel)
    return mask
