"""A command line for tests: each command in an environment of its own, and what came of it."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from tests import forked
from tests.forked import COMMAND


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Runs the command in an environment of its own."""

    def __init__(self, **environment: str) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        measured = {name: one for name, one in os.environ.items() if name.startswith("COVERAGE")}
        self.environment = {**kept, **measured, "LANG": "en_US.UTF-8", "COLUMNS": "200"}
        self.environment |= environment

    def __call__(self, *arguments: str, **environment: str) -> Said:
        return _said(forked.run(arguments, self.environment | environment))

    def started(self, *arguments: str, **environment: str) -> Said:
        """The same by a process of its own, from the entry point on; slower by a second."""
        done = subprocess.run(
            [COMMAND, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
        )
        return _said(done)


def _said(done: subprocess.CompletedProcess[str]) -> Said:
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)
