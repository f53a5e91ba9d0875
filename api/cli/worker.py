"""A process that answers; it ends with the one that began it, however that ends."""

import os
import signal
import time
from multiprocessing import parent_process
from threading import Thread
from typing import Final

from fastapi import FastAPI

from api.main import served_app
from api.settings import Settings

_KILLED_S: Final = 20  # more than answers on their way are given


def worker_app(settings: Settings) -> FastAPI:
    """The application; where this is one of several processes, the end of the first is its end.

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
    os.kill(os.getpid(), signal.SIGTERM)  # answers on their way are finished
    time.sleep(_KILLED_S)
    os._exit(1)
