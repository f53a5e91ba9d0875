"""The stored outputs of the cells of a notebook, and the completeness of that of the docs."""

from typing import Any, Final, cast

import nbformat
import pytest

from tests.notebook import NOTEBOOK, executed

DRAWN: Final = """\
class Drawn:
    def __repr__(self):
        return f"<Drawn at {hex(id(self))}>"
    def _repr_html_(self):
        return "<td id='T_1a2b3_row0'>amina</td>"
print(os.environ["WHERE"])
Drawn()"""


def notebook(*cells: str) -> str:
    made: Any = cast("Any", nbformat).v4
    found = [made.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)]
    whole = made.new_notebook(cells=[made.new_markdown_cell("# About", id="about"), *found])
    return cast("Any", nbformat).writes(whole)


def outputs(text: str) -> list[list[dict[str, Any]]]:
    book: Any = cast("Any", nbformat).reads(text, as_version=4)
    return [cell.outputs for cell in book.cells if cell.cell_type == "code"]


def test_a_cell_keeps_what_it_prints_and_what_its_last_line_is_worth() -> None:
    asked = notebook("print(1)\nprint(2)\nx = 4", "x + 1", "None", "")
    printed, worth, nothing, empty = outputs(executed(asked, {}))
    assert [(one["output_type"], one["text"]) for one in printed] == [("stream", "1\n2\n")]
    assert [(one["execution_count"], one["data"]) for one in worth] == [(2, {"text/plain": "5"})]
    assert (nothing, empty) == ([], [])


def test_what_is_drawn_anew_is_not_kept_so_the_same_answers_are_the_same_bytes() -> None:
    asked = notebook("import os", DRAWN)
    kept = executed(asked, {"WHERE": "http://127.0.0.1:54321"})
    _, (printed, drawn) = outputs(kept)
    assert printed["text"] == "http://127.0.0.1:8000\n"
    assert drawn["data"] == {
        "text/plain": "<Drawn>", "text/html": "<td id='T_0_row0'>amina</td>",
    }  # fmt: skip
    assert executed(kept, {"WHERE": "http://127.0.0.1:1"}) == kept


def test_a_cell_that_fails_fails_the_whole_and_leaves_no_trace_in_the_environment() -> None:
    asked = notebook("import os\nassert os.environ['ONLY_HERE'] == 'yes'\n1 / 0")
    with pytest.raises(ZeroDivisionError):
        executed(asked, {"ONLY_HERE": "yes"})
    with pytest.raises(KeyError):
        executed(asked, {})


def test_the_notebook_of_the_docs_is_executed_and_loads_nothing_from_elsewhere() -> None:
    text = NOTEBOOK.read_text("utf-8")
    kept = outputs(text)
    assert 5 <= len(kept) <= 7
    assert all(kept[1:])
    assert "<script" not in text
    assert "https://" not in text
    assert not any("traceback" in one for cell in kept for one in cell)
