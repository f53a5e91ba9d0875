"""The shipped synonyms, and how a faulty file is refused."""

from pathlib import Path

import pytest

from graph.errors import InvalidVocabulary
from graph.model.content_filter import refuse_content
from graph.synonyms import Subject, load_synonyms


def test_the_shipped_synonyms_name_no_person_and_no_case() -> None:
    synonyms = load_synonyms()
    assert {"ppr", "imam", "jobcenter", "højreekstremisme", "far right", "lokalpoliti"} <= {
        text for synonym in synonyms for text in synonym.texts
    }
    for synonym in synonyms:
        for text in synonym.texts:
            refuse_content("synonym", text)


def test_a_faulty_file_is_refused_with_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.toml"
    row = '[[synonym]]\nmeans = ["{}"]\nda = ["{}"]\nen = ["b"]\nsource = "s"\n'
    file.write_text(row.format("Trigger.CONCERN", "a") + row.format("Trigger.NOTHING", "B"))
    with pytest.raises(InvalidVocabulary) as error:
        load_synonyms(file)
    assert error.value.lines("en") == (
        'synonyms.toml, [[synonym]] 2: "Trigger.NOTHING" is not a word of the vocabulary',
        'synonyms.toml, [[synonym]] 2: "B" is also in number 1',
        'synonyms.toml, [[synonym]] 2: "b" is also in number 1',
    )
    file.write_text("[[synonym]")
    with pytest.raises(InvalidVocabulary, match=r"synonyms\.toml"):
        load_synonyms(file)


def test_a_file_is_read_with_its_words_in_order(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text(
        '[[synonym]]\nmeans = ["PostKind.MENTOR", "Sector.SCHOOL"]\n'
        'da = ["x"]\nen = ["x", "y"]\nsource = "s"\noutside = true\n'
    )
    (synonym,) = load_synonyms(file)
    assert synonym.means == (Subject("PostKind", "MENTOR"), Subject("Sector", "SCHOOL"))
    assert (synonym.texts, synonym.is_outside) == (("x", "y"), True)
