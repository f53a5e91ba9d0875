"""No answer, header, error, log or file holds a marker that its reader may not see.

Every sealed or hidden field of Kystby holds a marker. Every route is called as every role, also
with requests that it refuses; `tests/api/canaries.txt` lists the markers that each role is shown.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from httpx2 import Response

from api.identity.store import Assurance
from graph.access.policy import Role
from graph.exchange.formats import FORMATS
from graph.model import ContactDetail
from graph.store.location import StoreLocation, open_location
from graph.store.store import Store
from tests.api.canaries import (
    MADE_BY,
    PUBLIC,
    Canary,
    canaries,
    elements,
    expected,
    found_in,
    found_in_bytes,
    letters,
)
from tests.api.routes.consenting import without_echo
from tests.change_sets import change_set
from tests.drills.figures import note
from tests.fixtures.app import TestApp, opened_app
from tests.fixtures.endpoint_examples import Ask, Ids, questions, routes
from tests.fixtures.importer import record_batch

_KNOWN: Final = canaries()
_DINA: Final = (Role.COORDINATOR, Role.OUTREACH)  # dina is the door opener of jens
_PURPOSES: Final = ("CONCERN", "VERIFY", "SUBJECT_REQUEST")
_OF_THE_CALLER: Final = ("httpx2", "httpcore2", "asyncio", "hypothesis")
"""Loggers of the client, not of the API: they log requested addresses."""
_BAD_BODIES: Final[tuple[Any, ...]] = ({}, [], {"fields": {"nothing": 1}}, {"zq": "x"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The numbers of other forms per question, of elements with refused writes, and of bodies."""

    more: int
    refused: int
    bodies: int


SHORT: Final = Pace(more=1, refused=2, bodies=1)
LONG: Final = Pace(more=30, refused=1_000, bodies=len(_BAD_BODIES))


@dataclass(kw_only=True)
class Crawl:
    """The markers in the answers, by role."""

    app: TestApp
    markers: dict[Role, set[str]] = field(default_factory=lambda: defaultdict(set))
    revealed: dict[Role, set[str]] = field(default_factory=lambda: defaultdict(set))
    statuses: Counter[int] = field(default_factory=Counter[int])
    answered: set[str] = field(default_factory=set[str])

    def look(self, role: Role, answer: Response, text: str | None = None) -> None:
        """Note the markers of a whole answer; `text`: its text without what it repeats."""
        whole = f"{answer.headers} {answer.text if text is None else text}"
        self.statuses[answer.status_code] += 1
        self.markers[role] |= found_in(whole, _KNOWN)

    def ask(self, role: Role, ask: Ask, headers: Mapping[str, str]) -> None:
        """Ask a question and record its answer."""
        answer = self.app.http.request(
            ask.method, ask.path, params=ask.params, json=ask.body, headers=headers
        )
        if answer.status_code == 200:
            self.answered.add(f"{ask.method} {ask.template}")
        self.look(role, answer)


def fill(store: Store) -> None:
    """Write Kystby with its markers as revision 1; the author of the change is a marker too."""
    store.apply(change_set(creates=elements(), made_by=letters("change", MADE_BY)))


_LIST: Final = (
    "Kommune;Funktion;Navn;Telefon;Titel\n"
    "kystby-kommune;SSP-koordinator;Amina Ny Navn;33 11 22 33;Konsulent\n"
    "Atlantis;SSP-koordinator;Ida Møllevang Bæk;;\n"
)
_KEPT: Final = {"name": "Posts", "description": "", "query": "MATCH (p:Actor) RETURN p"}


def ids(account: str) -> Ids:
    """Return the ids of the elements with a marker, and of the links around them."""
    marked = {canary.element for canary in _KNOWN}
    known = {element.id for element in elements()}
    links = [link for link in sorted(known) if "--" in link]
    nodes = [node for node in sorted(marked & known) if "--" not in node]
    around = [link for link in links if marked & {link, *link.split("--")}]
    return Ids(nodes=[*nodes, "ihd", "nothing"], links=[*around, "no--thing"], accounts=[account])


def send_list(crawl: Crawl, role: Role, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Send a list of the municipality, if the role may; return ids of imports."""
    answer = crawl.app.http.post(
        "/imports", content=_LIST.encode(), headers=headers,
        params={"file": "liste.csv", "source": "hr", "area": "kystby"},
    )  # fmt: skip
    crawl.look(role, answer)
    written = record_batch(crawl.app)
    return (answer.json()["id"], written) if answer.status_code == 201 else ("nothing",)


def forms_of(openapi: Mapping[str, Any], known: Ids, more: int, drawn: Random) -> Iterator[Ask]:
    """Yield each question in its plain form with each id, and up to `more` of its other forms."""
    for of_route in questions(openapi, known).values():
        plain = [ask for ask in of_route if ask.method == "GET" and not ask.params]
        plain = plain or [ask for ask in of_route if ask.about is None][:1]
        rest = [ask for ask in of_route if ask not in plain]
        yield from plain
        yield from drawn.sample(rest, min(more, len(rest)))


def refused(
    app: TestApp, openapi: Mapping[str, Any], known: Ids, bodies: int,
    headers: Mapping[str, str],
) -> Iterator[Response]:  # fmt: skip
    """Yield the answers of every operation that writes, to requests that it refuses."""
    for template, operations in openapi["paths"].items():
        for method, operation in operations.items():
            if method == "get" or operation["operationId"].startswith("find_"):
                continue
            for path in _paths(template, operation, known):
                sent = _BAD_BODIES[:bodies] if "requestBody" in operation else (None,)
                yield from _refusals(app, method, path, sent, headers)


def _paths(template: str, operation: Mapping[str, Any], known: Ids) -> Iterator[str]:
    names = [
        parameter["name"]
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "path"
    ]
    is_sure = bool(
        {"dry_run"} & {parameter["name"] for parameter in operation.get("parameters", ())}
    )
    real_ids = {"node_id": known.nodes, "link_id": known.links} if is_sure else {}
    paths = [template]
    for name in names:
        paths = [
            path.replace(f"{{{name}}}", element_id)
            for path in paths
            for element_id in real_ids.get(name, ("nothing",))
        ]
    yield from paths


def _refusals(
    app: TestApp, method: str, path: str, bodies: Sequence[Any], headers: Mapping[str, str]
) -> Iterator[Response]:  # fmt: skip
    """Yield answers to requests without a session, with bad bodies, and with stale versions."""
    yield app.http.request(method, path)
    if path == "/sessions/current":  # it would end the session
        return
    old = {**headers, "If-Match": '"stale"', "Idempotency-Key": "canary-crawl-key"}
    dry = {"dry_run": "true"}
    for body in bodies:
        yield app.http.request(method, path, json=body, headers=headers, params=dry)
        yield app.http.request(method, path, json=body, headers=old, params=dry)
    for name in ("name", "display_name", "verified_on"):
        body = {"fields": {name: "2026-11-25" if name == "verified_on" else "Ny Navn Holm"}}
        if method == "patch":
            yield app.http.request(method, path, json=body, headers=old, params=dry)


def revealed(
    app: TestApp, headers: Mapping[str, str]
) -> Iterator[tuple[tuple[str, ...], Response]]:
    """Yield the answers to reveals of every detail for each purpose: alone, then in pairs."""
    details = [element.id for element in elements() if isinstance(element, ContactDetail)]
    for detail, purpose in product(details, _PURPOSES):
        alone = {"detail": detail, "channel": "EMAIL", "purpose": purpose}
        yield (detail,), app.http.post("/reveal", json=alone, headers=headers)
    for both, purpose in product(pairwise(details), _PURPOSES):
        listed = [{"detail": detail, "channel": "EMAIL"} for detail in both]
        together = {"details": listed, "purpose": purpose}
        yield both, app.http.post("/reveal", json=together, headers=headers)


def export_answers(
    app: TestApp, headers: Mapping[str, str], nodes: Iterable[str]
) -> Iterator[Response]:
    """Yield the answers to exports of every node in each format, with and without names."""
    visible: list[str] = []
    for node in nodes:
        body = {"nodes": [node], "format": "NODES_CSV"}
        answer = app.http.post("/exports", json=body, headers=headers)
        visible += [node] if answer.status_code == 201 else []
        yield answer
    named = {"with_names": True, "purpose": "VERIFY"}
    for format, more in product(FORMATS, ({}, named)):
        body = {"nodes": visible, "format": format, **more}
        answer = app.http.post("/exports", json=body, headers=headers)
        yield answer
        if answer.status_code == 201:
            yield app.http.get(f"/exports/{answer.json()['ticket']}", headers=headers)


def vcard_texts(app: TestApp, headers: Mapping[str, str]) -> Iterator[str]:
    """Yield every post as a contact, in the text of its vCard file."""
    for element in elements():
        sent = {"format": "VCARD", "purpose": "CONCERN", "post": element.id}
        answer = app.http.post("/exports/contacts", json=sent, headers=headers)
        if answer.status_code == 201:
            file = app.http.get(f"/exports/{answer.json()['ticket']}", headers=headers)
            yield file.text.replace("\r\n ", "")


def crawl_all_routes(app: TestApp, pace: Pace) -> Crawl:
    """Call every route as every role."""
    crawl, openapi = Crawl(app=app), app.asgi.openapi()
    drawn = Random(7)
    for role in Role:
        account = app.account(role, person="dina" if role in _DINA else None)
        token = app.accounts.open_session(account, Assurance.STRONG)
        headers = {"Authorization": f"Bearer {token}"}
        question = app.accounts.questions.keep(account, _KEPT)
        sent = send_list(crawl, role, headers)
        known = replace(ids(account), questions=[question.id], imports=sent)
        for ask in forms_of(openapi, known, pace.more, drawn):
            crawl.ask(role, ask, headers)
        sample = Ids(
            nodes=drawn.sample(known.nodes, min(pace.refused, len(known.nodes))),
            links=drawn.sample(known.links, min(pace.refused, len(known.links))),
        )
        for canary in _KNOWN:
            if canary.field in ("name", "display_name"):
                text = {"text": canary.marker[-40:]}
                answer = app.http.get("/names", params=text, headers=headers)
                crawl.look(role, answer, without_echo(answer) if answer.is_success else None)
        for answer in refused(app, openapi, sample, pace.bodies, headers):
            crawl.look(role, answer)
        for answer in export_answers(app, headers, known.nodes):
            crawl.look(role, answer)
        for file in vcard_texts(app, headers):
            crawl.revealed[role] |= found_in(file, _KNOWN)
        for details, answer in revealed(app, headers):
            values = {name for name in found_in(answer.text, _KNOWN) if name.endswith(".value")}
            shown = details if answer.status_code == 200 else ()
            assert values == {f"{detail}.value" for detail in shown}
            crawl.revealed[role] |= values
    assert sorted(routes(openapi) - crawl.answered) == []
    return crawl


def require_silence(crawl: Crawl, caplog: pytest.LogCaptureFixture, folder: Path) -> None:
    """Assert that roles see the markers of the table, and that logs and files hold no names."""
    markers = {role: frozenset(crawl.markers[role] | crawl.revealed[role]) for role in Role}
    assert markers == dict(expected())
    assert [
        role for role in Role if any(name.endswith(".value") for name in crawl.markers[role])
    ] == []
    assert {200, 401, 403, 404, 412, 422, 428} <= crawl.statuses.keys()
    assert not [status for status in crawl.statuses if status >= 500]
    personal = [canary for canary in _KNOWN if canary.is_personal]
    assert found_in("\n".join(_texts(caplog.records)), personal) == set()
    ours = (record for record in caplog.records if not record.name.startswith("neo4j"))
    assert (
        found_in("\n".join(_texts(ours)), (canary for canary in _KNOWN if not canary.is_id))
        == set()
    )
    files = _contents(folder)
    assert [path for path in files if path.parent.name in ("audit", "accounts")]
    assert _files_with_markers(files, personal) == {}


def _texts(records: Iterable[logging.LogRecord]) -> Iterator[str]:
    for record in records:
        if not record.name.startswith(_OF_THE_CALLER):
            yield f"{record.name} {record.getMessage()} {record.args} {record.exc_text}"


def _contents(folder: Path) -> dict[Path, bytes]:
    """Return the content of each file; a stopping engine may remove some meanwhile."""
    contents: dict[Path, bytes] = {}
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            if path.is_file():
                contents[path] = path.read_bytes()
    return contents


def _files_with_markers(
    files: Mapping[Path, bytes], known: Sequence[Canary]
) -> dict[str, set[str]]:
    """Return the files that hold markers, with the names of these markers."""
    return {
        path.name: hits for path, held in files.items() if (hits := found_in_bytes(held, known))
    }


def require_opened(store: Store) -> None:
    """Assert that the keys open all markers, so that the search looked for existing texts."""
    opened = repr(store.elements(sorted(element.id for element in elements())))
    markers = {str(canary) for canary in _KNOWN if not canary.is_value and canary.field != MADE_BY}
    assert found_in(opened, _KNOWN) >= markers
    values = " ".join(
        store.reveal(element.id).uncover()
        for element in elements()
        if isinstance(element, ContactDetail)
    )
    assert found_in(values, _KNOWN) == {str(canary) for canary in _KNOWN if canary.is_value}


@pytest.mark.drill
@pytest.mark.ci_drill
def test_each_role_sees_only_its_canaries_and_no_log_or_file_holds_personal_ones(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(
        logging.INFO, "neo4j"
    )  # the drill searches each message of the driver's log at this level
    fill(store)
    with opened_app(store, tmp_path) as app:
        crawl = crawl_all_routes(app, SHORT)
        require_silence(crawl, caplog, tmp_path)
        require_opened(store)


@pytest.mark.drill
def test_no_file_of_the_engine_or_the_api_holds_a_personal_canary(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with ExitStack() as until_closed:
        store = until_closed.enter_context(open_location(StoreLocation(home=home, linger_s=0)))
        fill(store)
        app = until_closed.enter_context(opened_app(store, tmp_path))
        crawl = crawl_all_routes(app, LONG)
        require_silence(crawl, caplog, tmp_path)
        require_opened(store)
    personal = [canary for canary in _KNOWN if canary.is_personal]
    files = _contents(tmp_path)
    assert _files_with_markers(files, personal) == {}
    assert any(PUBLIC.encode() in held for held in files.values())  # so the search works
    note("canary_crawl", answers=sum(crawl.statuses.values()), files=len(files), found=0)
