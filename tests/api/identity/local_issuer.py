"""An OpenID issuer on this machine: a test writes its documents and reads its requests.

Its tokens are made in `token_forge.py`.
"""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DISCOVERY = "/.well-known/openid-configuration"
KEYS = "/keys"


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    status: int = 200
    location: str | None = None


@dataclass(slots=True)
class LocalIssuer:
    """An issuer that serves `answers` and lists the requested paths in `asked`."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    asked: list[str] = field(default_factory=list[str])

    def publish(self, keys: list[dict[str, Any]], **discovery: Any) -> None:
        """Publish a discovery document and a key set; `discovery` replaces the usual members."""
        headers = {"issuer": self.url, "jwks_uri": self.url + KEYS, **discovery}
        self.answers[DISCOVERY] = as_json(headers)
        self.answers[KEYS] = as_json({"keys": keys})


def as_json(value: object) -> Answer:
    return Answer(json.dumps(value).encode())


@contextmanager
def local_issuer() -> Generator[LocalIssuer]:
    """An issuer on a free port, without documents."""
    issuer = LocalIssuer("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            answer = issuer.answers.get(self.path, Answer(b"", status=404))
            self.send_response(answer.status)
            if answer.location:
                self.send_header("Location", answer.location)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing; `asked` holds the requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            serving.join()
