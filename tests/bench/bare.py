"""A bare route of the framework that gives bytes it was given: what any answer costs at least."""

import os
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Response

BODY: Final = "KONTAKTVEJ_BENCH_BODY"


def bare_app() -> FastAPI:
    """Answers whatever is posted to `/paths` with the file that the environment names."""
    body = Path(os.environ[BODY]).read_bytes()
    app = FastAPI()

    @app.post("/paths")
    def find_paths() -> Response:  # pyright: ignore[reportUnusedFunction]  # a route - the framework's now
        return Response(body, media_type="application/json")

    @app.get("/health/ready")
    def read_ready() -> bool:  # pyright: ignore[reportUnusedFunction]  # a route
        return True

    return app
