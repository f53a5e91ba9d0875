"""A drill with generated cases reports their number."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.statistics import collector, describe_statistics

from tests.drills.figures import BUILD, Figures, cases_in


def test_the_number_of_generated_cases_is_read_from_the_statistics() -> None:
    ran: list[int] = []
    reports: list[str] = []

    @settings(max_examples=37, database=None)
    @given(st.integers())
    def run(number: int) -> None:
        ran.append(number)

    def note(statistics: Any) -> None:
        reports.append(describe_statistics(statistics))

    listened: Any = collector
    with listened.with_value(note):
        run()
    assert len(reports) == 1
    assert cases_in(reports[0]) == len(ran) == 37


def test_empty_statistics_contain_no_cases() -> None:
    assert cases_in("") == 0


def test_a_drill_reports_its_figures_or_its_duration_and_other_tests_report_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    figures = Figures()
    figures.begin(is_drill=False)
    figures.note("short form", cases=3)
    figures.end("test_short", "", 0.2)
    assert not (tmp_path / BUILD).exists()
    figures.begin(is_drill=True)
    figures.note("kills", lost=0)
    figures.end("test_kills", "", 4.26)
    figures.begin(is_drill=True)
    figures.end("test_worlds", "  - 12 passing, 0 failing", 4.26)
    assert figures.lines == ["kills: lost 0", "test_worlds: cases 12, seconds 4.3"]
    rows = [json.loads(line) for line in (tmp_path / BUILD).read_text("utf-8").splitlines()]
    assert [row["drill"] for row in rows] == ["kills", "test_worlds"]
