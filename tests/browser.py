"""The system's Chromium, for tests that Streamlit's own test tools cannot do.

`python -m tests.browser` installs it where it is missing and that is allowed, else says how.
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
# Otherwise Chromium takes a busy machine for a slow network and logs that to the console.
_QUICK: Final = "--force-effective-connection-type=4G"
_HOW: Final = """Some tests draw screens in a browser, and there is no Chromium here.
On Debian or Ubuntu: apt install chromium. Elsewhere: install it, or name it in CHROMIUM."""


def chromium() -> str | None:
    """Return the path of Chromium: from `CHROMIUM`, else from the search path."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


def ready() -> bool:
    """Install Chromium where it is missing and we are root; return whether it is there then."""
    if chromium() is None and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=False, env=os.environ | quiet)
        subprocess.run(_INSTALL, check=False, env=os.environ | quiet)
    return chromium() is not None


@contextmanager
def open_browser() -> Generator[Browser]:
    """Yield a headless browser without a profile, which reaches this machine only.

    Requests to other hosts go to a proxy that does not exist; a browser uses none for its own
    machine. Intercepting each request in the driver would slow it and disable the page cache.
    """
    with sync_playwright() as playwright:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        sandbox = ["--no-sandbox"] if is_root else []  # as root, Chromium refuses a sandbox
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
