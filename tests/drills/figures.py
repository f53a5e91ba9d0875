"""What a drill measured: told on the terminal, and kept in `build/drills.json`, a line each.

pytest shows nothing that a test writes and that passes, so the lines wait for the end of the run.
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
        self.told: list[str] = []
        self._is_drill, self._before = False, 0

    def begin(self, *, is_drill: bool) -> None:
        """A test begins; of the short form of a drill nothing is noted."""
        self._is_drill, self._before = is_drill, len(self.told)

    def note(self, drill: str, **figures: float | str) -> None:
        """Notes figures, with the machine they were measured on."""
        if not self._is_drill:
            return
        self.told.append(f"{drill}: {', '.join(f'{one} {told}' for one, told in figures.items())}")
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
        """A test has passed; a drill that told nothing tells how much it drew, and how long.

        `statistics` is what Hypothesis says of its run, "" where it drew nothing.
        """
        if len(self.told) == self._before:
            drawn = cases_in(statistics)
            self.note(test, **({"cases": drawn} if drawn else {}), seconds=round(seconds, 1))


def cases_in(statistics: str) -> int:
    """How many drawn cases passed, over all phases of a run."""
    return sum(int(count) for count in _DRAWN.findall(statistics))


FIGURES: Final = Figures()
note = FIGURES.note
