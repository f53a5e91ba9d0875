"""A worker process of the API; it ends with its parent process, however that ends."""

import os
import signal
import time
from multiprocessing import parent_process
from threading import Thread
from typing import Final

from fastapi import FastAPI

from api.main import served_app
from api.settings import Settings

_KILLED_S: Final = 20  # more than the time given to requests in progress


def worker_app(settings: Settings) -> FastAPI:
    """The application; a worker process also watches its parent.

    Raises: InvalidPolicy: the policy file cannot be used.
    """
    if parent_process() is not None:
        Thread(target=_end_with_parent, daemon=True).start()
    return served_app(settings)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)  # requests in progress are finished
    time.sleep(_KILLED_S)
    os._exit(1)
