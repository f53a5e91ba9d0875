"""The bar of a long wait: on standard error, and only if there is anything to report."""

import pytest

from graph.store.progress import bar


def test_a_bar_without_a_report_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("Jars"):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_bar_shows_its_title_and_count_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bar("Jars") as report:
        report(0, 2, "")
        report(2, 2, "hammer")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Jars" in err
    assert "2/2 hammer" in err
