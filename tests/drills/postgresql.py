"""A PostgreSQL server of a drill's own: the system's package, installed where it is missing."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_OWNER, _API = "kontaktvej_owner", "kontaktvej_api"
_USER = "postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running server, reached by a socket in its folder."""

    programs: Path
    folder: Path

    def url(self, role: str, database: str) -> str:
        """The address of a database for a role."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def database(self) -> "Database":
        """Create an empty database."""
        name = f"audit_{secrets.token_hex(4)}"
        self._ask(f"CREATE DATABASE {name} OWNER {_OWNER}")
        return Database(owner=self.url(_OWNER, name), api=self.url(_API, name), api_role=_API)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-k {self.folder} -c listen_addresses="
        log = str(self.folder / "log")
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", log, "-w", "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; the mode `immediate` is a crash, from which the next start recovers."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "stop")

    def _ask(self, statement: str) -> None:
        command = ("psql", "-h", str(self.folder), "-U", _USER, "-d", "postgres", "-q", "-c")
        self._run(*command, statement)

    def _run(self, program: str, *arguments: str) -> None:
        command = ["runuser", "-u", _USER, "--", str(self.programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def make(self) -> None:
        """Create the files of the server and the two roles of the audit, and start the server."""
        trusted = ("-A", "trust", "-U", _USER, "--encoding=UTF8", "--no-sync")
        self._run("initdb", "-D", str(self.folder / "data"), *trusted)
        self.start()
        for role in (_OWNER, _API):
            self._ask(f"CREATE ROLE {role} LOGIN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Addresses of a database: its owner's, and that of the role of the API."""

    owner: str
    api: str
    api_role: str


@contextmanager
def cluster() -> Generator[Cluster]:
    """Yield a server that runs as the system's PostgreSQL user; skip the test without root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can run PostgreSQL as its own user")
    folder = Path(tempfile.mkdtemp(prefix="kontaktvej-pg-"))
    shutil.chown(folder, _programs_user(), None)
    running = Cluster(programs=_programs(), folder=folder)
    try:
        running.make()
        yield running
        running.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    if not _installed():
        pytest.skip("PostgreSQL is not installed and cannot be")
    return _installed()[-1]


def _programs_user() -> str:
    if not _installed():
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "postgresql"]
        subprocess.run(["apt-get", "update"], check=False, capture_output=True)
        subprocess.run(install, check=False, capture_output=True)
    _programs()
    return _USER


def _installed() -> list[Path]:
    return sorted(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
