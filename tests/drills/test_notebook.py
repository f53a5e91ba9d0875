"""The notebook of the docs shows the answers of the demo."""

from pathlib import Path

import pytest

from tests.databases import Server
from tests.notebook import NOTEBOOK, of_demo


@pytest.mark.drill
def test_the_notebook_shows_the_answers_of_the_demo(server: Server, tmp_path: Path) -> None:
    text = NOTEBOOK.read_text("utf-8")
    output = of_demo(server, tmp_path, text)
    assert output == text, "run `make notebook` and read the difference"
