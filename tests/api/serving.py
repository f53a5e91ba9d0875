"""An application served by a real uvicorn on a free port of this machine."""

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn


@contextmanager
def served(app: Callable[..., Any], *, port: int = 0, **config: Any) -> Generator[str]:
    """Serve an application and yield its address; port 0 takes a free port."""
    usual: dict[str, Any] = {"host": "127.0.0.1", "log_level": "warning", "ws": "none"}
    server = uvicorn.Server(uvicorn.Config(app, port=port, **usual, **config))
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()  # connections before uvicorn accepts wait
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
