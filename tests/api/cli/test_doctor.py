"""The report of the doctor on a search that is not compiled."""

from api.cli.doctor import slow_search
from graph.vocabulary import Language

LANGUAGES: tuple[Language, ...] = ("da", "en")
LARGE = {"Actor": 40_000, "Network": 10_001, "Person": 90_000}


def test_a_search_that_is_not_compiled_is_wrong_above_50000_nodes_a_path_can_stand_on() -> None:
    for lang in LANGUAGES:
        (finding,) = slow_search(LARGE, lang, is_compiled=False)
        assert "kontaktvej[fast]" in finding


def test_a_compiled_search_or_a_smaller_graph_is_all_right() -> None:
    assert not list(slow_search(LARGE, "en", is_compiled=True))
    assert not list(slow_search(LARGE | {"Network": 10_000}, "en", is_compiled=False))
