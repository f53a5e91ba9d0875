"""The Chromium of the system, in which the tests draw what no test of Streamlit's own can.

`python -m tests.browser` puts it there where it is missing and may be installed, else says how.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

MISSING: Final = "Chromium is not installed and cannot be"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_INSTALL: Final = (
    "apt-get",
    "install",
    "-y",
    "--no-install-recommends",
    "chromium",
    "fonts-dejavu",
)
_NOWHERE: Final = "--proxy-server=http://127.0.0.1:9"
# Else a busy machine is taken for a slow network, of which the console is told.
_QUICK: Final = "--force-effective-connection-type=4G"
_HOW: Final = """Some tests draw screens in a browser, and there is no Chromium here.
On Debian or Ubuntu: apt install chromium. Elsewhere: install it, or name it in CHROMIUM."""


def chromium() -> str | None:
    """Where Chromium is: as `CHROMIUM` says, else on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in _NAMES if (found := shutil.which(name))), None)


def ready() -> bool:
    """Installs Chromium where it is missing and we may; True where it is there then."""
    if chromium() is None and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=False, env=os.environ | quiet)
        subprocess.run(_INSTALL, check=False, env=os.environ | quiet)
    return chromium() is not None


@contextmanager
def open_browser() -> Generator[Browser]:
    """A browser without windows, with nothing of anybody's in it, that reaches this machine alone.

    Whatever goes elsewhere goes to a proxy that is not there: a browser asks none for its own
    machine. A driver that passed each request on would slow them, and keep no page in its cache.
    """
    with sync_playwright() as playwright:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        sandbox = ["--no-sandbox"] if is_root else []  # Chromium refuses root with one
        browser = playwright.chromium.launch(
            executable_path=Path(chromium() or MISSING), args=[*sandbox, _NOWHERE, _QUICK]
        )
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    if not ready():
        sys.exit(_HOW)
