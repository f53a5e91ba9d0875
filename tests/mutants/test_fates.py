"""The fates of the mutants are counted as mutmut prints them."""

from tests.mutants.fates import fates_of, file_of, is_enough, shares

OUTPUT = """
    graph.access.policy.x_f__mutmut_1: killed
    graph.access.policy.x_f__mutmut_2: survived
    api.analysis.query_validator.xǁGateǁf__mutmut_1: no tests
    api.analysis.query_validator.xǁGateǁf__mutmut_2: timeout
some other line: killed
"""


def test_mutants_are_counted_by_file_and_those_without_tests_count_as_surviving() -> None:
    fates = fates_of(OUTPUT.splitlines())
    assert len(fates) == 4
    assert shares(fates) == {
        "api/analysis/query_validator.py": (1, 2),
        "graph/access/policy.py": (1, 2),
    }


def test_the_file_of_a_mutant_is_derived_from_its_name() -> None:
    assert file_of("graph.access.policy.x__cell__mutmut_7") == "graph/access/policy.py"


def test_a_share_of_nine_in_ten_killed_mutants_is_enough() -> None:
    assert is_enough(9, 10)
    assert not is_enough(89, 100)
