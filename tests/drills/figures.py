"""Figures of the drills: printed on the terminal, and written to `build/drills.json`, a line each.

pytest hides the output of tests that pass, so the lines are printed at the end of the run.
"""

import json
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

BUILD: Final = Path("build/drills.json")
_DRAWN: Final = re.compile(r"(\d+) passing")


class Figures:
    """The figures of one run of tests."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._is_drill, self._before = False, 0

    def begin(self, *, is_drill: bool) -> None:
        """Begin a test; only the long form of a drill notes figures."""
        self._is_drill, self._before = is_drill, len(self.lines)

    def note(self, drill: str, **figures: float | str) -> None:
        """Notes figures, with the machine they were measured on."""
        if not self._is_drill:
            return
        self.lines.append(
            f"{drill}: {', '.join(f'{name} {value}' for name, value in figures.items())}"
        )
        BUILD.parent.mkdir(exist_ok=True)
        row = {
            "drill": drill,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()} {platform.system()}, "
            f"Python {platform.python_version()}",
            **figures,
        }
        with BUILD.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row) + "\n")

    def end(self, test: str, statistics: str, seconds: float) -> None:
        """End a test that passed; a drill without figures notes its number of cases and duration.

        `statistics` is Hypothesis' report on the run, "" where it generated no cases.
        """
        if len(self.lines) == self._before:
            drawn = cases_in(statistics)
            self.note(test, **({"cases": drawn} if drawn else {}), seconds=round(seconds, 1))


def cases_in(statistics: str) -> int:
    """Return the number of generated cases that passed, over all phases of a run."""
    return sum(int(count) for count in _DRAWN.findall(statistics))


FIGURES: Final = Figures()
note = FIGURES.note
