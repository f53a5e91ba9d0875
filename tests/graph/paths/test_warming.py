import json
import subprocess
import sys
from typing import Any, Final

from tests.graph.paths.worlds import needs_both

TELL: Final = "from tests.graph.paths.warming import tell; tell()"
WITHOUT_NUMBA: Final = "import sys; sys.modules['numba'] = None; "


def told(program: str) -> dict[str, Any]:
    """What a process of its own tells."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return json.loads(done.stdout)


@needs_both
def test_the_compiled_search_answers_once_it_is_warm_and_needs_nothing_more_compiled() -> None:
    said = told(TELL)
    assert not said["before"]["is_warm"]
    assert not said["missed"]["is_warm"]  # a world of one post has nothing to try it on
    assert not said["missed"]["is_searched_compiled"]
    assert said["first"]["is_warm"]
    assert said["first"]["is_searched_compiled"]
    assert said["first"]["types"] == [1, 1, 1, 1, 1, 1]
    assert said["searched"]["types"] == [1, 1, 1, 1, 1, 1]


@needs_both
def test_warming_up_again_searches_nothing() -> None:
    from graph.paths.kernel.compiled_pruning import STAMPS

    said = told(TELL)
    used = said["first"]["stamp"]
    assert used > 0
    assert said["second"]["stamp"] - used == STAMPS  # the one search asked between the two


def test_without_numba_warming_up_does_nothing_and_the_plain_search_answers() -> None:
    for moment in told(WITHOUT_NUMBA + TELL).values():
        assert (moment["is_warm"], moment["stamp"], moment["types"]) == (False, 0, [])
