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
    v4: Any = cast("Any", nbformat).v4
    code_cells = [v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(cells)]
    whole = v4.new_notebook(cells=[v4.new_markdown_cell("# About", id="about"), *code_cells])
    return cast("Any", nbformat).writes(whole)


def outputs(text: str) -> list[list[dict[str, Any]]]:
    book: Any = cast("Any", nbformat).reads(text, as_version=4)
    return [cell.outputs for cell in book.cells if cell.cell_type == "code"]


def test_a_cell_stores_its_printed_text_and_the_value_of_its_last_line() -> None:
    text = notebook("print(1)\nprint(2)\nx = 4", "x + 1", "None", "")
    printed, worth, nothing, empty = outputs(executed(text, {}))
    assert [(output["output_type"], output["text"]) for output in printed] == [("stream", "1\n2\n")]
    assert [(output["execution_count"], output["data"]) for output in worth] == [
        (2, {"text/plain": "5"})
    ]
    assert (nothing, empty) == ([], [])


def test_outputs_have_no_changing_ids_or_ports_so_execution_is_reproducible() -> None:
    text = notebook("import os", DRAWN)
    output = executed(text, {"WHERE": "http://127.0.0.1:54321"})
    _, (printed, drawn) = outputs(output)
    assert printed["text"] == "http://127.0.0.1:8000\n"
    assert drawn["data"] == {
        "text/plain": "<Drawn>", "text/html": "<td id='T_0_row0'>amina</td>",
    }  # fmt: skip
    assert executed(output, {"WHERE": "http://127.0.0.1:1"}) == output


def test_a_failing_cell_raises_its_error_and_leaves_the_environment_unchanged() -> None:
    text = notebook("import os\nassert os.environ['ONLY_HERE'] == 'yes'\n1 / 0")
    with pytest.raises(ZeroDivisionError):
        executed(text, {"ONLY_HERE": "yes"})
    with pytest.raises(KeyError):
        executed(text, {})


def test_the_notebook_of_the_docs_is_executed_and_loads_nothing_from_elsewhere() -> None:
    text = NOTEBOOK.read_text("utf-8")
    cells = outputs(text)
    assert 5 <= len(cells) <= 7
    assert all(cells[1:])
    assert "<script" not in text
    assert "https://" not in text
    assert not any("traceback" in output for cell in cells for output in cell)
