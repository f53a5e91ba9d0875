"""The explorer as an ASGI application: Streamlit's, with our door and our sign-in around it.

`python -m explorer.main` serves it; `kontaktvej serve --explorer` starts that beside the API.
"""

import socket
import sys
from pathlib import Path
from typing import Final

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from streamlit import config as streamlit_config

from explorer import states
from explorer.page import Guarded
from explorer.screens import PATHS
from explorer.settings import Settings
from explorer.sign_in import Doors

SCRIPT: Final = Path(__file__).with_name("script.py")
_STOP_S: Final = 5


def application(settings: Settings) -> st.App:
    """The explorer, ready to be served.

    Raises: UnknownPage: Streamlit's page is not the one we know.
    """
    return st.App(
        SCRIPT,
        routes=Doors(settings, PATHS).routes(),
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.allowed_hosts)),
            Middleware(Guarded, behind_tls=settings.behind_tls),
        ],
        on_script_error=states.failed,
    )


def serve(settings: Settings) -> None:
    """Serves it until Ctrl-C or SIGTERM; prints the address once it listens."""
    app = application(settings)
    streamlit_config.set_option("server.allowedHosts", list(settings.allowed_hosts))
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="auto",
        timeout_graceful_shutdown=_STOP_S, proxy_headers=settings.behind_tls,
    )  # fmt: skip
    with socket.create_server((settings.host, settings.port)) as ear:
        print(f"http://{settings.host}:{ear.getsockname()[1]}", flush=True)  # noqa: T201
        uvicorn.Server(config).run(sockets=[ear])


if __name__ == "__main__":
    serve(Settings())
    sys.exit(0)
