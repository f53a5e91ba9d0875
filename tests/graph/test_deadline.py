from collections.abc import Callable

import pytest

from graph.access.view import View
from graph.deadline import check_deadline, deadline
from graph.errors import TooExpensive
from graph.paths import Need, find
from graph.paths.policy_file import load_policy
from graph.questions.bridges import bridges
from graph.questions.cuts import cuts
from graph.questions.impact import impact
from graph.questions.reach import reach
from graph.vocabulary import NetworkKind
from tests import kystby

POLICY = load_policy(None)
NEED = Need(on=kystby.TODAY, start="ihd", target="ssp-post")
SSP = Need(on=kystby.TODAY, start="ihd", network=frozenset({NetworkKind.SSP}))
QUESTIONS: dict[str, Callable[[View], object]] = {
    "paths": lambda view: find(view, NEED, POLICY),
    "reach": lambda view: reach(view, SSP, POLICY),
    "impact": lambda view: impact(view, "amina", POLICY),
    "bridges": lambda view: bridges(view, POLICY),
    "cuts": lambda view: cuts(view, POLICY, area="kystby"),
}


def view() -> View:
    """Return a new View of Kystby, with nothing memoized."""
    return kystby.view_of(kystby.snapshot())


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_past_its_deadline_raises_too_expensive_and_leaves_no_state(
    question: str,
) -> None:
    ask, used_view = QUESTIONS[question], view()
    with deadline(-1), pytest.raises(TooExpensive) as ended:
        ask(used_view)
    assert ended.value.limit_s == -1
    assert ask(used_view) == ask(view())


def test_a_deadline_ends_with_its_block_and_a_shorter_inner_one_applies_inside() -> None:
    check_deadline()
    with deadline(60):
        check_deadline()
        with deadline(-1), pytest.raises(TooExpensive):
            check_deadline()
        check_deadline()
    check_deadline()
