"""A separate installation of Kontaktvej and its engine, in a temporary folder."""

import os
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from typing import Final

import psutil

from graph.store.engine.process import embedded_engine, running_engine, stop_engine
from graph.store.installation import begin
from graph.store.location import HOME, LINGER, StoreLocation, store_location
from tests.bench.figures import timed

_LINGER_S = "60"  # longer than between two figures; a killed benchmark leaves no engine for long
_SAMPLE_S: Final = 0.05
_MB: Final = 2**20
_NO_SCRIPT = ("-c", "from api.cli.app import main; main()")  # what the console script does


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder and the environment variables that point to it."""

    place: StoreLocation
    environment: Mapping[str, str]

    def start_s(self) -> float:
        """Return the seconds to start the engine, which keeps running afterwards."""
        return timed(self._start)[0]

    def stop_s(self) -> float:
        """Return the seconds until the engine has stopped.

        Raises: RuntimeError: no engine was running.
        """
        seconds, was_running = timed(lambda: stop_engine(self.place.engine_home))
        if not was_running:
            raise RuntimeError("no engine was running")
        return seconds

    def resident_mb(self) -> float:
        """Return the resident memory of the engine's process in MB."""
        engine = running_engine(self.place.engine_home)
        if engine is None:
            raise RuntimeError("no engine is running")
        return psutil.Process(engine.pid).memory_info().rss / 2**20

    def command_s(self, *arguments: str) -> float:
        """Return the seconds of one `kontaktvej` command, including the start of Python.

        Raises: CalledProcessError: the command failed.
        """
        return timed(
            lambda: subprocess.run(
                [*_command(), *arguments], env=self.environment, check=True, capture_output=True
            )
        )[0]

    def watched(self, *arguments: str) -> tuple[float, float, str]:
        """Return seconds, peak memory in MB and output of one `kontaktvej` command.

        Raises: RuntimeError: the command failed.
        """
        began = perf_counter()
        with subprocess.Popen(
            [*_command(), *arguments], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process, most_mb(process.pid) as samples:  # fmt: skip
            printed, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(printed)
        return perf_counter() - began, max(samples), printed

    def _start(self) -> None:
        begin(self.place.keys)  # a database without a keyring counts as one whose keys were lost
        with embedded_engine(self.place.engine_home, linger_s=self.place.linger_s):
            pass


def _command() -> list[str]:
    script = Path(sys.executable).with_name("kontaktvej")
    return [str(script)] if script.exists() else [sys.executable, *_NO_SCRIPT]


@contextmanager
def most_mb(pid: int | None) -> Generator[list[float]]:
    """Yield samples in MB of a process's resident memory during the block; None: this process."""
    process, is_over = psutil.Process(pid), Event()
    samples: list[float] = [process.memory_info().rss / _MB]

    def sample() -> None:
        while not is_over.wait(_SAMPLE_S):
            with suppress(psutil.NoSuchProcess):
                samples.append(process.memory_info().rss / _MB)

    sampler = Thread(target=sample)
    sampler.start()
    try:
        yield samples
    finally:
        is_over.set()
        sampler.join()


@contextmanager
def installation() -> Generator[Installation]:
    """Yield an empty installation; `NEO4J_*` settings are ignored."""
    with TemporaryDirectory(prefix="kontaktvej-bench-") as folder:
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")
        }
        environment = {**variables, HOME: folder, LINGER: _LINGER_S}
        place = store_location(environment)
        try:
            yield Installation(place, environment)
        finally:
            stop_engine(place.engine_home)
