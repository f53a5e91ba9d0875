"""The examples of docs/api.md, its table of questions, and the script of the guide."""

import os
import re
import shlex
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final

import httpx
import pytest
from typer.testing import CliRunner

import api.client
from api.cli.app import app
from api.client import ApiClient
from api.identity.demo import DemoLogin, demo_logins, demo_seats
from api.identity.store import first_code
from api.schemas.accounts import Enrollment
from graph.access.policy import LOCAL_OPERATOR, Role
from graph.access.view import View
from graph.store.encryption.keyring import open_keyring
from graph.store.store import Store
from seed.loader import load
from tests.api.client.operations import operations
from tests.api.serving import served
from tests.api.test_complete import NO_QUESTION, PATH_QUESTIONS
from tests.databases import Server
from tests.fixtures.app import TestApp, opened_app
from tests.fixtures.examples import drills_after
from tests.kystby import TODAY

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = (ROOT / "docs/api.md").read_text("utf-8")
BLOCKS: Final = re.findall(r"^```\w*\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
QUESTIONS: Final = GUIDE.partition("## The questions")[2].partition("\n## ")[0]
ADDRESS: Final = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def demo_store(
    claimed_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Store]:
    claimed_server.empty()
    with (
        open_keyring(tmp_path_factory.mktemp("planted") / "keys") as keyring,
        claimed_server.with_store(keyring) as store,
    ):
        load(store, now=datetime.now(UTC), today=TODAY)
        yield store


@pytest.fixture(scope="module")
def demo(demo_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Generator[TestApp]:
    with opened_app(demo_store, tmp_path_factory.mktemp("demo")) as app:
        yield app


@pytest.fixture(scope="module")
def address(demo: TestApp) -> Generator[str]:
    with served(demo.asgi) as address:
        yield address


@pytest.fixture(scope="module")
def logins(demo: TestApp) -> Generator[Mapping[str, DemoLogin]]:
    """The logins that `kontaktvej demo --serve` prints."""
    view = View(demo.directory.snapshot(), LOCAL_OPERATOR, TODAY, today=TODAY)
    with demo_logins(demo.accounts, demo_seats(view)) as logins:
        yield {login.login: login for login in logins}


@dataclass
class Terminal:
    """Runs the lines of the guide, and fills in ids and tokens from earlier answers."""

    values: dict[str, str]
    answers: list[httpx.Response] = field(default_factory=list[httpx.Response])

    def curl(self, line: str) -> httpx.Response:
        """Return the answer that curl would receive."""
        options = _CURL.parse_args([self._fill(part) for part in shlex.split(line)[1:]])
        headers = dict(item.split(": ", 1) for item in options.header)
        if options.json:
            headers |= {"Content-Type": "application/json"}
        method = options.method or ("POST" if options.json else "GET")
        query = f"?{'&'.join(options.data)}" if options.data else ""

        def send() -> httpx.Response:
            return httpx.request(
                method, options.url + query, headers=headers, content=options.json, timeout=300
            )

        answer = send()
        for _ in range(options.retry):
            if answer.status_code == 503:
                Event().wait(float(answer.headers["Retry-After"]))
                answer = send()
        assert answer.is_success, f"{line}: {answer.text}"
        self.answers.append(answer)
        if "etag" in answer.headers:
            self.values["ETAG"] = answer.headers["etag"]
        place = answer.url.path.rpartition("/")[2]
        if method == "POST" and place in _MADE:
            self.values[_MADE[place]] = answer.json()["id"]
        return answer

    def kontaktvej(self, line: str, home: Path) -> None:
        result = CliRunner().invoke(
            app, shlex.split(line)[1:], env={"KONTAKTVEJ_HOME": str(home), "COLUMNS": "200"}
        )
        assert result.exit_code == 0, f"{line}: {result.output}"
        self.values["TOKEN"] = result.output.split()[-1]

    def _fill(self, part: str) -> str:
        for name, value in self.values.items():
            part = part.replace(f"${name}", value)
        return part


_MADE: Final = {"accounts": "ACCOUNT", "grants": "CHANGE"}
"""The placeholder in later lines for the id of a created object, by path."""
_CURL: Final = ArgumentParser()
for _flag in ("-s", "-i", "-G"):
    _CURL.add_argument(_flag, action="store_true")
_CURL.add_argument("-d", dest="data", action="append", default=[])
_CURL.add_argument("-H", dest="header", action="append", default=[])
_CURL.add_argument("-X", dest="method")
_CURL.add_argument("--json")
_CURL.add_argument("--retry", type=int, default=0)
_CURL.add_argument("url")


def _lines(beginning: str) -> Iterator[str]:
    """Return the lines of the one block that holds a line with this beginning."""
    (block,) = (item for item in BLOCKS if f"\n{beginning}" in f"\n{item}")
    yield from filter(None, block.splitlines())


@pytest.mark.drill
def test_role_examples_work(demo: TestApp, address: str, logins: Mapping[str, DemoLogin]) -> None:
    (sign_in,) = (line for line in _lines("AUTH=") if line.startswith("curl"))
    terminal, shown = Terminal({"API": address}), set[str]()
    for line in _lines("# coordinator"):
        if line.startswith("# "):
            role = line[2:].partition(":")[0]
            shown.add(role)
            if role in (
                "service",
                "host",
            ):  # uses the token that was made for it and does not sign in
                continue
            own = sign_in.replace("coordinator", role).replace("…", logins[role].password)
            terminal.values["AUTH"] = f"Authorization: Bearer {terminal.curl(own).json()['token']}"
        elif line.startswith("curl"):
            terminal.curl(line)
        elif line.startswith("kontaktvej"):
            terminal.kontaktvej(line, demo.folder)
        else:
            assert line.partition("=")[0] in terminal.values, line
    assert shown == {*logins, "service", "host"}
    actual = {
        f"{answer.request.method} {answer.url.path}": answer.json() for answer in terminal.answers
    }
    assert actual["POST /paths"]["contacts"][0]["ways"][0]["stops"][-1]["node"]["id"]
    assert re.fullmatch(r"\+45 [\d ]+", actual["POST /reveal"]["value"])
    around = actual["GET /entities/com-aalborg-oest/neighborhood"]["neighbors"]
    assert any(item["label"] == "ResourceIndividual" for item in around)
    assert actual["GET /consents"]["found"]
    assert any("VACANT" in total["states"] for total in actual["GET /coverage"]["totals"])
    assert actual["GET /history"]["events"]
    rehearsed, outcome = (
        answer.json() for answer in terminal.answers if answer.request.method == "PATCH"
    )
    assert rehearsed["is_allowed"]
    assert outcome["things"][0]["id"] == "act-ssp-0825"
    assert actual["GET /audit/verify"]["is_whole"]
    assert actual["GET /account-changes"]["waiting"]
    (by_token,) = (
        answer.request.headers["Authorization"].split()[1]
        for answer in terminal.answers
        if answer.request.url.path == "/coverage/map"
    )
    assert by_token.startswith("kv_")
    assert len(actual["GET /coverage/map"]["rows"]) == 98


@pytest.mark.drill
def test_the_setup_example_of_the_guide_creates_the_first_account(
    demo_store: Store, tmp_path: Path
) -> None:
    (line,) = (item for item in _lines("API=") if item.startswith("curl"))
    with opened_app(demo_store, tmp_path, is_set_up=False) as app, served(app.asgi) as address:
        code = first_code(app.accounts)
        assert code is not None
        answer = Terminal({"API": address}).curl(line.replace("…", code.code))
    assert Enrollment.model_validate(answer.json()).totp_secret


def test_the_python_example_of_the_guide_runs(
    address: str, logins: Mapping[str, DemoLogin]
) -> None:
    (block,) = (item for item in BLOCKS if item.startswith("from api.client import"))
    typed = block.replace(ADDRESS, address).replace("…", logins["coordinator"].password)
    assert typed.count(address) == 1
    lines = subprocess.run(
        [sys.executable, "-c", typed], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert lines[0].startswith("Hovedkontakt, god løsladelse, Thisted: Answers now: Rikke")


def test_the_script_of_the_guide_answers_five_questions(demo: TestApp, address: str) -> None:
    script = ROOT / "docs" / "five_questions.py"
    assert len(script.read_text("utf-8").splitlines()) <= 30
    token = demo.token(Role.COORDINATOR, areas=("dk",))
    lines = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "KONTAKTVEJ_API": address, "KONTAKTVEJ_TOKEN": token},
    ).stdout.splitlines()  # fmt: skip
    starts = [place for place, line in enumerate(lines) if line[0].isdigit()]
    assert len(starts) == 5
    answers = [
        lines[begin + 1 : end] for begin, end in zip(starts, [*starts[1:], None], strict=True)
    ]
    assert "Answers now: Rikke Lyngtoft Bæk, deputy for Hovedkontakt" in answers[0][0]
    assert answers[1][3] == "  PSYCHIATRY: No contact path"
    assert any("a holder or a deputy for SSP-koordinator, Læsø" in line for line in answers[2])
    assert answers[3][0].startswith("  Mentor 1, Viborg")
    assert len(answers[4]) == 98


# ---- the table of questions


def _rows() -> list[list[str]]:
    rows = [line.strip("| ").split(" | ") for line in QUESTIONS.splitlines() if line[:1] == "|"]
    return rows[2:]


def _code(cell: str) -> str:
    return cell.strip("`")


def test_the_question_table_lists_every_question_once_with_an_existing_route() -> None:
    by_key = {f"{item.method} {item.path}": item for item in operations()}
    files = [_code(row[4]) for row in _rows()]
    routes = [_code(row[2]) for row in _rows()]
    assert len(routes) == len(set(routes))
    there = {path.name for path in (ROOT / "graph" / "questions").iterdir() if path.is_file()}
    actual = {Path(file).name for file in files if (ROOT / file).is_file()}
    there |= {f"{name}.py" for name in PATH_QUESTIONS}
    assert there - actual == {"__init__.py", *(f"{name}.py" for name in NO_QUESTION)}
    for row in _rows():
        operation, (method,) = by_key[_code(row[2])], re.findall(r"kontaktvej\.(\w+)", row[3])
        assert method in operation.methods, row[0]


@pytest.mark.parametrize("typed", drills_after(3, [_code(row[3]) for row in _rows()]))
def test_each_python_call_of_the_question_table_returns_an_answer(
    demo: TestApp, address: str, typed: str
) -> None:
    view = View(demo.directory.snapshot(), LOCAL_OPERATOR, TODAY, today=TODAY)
    person = demo_seats(view)[Role.OUTREACH].person
    token = demo.token(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), person=person)
    with ApiClient(address, token, patience_s=240) as client:
        names: dict[str, Any] = {**vars(api.client), "kontaktvej": client, "date": date}
        answer: Any = eval(typed, names)
        assert getattr(answer, "__next__", lambda: answer)()  # of a list, the first page
