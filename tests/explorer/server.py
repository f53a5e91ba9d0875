"""The explorer served by a process of its own, with an API at an address."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explorer:
    address: str
    process: "subprocess.Popen[str]"


@contextmanager
def served_explorer(api_url: str, **settings: str) -> Generator[Explorer]:
    """`python -m explorer.app --beside` on a free port, until the block ends."""
    named = {f"KONTAKTVEJ_EXPLORER_{name.upper()}": text for name, text in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "explorer.app", "--beside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "KONTAKTVEJ_EXPLORER_API_URL": api_url,
            "KONTAKTVEJ_EXPLORER_PORT": "0",
            **named,
        },
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Explorer(process.stdout.readline().strip(), process)
    finally:
        process.stdin.close()
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
