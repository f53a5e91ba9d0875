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
def test_what_takes_too_long_is_ended_and_leaves_nothing_behind(question: str) -> None:
    ask, used_view = QUESTIONS[question], view()
    with deadline(-1), pytest.raises(TooExpensive) as ended:
        ask(used_view)
    assert ended.value.limit_s == -1
    assert ask(used_view) == ask(view())


def test_a_limit_ends_with_what_it_is_of_and_the_narrower_one_counts_inside() -> None:
    check_deadline()
    with deadline(60):
        check_deadline()
        with deadline(-1), pytest.raises(TooExpensive):
            check_deadline()
        check_deadline()
    check_deadline()
