from collections.abc import Iterator

import pytest

from graph import errors
from graph.errors import (
    Conflict,
    Fault,
    GraphError,
    Invalid,
    InvalidNeed,
    InvalidPolicy,
    InvalidVocabulary,
    NeedTooWide,
    NotFound,
    OutcomeUnknown,
    PlanOutdated,
    RefusedContent,
    SchemaMismatch,
    StoreUnavailable,
    TooExpensive,
)
from graph.vocabulary import Rule

FAULTS = (Fault("bo", "name", Rule.FULL_NAME), Fault("", "levels", Rule.NOT_EMPTY))
EXAMPLES: tuple[GraphError, ...] = (
    NotFound("bo"),
    Invalid(FAULTS),
    RefusedContent("name", Rule.CPR_NUMBER, 4),
    InvalidNeed("target", "findes ikke", "does not exist"),
    NeedTooWide("start", "er for bredt", "is too wide"),
    InvalidPolicy(("line 3: no such weight",)),
    InvalidVocabulary(["linje 3: id: findes allerede"], ["line 3: id: exists already"]),
    Conflict("bo", based_on=3, current=5),
    TooExpensive("2 s"),
    StoreUnavailable("the graph database does not answer"),
    PlanOutdated(planned_on=3, current=4),
    OutcomeUnknown("it went away while it saved"),
    SchemaMismatch("schema 7, expected 5"),
)


def _subclasses(cls: type[GraphError]) -> Iterator[type[GraphError]]:
    for sub in cls.__subclasses__():
        if sub.__module__ == errors.__name__:
            yield sub
            yield from _subclasses(sub)


def test_every_error_has_an_example_here() -> None:
    assert {type(error) for error in EXAMPLES} == set(_subclasses(GraphError))


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_has_a_danish_and_an_english_text(error: GraphError) -> None:
    danish, english = error.text("da"), error.text("en")
    assert danish.strip()
    assert english.strip()
    assert danish != english


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_every_error_is_in_the_tree_of_the_module_docstring(error: GraphError) -> None:
    assert f"── {type(error).__name__} " in (errors.__doc__ or "")


def test_an_error_without_words_of_its_own_shows_its_message() -> None:
    assert GraphError("plain").text("da") == "plain"


def test_each_fault_is_on_a_line_of_its_own() -> None:
    assert Invalid(FAULTS).text("en").splitlines() == [
        "bo name: must have two words or more",
        "levels: must have at least one value",
    ]


def test_refused_content_has_its_field_rule_position_and_texts() -> None:
    refused = RefusedContent("name", Rule.CPR_NUMBER, 4)
    assert (refused.field, refused.rule, refused.position) == ("name", Rule.CPR_NUMBER, 4)
    assert refused.text("da").startswith("Afvist: name: ligner et CPR-nummer.")
    assert refused.text("en").startswith("Refused: name: looks like a CPR number.")


def test_not_found_has_one_text_for_hidden_and_absent_elements() -> None:
    assert NotFound("bo").text("da") == "Findes ikke, eller du har ikke adgang: bo"


def test_a_conflict_names_both_revisions_to_the_operator() -> None:
    assert str(Conflict("bo", based_on=3, current=5)) == (
        "bo was read at revision 3, and is now at 5"
    )
