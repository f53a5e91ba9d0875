import pytest

from graph.store import cypher
from graph.vocabulary import Label, LinkType

STATEMENTS = {
    name: text for name, text in vars(cypher).items() if name.isupper() and isinstance(text, str)
}


def test_labels_and_types_of_cypher_are_those_of_the_model() -> None:
    assert tuple(map(str, Label)) == cypher.LABELS
    assert tuple(map(str, LinkType)) == cypher.TYPES


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_commits_in_parts_or_reads_files(name: str) -> None:
    statement = STATEMENTS[name].upper()
    assert "IN TRANSACTIONS" not in statement
    assert "LOAD CSV" not in statement


def test_creating_a_statement_with_an_unknown_label_raises_key_error() -> None:
    with pytest.raises(KeyError):
        cypher.create_nodes("Person) DETACH DELETE node //")
    with pytest.raises(KeyError):
        cypher.create_links("HOLDS", "Person", "Case")
