"""Steps in a network: taken back in order, taken again, and never more than fifty kept."""

from explorer.components.network import DEPTH, NetworkHistory, NetworkState


def test_a_step_is_taken_back_and_taken_again_with_its_places() -> None:
    steps = NetworkHistory().expand("a").pin({"a": (1, 2)}).expand("b")
    assert steps.now == NetworkState(expanded=("a", "b"), pinned={"a": (1, 2)})
    assert steps.undo().now == NetworkState(expanded=("a",), pinned={"a": (1, 2)})
    assert steps.undo().undo().now == NetworkState(expanded=("a",))
    assert steps.undo().undo().redo().redo() == steps


def test_a_new_step_forgets_what_was_taken_back() -> None:
    steps = NetworkHistory().expand("a").expand("b").undo().expand("c")
    assert steps.now.expanded == ("a", "c")
    assert steps.redo() == steps


def test_at_either_end_nothing_happens_and_the_same_is_no_step() -> None:
    assert NetworkHistory().undo() == NetworkHistory()
    assert NetworkHistory().redo() == NetworkHistory()
    assert NetworkHistory().expand("a").expand("a") == NetworkHistory().expand("a")
    assert NetworkHistory().pin({}) == NetworkHistory()


def test_fifty_steps_are_kept() -> None:
    steps = NetworkHistory()
    for at in range(DEPTH + 3):
        steps = steps.expand(str(at))
    for _ in range(DEPTH + 3):
        steps = steps.undo()
    assert steps.now.expanded == ("0", "1", "2")
