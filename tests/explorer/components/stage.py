"""A stage for one component: a script on a free port, under the CSP of the explorer.

`python -m tests.explorer.components.stage SCRIPT PORT` serves it.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import streamlit
import uvicorn
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from explorer.page_middleware import PageMiddleware
from explorer.session import ClientSession
from tests.api.serving import free_port

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
EXPLORER = ROOT / "explorer"  # the folder of the explorer's theme and settings
STARTED_S = 300


@contextmanager
def staged(script: str) -> Generator[str]:
    """Serve a script of this folder or any other, and yield its address."""
    port = free_port()
    command = [sys.executable, "-m", __name__, str(HERE / script), str(port)]
    process = subprocess.Popen(command, cwd=EXPLORER, env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        yield _answering(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait()


def _answering(address: str, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + STARTED_S
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"{address}/_stcore/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return address
    raise RuntimeError("the stage did not start")


async def _open(_asked: HTTPConnection) -> ClientSession:
    """Treat every connection as signed in: a stage has no sign-in."""
    return ClientSession.OPEN


async def _never(_asked: HTTPConnection) -> bool:
    return False


def main(script: str, port: str) -> None:
    """Serve the script until it is terminated; log errors only."""
    logging.disable(logging.WARNING)
    app = streamlit.App(
        script,
        routes=[Mount("/app/static", StaticFiles(directory=EXPLORER / "static"))],
        middleware=[Middleware(PageMiddleware, session_of=_open, may_upload=_never, is_tls=False)],
    )
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(port),
        log_config=None,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
