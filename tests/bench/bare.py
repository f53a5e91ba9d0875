"""A bare route of the framework that returns fixed bytes: the least that any response costs."""

import os
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Response

BODY: Final = "KONTAKTVEJ_BENCH_BODY"


def bare_app() -> FastAPI:
    """Return an app that answers each POST to `/paths` with the file named in the environment."""
    body = Path(os.environ[BODY]).read_bytes()
    app = FastAPI()

    @app.post("/paths")
    def find_paths() -> Response:
        return Response(body, media_type="application/json")

    @app.get("/health/ready")
    def read_ready() -> bool:
        return True

    return app
