"""Masks over all nodes for each criterion of a need.

A need can ask for a competence, a language and a kind of channel; if it asks for several, all must
be met. Source: paths.md §1.2, answer.md §3.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce

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
    meets_in,
)
from graph.paths.need import Need
from graph.paths.places import sectors
from graph.paths.policy import Policy
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import NO_WORD
from graph.snapshot.structure import posts_of
from graph.vocabulary import Channel, Competence, Label, Sector, Term


def criteria(view: View, need: Need, policy: Policy) -> dict[str, Mask]:
    """Return the mask of each criterion of a need except area and distance, by field name.

    Without a target that is not an area, only posts can meet them: see `all_of`.
    """
    found: dict[str, Mask] = {}
    if (named := named_of(view, need)[0]) is not None:
        found["target"] = _standing_for(view, named)
    if need.trigger is not None:
        found["trigger"] = is_kind(view, Label.ACTOR, policy.triggers[need.trigger].posts)
    if need.sector is not None:
        found["sector"] = is_sector(view, need.sector)
    if need.network:
        found["network"] = meets_in(view, need.network)
    if need.competence is not None:
        found["competence"] = is_competent(view, need.competence)
    if need.language is not None:
        found["language"] = is_spoken(view, need.language)
    if need.channel is not None:
        found["channel"] = has_channel(view, need.channel)
    return found


def all_of(view: View, masks: Mapping[str, Mask]) -> Mask:
    """Return the nodes that meet all criteria: posts, or what the target stands for."""
    among = () if "target" in masks else (posts(view),)
    return reduce(np.logical_and, (*among, *masks.values()))


def posts(view: View) -> Mask:
    """bool[nodes]: all visible posts."""
    return view.memo("posts", lambda: view.visible & (view.nodes.label == Label.ACTOR.code))


def _standing_for(view: View, named: int) -> Mask:
    """Return what a target stands for: an association or civilian itself, else its posts."""
    mask = np.zeros(len(view.visible), np.bool_)
    is_end = view.label(named) in (Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL)
    mask[[named] if is_end else seats(view, named)] = True
    return mask


def area_of(view: View, need: Need) -> int | None:
    """Return the area a need names, as its area or as its target."""
    return named_of(view, need)[1]


def named_of(view: View, need: Need) -> tuple[int | None, int | None]:
    """Return the rows of a need's target and area; a target that is an area is its area."""
    target = None if need.target is None else view.current(need.target)
    area = None if need.area is None else view.current(need.area)
    if target is not None and is_area(view, target):
        return None, target if area is None else area
    return target, area


def is_kind(view: View, label: Label, kinds: Iterable[Term]) -> Mask:
    """bool[nodes]: the visible nodes of a label and one of these kinds."""
    wanted = np.zeros(NO_WORD + 1, np.bool_)
    wanted[[kind.code for kind in kinds]] = True
    return view.visible & (view.nodes.label == label.code) & wanted[view.nodes.kind]


def is_sector(view: View, sector: Sector) -> Mask:
    """bool[nodes]: the posts of a sector."""
    return sectors(view) == sector.code


def seats(view: View, row: int) -> list[int]:
    """Return the posts a node stands for; see `graph.snapshot.structure.posts_of`."""
    return [post for post in posts_of(view, row) if view.label(post) is Label.ACTOR]


def is_area(view: View, row: int) -> bool:
    """Return whether a node is an area."""
    return view.label(row) is Label.AREA


def able_themselves(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that meet all of it, as a post or by a holder."""
    return _all_asked(
        view, need, is_competent_themselves, is_held_by_speaker, has_channel_themselves
    )


def able_by_deputy(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts that meet all of it, in part through a deputy."""
    return _all_asked(view, need, is_competent, is_spoken, has_channel)


def able_in_broader_subject(view: View, need: Need) -> Mask:
    """bool[nodes]: the posts whose competence is a broader KLE group of the requested one."""
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
    """bool[nodes]: the posts that pass the test of each of the three criteria the need states."""
    mask = posts(view)
    if need.competence is not None:
        mask = mask & competent(view, need.competence)
    if need.language is not None:
        mask = mask & speaks(view, need.language)
    if need.channel is not None:
        mask = mask & reached(view, need.channel)
    return mask
