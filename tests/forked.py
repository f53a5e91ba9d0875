"""The command line for tests that start it often: Python and its libraries are loaded once.

`python -m tests.forked` is a process that has loaded what takes most of a start. For each command
it forks a child, which runs the real script and is what the real process would be: its arguments,
its environment and no other, its output, its exit status, its coverage. Loaded anew in each child
is `api`, which reads the environment as it is imported. What Python itself reads there as it
starts (PYTHON…, the encoding) is the same for all: whoever tests that needs a real process.
"""

import atexit
import inspect
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from typing import Final

from coverage import process_startup

DANISH_NOW: Final = "TEST_DANISH_NOW"
"""The variable of a command's environment that says which Danish minute it is, for that command."""
COMMAND: Final = Path(sys.executable).with_name("kontaktvej")
_ROOT: Final = Path(__file__).parents[1]
_LOADED: Final = (
    "graph.questions.impact", "graph.questions.names", "graph.questions.owners",
    "graph.paths.path_diff", "graph.paths.policy", "graph.paths.why_not",
    "graph.paths.stops", "graph.store.location", "graph.store.replica.replica", "graph.store.store",
    "seed.loader",
    "fastapi", "pwdlib.hashers.argon2", "pydantic_settings", "pyotp", "rich.padding",
    "rich.progress", "sqlalchemy.dialects.postgresql", "typer.rich_utils",
)  # fmt: skip
"""What costs the time; none of it starts a thread or keeps what a command's environment says."""


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> CompletedProcess[str]:
    """Runs the command to its end, without input, and takes what it prints."""
    return _forks().run(arguments, environment)


class Forks:
    """The process that forks, and the wire to it: a line asks for a command, one says its end."""

    def __init__(self) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        single = {"LANG": "en_US.UTF-8", "OPENBLAS_NUM_THREADS": "1"}  # no thread outlives a fork
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"], cwd=_ROOT, env=kept | single,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> CompletedProcess[str]:
        assert self.process.stdin
        assert self.process.stdout
        command = [str(COMMAND), *arguments]
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            asked = command, dict(environment), str(Path.cwd()), str(out), str(err)
            self.process.stdin.write(f"{json.dumps(asked)}\n")
            self.process.stdin.flush()
            code = int(self.process.stdout.readline())
            return CompletedProcess(command, code, out.read_text("utf-8"), err.read_text("utf-8"))

    def close(self) -> None:
        """Ends the process."""
        self.process.communicate()


@cache
def _forks() -> Forks:
    forks = Forks()
    atexit.register(forks.close)
    return forks


def _become(command: list[str], environment: dict[str, str], cwd: str, out: str, err: str) -> None:
    """Makes this process the command's; it ends as the script does."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    streams = ((os.devnull, "rb", sys.stdin), (out, "wb", sys.stdout), (err, "wb", sys.stderr))
    for place, mode, stream in streams:
        with Path(place).open(mode) as opened:
            os.dup2(opened.fileno(), stream.fileno())
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    _set_clock(os.environ.pop(DANISH_NOW, None))
    process_startup(force=True)  # measures what is run, where the environment asks for it
    sys.argv[:] = command
    sys.path[0] = str(COMMAND.parent)
    runpy.run_path(str(COMMAND), run_name="__main__")


def _set_clock(now: str | None) -> None:
    """Has the command take a minute for the present one, before it is loaded."""
    if now is not None:
        vars(import_module("api.danish_time"))["danish_now"] = lambda: datetime.fromisoformat(now)


def main() -> None:
    """Forks for each line that asks, until there are no more."""
    for name in _LOADED:
        import_module(name)
    inspect.stack()  # goes through all modules the first time; coverage asks for it as it starts
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks decides when there are no more
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            return _become(*json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()
    return None


if __name__ == "__main__":
    main()
