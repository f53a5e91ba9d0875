"""The explorer as an ASGI application: Streamlit wrapped in the page middleware and sign-in pages.

`python -m explorer.app` serves it; `kontaktvej serve --explorer` starts it next to the API.
"""

import gc
import logging
import socket
import sys
from asyncio import Protocol
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Final, cast

import streamlit as st
import uvicorn
from pydantic import ValidationError
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from streamlit import config as streamlit_config

from api.http_limits import BoundedHttp, ConnectionLimits
from explorer import help_pages, problem_states, session
from explorer.address import PATHS, SCREENS
from explorer.files import Exports
from explorer.oidc import OidcSignIn
from explorer.page_middleware import PageMiddleware
from explorer.session import ClientSessions
from explorer.settings import PREFIX, ExplorerSettings
from explorer.sign_in import SignInPages

SCRIPT: Final = Path(__file__).with_name("script.py")
_STOP_S: Final = 5
_AT_THE_FIRST_DRAWING: Final = ("pandas", "pyarrow")
"""Packages that Streamlit imports only when it first draws a screen."""


def application(settings: ExplorerSettings) -> st.App:
    """Return the explorer as an ASGI application.

    Raises: UnknownPage: Streamlit's index page is not the expected one.
    """
    pages = SignInPages(settings, PATHS)
    routes = [*pages.routes(), *help_pages.routes(), *Exports(settings).routes()]
    if settings.oidc_issuer is not None:
        routes += OidcSignIn(settings, pages, PATHS).routes()
    sessions = ClientSessions(settings)
    return st.App(
        SCRIPT,
        routes=routes,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts)),
            Middleware(
                PageMiddleware,
                session_of=sessions.of,
                may_upload=sessions.may_upload,
                is_tls=settings.is_tls,
            ),
        ],
        on_script_error=problem_states.handle_error,
    )


def serve(settings: ExplorerSettings, *, is_beside: bool) -> None:
    """Serve the explorer until Ctrl-C or SIGTERM, and print the address once it listens.

    `is_beside`: stop also when the parent process ends; its end of our standard input then closes.

    Raises: OSError: the address cannot be used.
    """
    app = application(settings)
    # Import all screens before the first request, and exempt loaded objects from collection. A
    # garbage collection over some 200,000 objects that never become garbage took 0.1 s each time.
    for screen in SCREENS:
        import_module(f"explorer.views.{screen.module}")
    for package in _AT_THE_FIRST_DRAWING:
        import_module(package)
    gc.collect()
    gc.freeze()
    streamlit_config.set_option("server.allowedHosts", list(settings.hosts))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_STOP_S,
            http=cast("type[Protocol]", partial(BoundedHttp, limits=ConnectionLimits())),
            proxy_headers=settings.behind_tls,
            forwarded_allow_ips=list(settings.proxies),
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.certificate_key,
        )
    )
    if is_beside:

        def stop_with_parent() -> None:
            sys.stdin.read()
            server.should_exit = True

        Thread(target=stop_with_parent, daemon=True).start()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    place = (settings.host.strip("[]"), settings.port)
    with socket.create_server(place, family=family) as listener:
        scheme = "http" if settings.certificate is None else "https"
        print(f"{scheme}://{settings.host}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - read by the parent process
        server.run(sockets=[listener])
    session.close_pool()


def main() -> None:
    """Serve with the settings of the environment, or exit with one line that says why not."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        serve(ExplorerSettings(), is_beside="--beside" in sys.argv[1:])
    except ValidationError as error:
        faults = (
            ("_".join((PREFIX[:-1], *map(str, fault["loc"]))).upper(), fault["msg"])
            for fault in error.errors()
        )
        sys.exit(f"The explorer's settings: {'; '.join(map(': '.join, faults))}")
    except OSError as error:
        sys.exit(f"The explorer cannot listen there: {error.strerror or error}")


if __name__ == "__main__":
    main()
