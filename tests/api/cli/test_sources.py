"""`kontaktvej sources`: lists of a folder, of an address and of OS2mo wait for the stewards."""

import json
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from api.audit.log import audit_log
from api.cli.sources import SourcePlace, next_list, places_in
from api.identity.imports import SavedSource
from api.identity.store import open_identity_store
from graph.errors import InvalidNeed
from tests.api.shell import Shell
from tests.graph.exchange.imports.records.record_files import as_json, mo_answer

LIST = "Kommune;Funktion;Navn\nThisted;SSP-koordinator;Mette Rugvang Bæk\n"


class _Office(BaseHTTPRequestHandler):
    """Gives a list for a token, answers of OS2mo for a token of its clients, and redirects."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self._send(302, b"", location="/list.csv")
        elif self.headers["Authorization"] != "Bearer secret-token":
            self._send(401, b"")
        else:
            self._send(200, LIST.encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            is_client = self.headers["Authorization"].startswith("Basic ")
            is_asked = b"grant_type=client_credentials" in body
            token = json.dumps({"access_token": "of-the-client"}).encode()
            self._send(200 if is_client and is_asked else 400, token)
        elif self.headers["Authorization"] == "Bearer of-the-client" and "query" in json.loads(
            body
        ):
            self._send(200, as_json(mo_answer()))
        else:
            self._send(403, b"")

    def _send(self, status: int, body: bytes, location: str | None = None) -> None:
        self.send_response(status)
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def office() -> Generator[str]:
    """The address of an office's server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Office)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def place(**values: object) -> SourcePlace:
    return SourcePlace.model_validate(values)


def test_the_newest_file_of_a_folder_is_the_next_list(tmp_path: Path) -> None:
    import os

    for number, name in enumerate(("old.csv", "new.csv", ".hidden")):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, (number, number))
    assert next_list(place(**{"from": str(tmp_path)})) == ("new.csv", b"new.csv")
    with pytest.raises(InvalidNeed):
        next_list(place(**{"from": str(tmp_path / "none")}))


def test_a_list_is_fetched_with_its_token_and_never_from_a_redirection(
    tmp_path: Path, office: str
) -> None:
    token = tmp_path / "token"
    token.write_text("secret-token\n")
    of_token = {"token_file": token}
    assert next_list(place(**{"from": f"{office}/list.csv"}, **of_token)) == (
        "list.csv", LIST.encode(),
    )  # fmt: skip
    for path, why in (("/list.csv", "401"), ("/moved", "302")):
        with pytest.raises(InvalidNeed, match=why):
            next_list(place(**{"from": office + path}, **(of_token if path == "/moved" else {})))
    with pytest.raises(InvalidNeed, match="ConnectError"):
        next_list(place(**{"from": "http://127.0.0.1:1/list.csv"}))


def test_os2mo_is_asked_with_the_token_of_a_client(tmp_path: Path, office: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("client-secret")
    name, data = next_list(
        place(
            **{"from": f"{office}/graphql"}, format="os2mo", token_url=f"{office}/token",
            client_id="kontaktvej", token_file=secret,
        )
    )  # fmt: skip
    assert (name, json.loads(data)) == ("graphql", mo_answer())


@pytest.mark.parametrize(
    "text",
    [
        "[x", '["a.b"]\n', '["a.b"]\nfrom = "x"\nwhere = 1\n',
        '["a.b"]\nfrom = "x"\ntoken_file = "t"\n',
        '["a.b"]\nfrom = "https://x.example"\ntoken_url = "https://y.example"\n',
    ],
)  # fmt: skip
def test_a_file_of_places_that_cannot_be_understood_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "import-sources.toml"
    assert places_in(file) == {}
    file.write_text(text, "utf-8")
    with pytest.raises(InvalidNeed):
        places_in(file)


@pytest.mark.slow
def test_sources_are_listed_and_their_lists_left_while_others_fail(
    shell: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "liste.csv").write_text(LIST, "utf-8")
    accounts, keys = tmp_path / "accounts", tmp_path / "keys"
    with open_identity_store(accounts) as known, audit_log(tmp_path / "audit", keys) as log:
        for name in ("mun-0787.hr", "mun-0787.ssp"):
            known.imports.save(
                SavedSource(
                    source=name, area="mun-0787", account="acc-1", choices=log.encrypt_text("{}")
                ),
                "imp-1",
            )
    (tmp_path / "import-sources.toml").write_text(
        f'["mun-0787.ssp"]\nfrom = "{tmp_path}/none.csv"\n["mun-0787.hr"]\nfrom = "{folder}"\n',
        "utf-8",
    )
    listed = shell.ok("sources")
    assert all(word in listed for word in ("mun-0787.hr", "mun-0787.ssp", str(folder)))
    fetched_lists = shell("sources", "--fetch")
    assert (fetched_lists.code, "1 row differs." in fetched_lists.out) == (2, True)
    assert "there is no file" in fetched_lists.err
    with open_identity_store(accounts) as known:
        assert [upload.source for upload in known.imports.uploads()] == ["mun-0787.hr"]
