"""Are the words of the wire those of the graph?"""

from typing import Any, get_args

import pytest

from api.schemas import words as wire
from graph import vocabulary
from graph.paths import answer_terms, path_diff
from graph.paths.kernel import request
from graph.questions import (
    coverage_map,
    coverage_matrix,
    handover,
    impact,
    metrics,
    owners,
    post_states,
    reference_paths,
)
from graph.vocabulary import Term

_HOMES = (
    vocabulary, answer_terms, request, handover, post_states, coverage_map, coverage_matrix,
    impact,
    reference_paths,
    impact, metrics, owners, path_diff,
)  # fmt: skip
NAMES = [name for name, value in vars(wire).items() if get_args(value) and name != "StopKind"]


OTHER_NAMES = {"Reason": "PathReason", "PathWhy": "PathChangeReason", "Rung": "AnswerRole"}
"""What the wire calls by another name."""


def _word(name: str) -> type[Term]:
    name = OTHER_NAMES.get(name, name)
    found: Any = next(getattr(home, name) for home in _HOMES if hasattr(home, name))
    assert issubclass(found, Term)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_enumeration_has_its_twin_with_the_same_words_in_the_same_order(name: str) -> None:
    assert list(get_args(getattr(wire, name))) == [str(word) for word in _word(name)]


def test_a_stop_is_of_any_kind_there_is() -> None:
    kinds = (wire.PostKind, wire.NetworkKind, wire.OrganizationKind, wire.ResourceKind)
    assert set(get_args(wire.StopKind)) == {word for kind in kinds for word in get_args(kind)}


def test_no_word_can_be_taken_for_one_of_another_kind_where_either_may_stand() -> None:
    sectors, kinds, posts = (
        set(get_args(one)) for one in (wire.Sector, wire.NetworkKind, wire.PostKind)
    )
    assert not sectors & kinds
    assert not sectors & posts
