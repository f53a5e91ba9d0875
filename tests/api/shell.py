"""A command line for tests: each command runs in an environment of its own."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final

import pytest

from api.cli import paths
from api.cli.app import main
from api.cli.console import ERR, OUT
from graph.model import Element
from graph.store.encryption.keyring import open_keyring
from tests.api.process import server_environment
from tests.change_sets import change_set
from tests.databases import Server

COMMAND: Final = Path(sys.executable).with_name("kontaktvej")


@dataclass(frozen=True, slots=True)
class CommandOutput:
    """The output and the exit code of a command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Runs the command in an environment of its own."""

    def __init__(self, **environment: str) -> None:
        stored = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        measured = {name: item for name, item in os.environ.items() if name.startswith("COVERAGE")}
        self.environment = {**stored, **measured, "LANG": "en_US.UTF-8", "COLUMNS": "200"}
        self.environment |= environment

    def __call__(
        self, *arguments: str, now: str | None = None, **environment: str
    ) -> CommandOutput:
        """Runs the entry point in this process; `now` is the Danish minute that it reads.

        The language of `--help` is that of the first import; `started` reads it again.
        """
        with pytest.MonkeyPatch.context() as patch:
            for name in ("disable", "freeze"):  # used only by a process that is about to end
                patch.setattr(gc, name, lambda: None)
            for name in os.environ:
                patch.delenv(name)
            for name, value in (self.environment | environment).items():
                patch.setenv(name, value)
            for console in (OUT, ERR):
                patch.setattr(console, "width", int(os.environ["COLUMNS"]))
            if now is not None:
                patch.setattr(paths, "danish_now", lambda: datetime.fromisoformat(now))
            streams = {name: TextIOWrapper(BytesIO(), "utf-8") for name in ("stdout", "stderr")}
            for name, stream in {"stdin": TextIOWrapper(BytesIO()), **streams}.items():
                patch.setattr(sys, name, stream)
            patch.setattr(sys, "argv", [str(COMMAND), *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
            for stream in streams.values():
                stream.seek(0)
            code = ended.value.code
            assert isinstance(code, int)
            return CommandOutput(code, *(stream.read() for stream in streams.values()))

    def ok(self, *arguments: str, now: str | None = None, **environment: str) -> str:
        """Return the output of a command; assert that its exit code is 0."""
        result = self(*arguments, now=now, **environment)
        assert result.code == 0, (result.out, result.err)
        return result.out

    def refused(self, *arguments: str, now: str | None = None, **environment: str) -> str:
        """Return the error of a command; assert that its exit code is 2 and its output is empty."""
        result = self(*arguments, now=now, **environment)
        assert (result.code, result.out) == (2, "")
        return result.err

    def started(self, *arguments: str, typed: str = "", **environment: str) -> CommandOutput:
        """Runs the installed command in a process of its own; slower by a second."""
        done = subprocess.run(
            [COMMAND, *arguments], capture_output=True, encoding="utf-8", check=False,
            env=self.environment | environment, input=typed,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return CommandOutput(done.returncode, done.stdout, done.stderr)


def shell_with(server: Server, home: Path, elements: Iterable[Element]) -> Shell:
    """Commands over an emptied server that holds these elements."""
    server.empty()
    with open_keyring(home / "keys") as keyring, server.with_store(keyring) as store:
        store.apply(change_set(creates=elements))
    return shell_over(server, home)


def shell_over(server: Server, home: Path, **more: str) -> Shell:
    """Commands over a data folder and a server."""
    return Shell(KONTAKTVEJ_HOME=str(home), **server_environment(server), **more)
