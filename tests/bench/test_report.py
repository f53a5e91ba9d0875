"""The report has one line per limit, and a file is read back as it was written."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import SUBJECTS
from tests.bench.figures import Figure, Subject, at_least, at_most
from tests.bench.report import Line, lines, number, read, write
from tests.bench.results import page

TIME = Figure(name="search", unit="ms", runs=(1.0, 2.0, 9.0), limits=at_most(p50=2, p99=3))
LEAD = Figure(name="they / we", unit="×", runs=(1234.0,), limits=at_least(p50=100))
LOAD = Figure(name="load", unit="ms", runs=(1.0, 3.0))
PATHS = Subject(name="paths 5k", figures=(TIME, LEAD, LOAD), about={"size": 5_000})


def page_after(measured: Iterable[tuple[Subject, Mapping[str, Any]]], before: str = "") -> str:
    """Return the page as written over the one before."""
    return "\n".join(page(measured, before, tuple(SUBJECTS), "## What is short\n\nNothing.\n"))


def test_each_limit_has_a_line_with_its_own_verdict() -> None:
    assert [(line.at, line.limit, line.is_kept) for line in lines([TIME])] == [
        ("p50", "≤ 2 ms", True),
        ("p99", "≤ 3 ms", False),
    ]


def test_one_value_has_no_percentile_and_no_spread() -> None:
    assert list(lines([LEAD])) == [
        Line(
            name="they / we",
            at="",
            value="1,234 ×",
            spread="",
            limit="≥ 100 ×",
            count=1,
            is_kept=True,
        )
    ]


def test_a_figure_without_limits_is_reported_by_its_median() -> None:
    (line,) = lines([LOAD])
    assert line.cells == ("load", "p50", "2 ms", "1.2–2.8", "", "2", "")


@pytest.mark.parametrize(
    ("value", "shown"), [(0.05123, "0.0512"), (9.5, "9.5"), (99.96, "100"), (1234.5, "1,234")]
)
def test_a_number_has_three_significant_digits_or_all_integer_digits(
    value: float, shown: str
) -> None:
    assert number(value) == shown


def test_a_report_file_is_read_back_with_its_subject_and_machine(tmp_path: Path) -> None:
    path = tmp_path / "build" / "paths.json"
    write(PATHS, path)
    ((subject, taken_on),) = read(path)
    assert subject == PATHS
    assert taken_on["cores"] >= 1
    assert "numpy" in taken_on["packages"]


def test_measuring_again_replaces_that_subject_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "paths.json"
    larger = Subject(name="paths 50k", figures=(LOAD,))
    for subject in (PATHS, larger, Subject(name="paths 5k", figures=(LOAD,))):
        write(subject, path)
    assert {subject.name: subject.figures for subject, _ in read(path)} == {
        "paths 5k": (LOAD,),
        "paths 50k": (LOAD,),
    }


def test_the_file_records_whether_each_limit_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "paths.json"
    write(PATHS, path)
    figure = json.loads(path.read_text("utf-8"))["paths 5k"]["figures"][0]
    assert [(limit["bound"], limit["is_kept"]) for limit in figure["limits"]] == [
        (2, True),
        (3, False),
    ]
    assert figure["is_reached"] is False


def test_without_measurements_nothing_is_read_and_the_page_is_still_written(tmp_path: Path) -> None:
    assert list(read(tmp_path / "paths.json")) == []
    assert "## Who is compared" in page_after([])


def test_the_page_shows_a_subject_with_every_line_and_its_machine(tmp_path: Path) -> None:
    path = tmp_path / "paths.json"
    write(PATHS, path)
    ((_, taken_on),) = read(path)
    text = page_after(read(path))
    assert "## paths 5k\n\nSize 5000." in text
    assert (
        "| search | p50 | 2 ms | 1.2–7.6 | ≤ 2 ms | 3 | reached |\n"
        "| search | p99 | 8.86 ms | 1.2–7.6 | ≤ 3 ms | 3 | MISSED |\n"
        "| they / we |  | 1,234 × |  | ≥ 100 × | 1 | reached |\n"
        "| load | p50 | 2 ms | 1.2–2.8 |  | 2 |  |\n"
    ) in text
    assert f"{taken_on['processor']}, {taken_on['cores']} cores, " in text
    assert "get_k_shortest_paths" in text


def test_the_page_keeps_unmeasured_subjects_and_replaces_measured_ones(tmp_path: Path) -> None:
    larger = Subject(name="paths 50k", figures=(TIME,))
    write(PATHS, tmp_path / "paths.json")
    write(larger, tmp_path / "paths.json")
    before = page_after(read(tmp_path / "paths.json"))
    assert page_after([], before) == before
    again = Subject(name="paths 50k", figures=(LEAD,))
    for subject in (again, Subject(name="demo", figures=(LOAD,))):
        write(subject, tmp_path / "later.json")
    after = page_after(read(tmp_path / "later.json"), before)
    headings = [line[3:] for line in after.split("\n") if line.startswith("## ")]
    assert headings == ["demo", "paths 5k", "paths 50k", "What is short", "Who is compared"]
    assert after.count("| search | p99 |") == 1
    assert "| they / we |" in after
