"""Is what became of the mutants counted as it was told?"""

from tests.mutants.fates import fates_of, file_of, is_enough, shares

TOLD = """
    graph.access.policy.x_f__mutmut_1: killed
    graph.access.policy.x_f__mutmut_2: survived
    api.analysis.query_validator.xǁGateǁf__mutmut_1: no tests
    api.analysis.query_validator.xǁGateǁf__mutmut_2: timeout
some other line: killed
"""


def test_each_mutant_is_counted_with_its_file_and_what_no_test_meets_lives() -> None:
    fates = fates_of(TOLD.splitlines())
    assert len(fates) == 4
    assert shares(fates) == {
        "api/analysis/query_validator.py": (1, 2),
        "graph/access/policy.py": (1, 2),
    }


def test_a_file_is_known_by_the_name_of_its_mutants() -> None:
    assert file_of("graph.access.policy.x__cell__mutmut_7") == "graph/access/policy.py"


def test_nine_of_ten_are_enough() -> None:
    assert is_enough(9, 10)
    assert not is_enough(89, 100)
