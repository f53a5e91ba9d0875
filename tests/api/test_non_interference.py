"""Data that a caller may not see changes no byte of any answer over HTTP, headers included.

A generated world is written into the real store and queried; then its twin, which lacks some of
the elements hidden from the caller, has other values in hidden fields, and has more writes that
are invisible to the caller. Every question is asked of both; random choices in answers use the
same seed in both.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, settings

from api.audit.chain import open_seals
from api.audit.log import AuditLog
from api.audit.storage import SqliteStorage
from api.directory import Directory
from api.identity.rate_limits import CallLimits
from api.identity.store import Assurance
from api.state import AppState, PreviewCache
from graph.access.policy import Caller, Role
from graph.model import ContactDetail, Element
from graph.paths.policy_file import load_policy
from graph.store.store import Store
from tests import kystby
from tests.api.twin_worlds import ON, Case, cases, invisible_updates, left_out, secrets, twin
from tests.change_sets import change_set, kystby_with_numbers
from tests.databases import Server
from tests.fixtures.accounts import Clock
from tests.fixtures.app import TIMEOUTS, TestApp, bearer, opened_app
from tests.fixtures.endpoint_examples import Ask, Ids, questions, routes
from tests.fixtures.importer import record_batch
from tests.graph.questions.test_small_numbers import elements

_POLICY: Final = load_policy(None)
_TIMEOUTS: Final = replace(TIMEOUTS, fresh_s=3_600)  # no other process writes
_VISIBLE: Final = 6
_PARTS: Final = 8
"""Parts of the drill, which workers share."""
MINE: Final = "/audit/mine"
_BY_DESIGN: Final[Mapping[str, bytes]] = {
    "an id is drawn for each request": rb'"req-[a-p]{16}"',
    "how long a request took": rb'(?<="ms":)\d+',
    "the seal of a row, which those two are part of": rb'"[0-9a-f]{64}"',
}
"""What differs between two answers to the very same question, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The numbers of worlds, of routes per world, and of questions per route."""

    worlds: int
    routes: int
    each: int
    is_repeated: bool


_NEW: Final = 3
"""Factor on the questions of a route that has not answered any yet."""
_LIST: Final = (
    "Kommune;Funktion;Navn;Telefon;Titel\n"
    "Kystby Kommune;SSP-koordinator;Amina Søkilde Østergård;33 11 22 33;Konsulent\n"
    "Kystby Kommune;Opsøgende medarbejder;Bo Rugvang Sørensen;;\n"
    "Kystby Kommune;Infohus-tovholder;Carl Nyvang Holm;;\n"
    "Atlantis;SSP-koordinator;Ida Møllevang Bæk;;\n"
)
_KEPT: Final = {"name": "Posts", "description": "", "query": "MATCH (p:Actor) RETURN p"}


@dataclass(kw_only=True)
class Stage:
    """One running application, which serves one world after another."""

    app: TestApp
    server: Server
    openapi: Mapping[str, Any]
    answered: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])
    asked: Counter[tuple[frozenset[Role], str]] = field(
        default_factory=Counter[tuple[frozenset[Role], str]]
    )
    gone: int = 0
    invisible_updates: int = 0
    numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def showing(
        self,
        elements: Iterable[Element],
        withheld: frozenset[str],
        seed: int,
        more: Iterable[Element] = (),
    ) -> Generator[Directory]:
        """Serve a world as revision 1 of the store, with an empty audit log and a random seed.

        Each element of `more` is then written as an update of its own.
        """
        self.server.empty()
        self.app.store.apply(change_set(creates=elements))
        for item in more:
            self.app.store.apply(change_set(updates=[item]))
        rooms = self._rooms
        with Directory(
            self.app.store, _POLICY, withheld=lambda: withheld, timeouts=_TIMEOUTS,
            now=lambda: kystby.NOW,
        ) as directory:  # fmt: skip
            rooms.directory, rooms.imports = directory, PreviewCache()
            with self.logging(seed):
                yield directory

    @contextmanager
    def logging(self, seed: int) -> Generator[None]:
        """Use an empty audit log with a random seed, and reset the counted calls."""
        rooms = self._rooms
        shelf = SqliteStorage(self.app.folder / f"audit-{next(self.numbers)}")
        seals = open_seals(self.app.folder / "keys" / "audit.json", is_new=False)
        before, rooms.calls = rooms.audit, CallLimits()
        rooms.audit = AuditLog(shelf, seals, now=Clock(), rng=Random(seed))
        try:
            yield
        finally:
            rooms.audit = before
            shelf.close()

    @property
    def _rooms(self) -> AppState:
        return self.app.http.app_state["app_state"]

    def enter(self, caller: Caller) -> tuple[str, dict[str, str]]:
        """A new account with the caller's person and grants: its id, and its headers."""
        is_service = any(grant.role is Role.SERVICE for grant in caller.grants)
        known = self.app.accounts
        login = f"drawn-{next(self.numbers)}"
        account = known.add(login, person=caller.person, is_service=is_service)
        for grant in caller.grants:
            known.grant(account, grant, given_by="test")
        return account, bearer(known.open_session(account, Assurance.STRONG))

    def send_list(self, headers: Mapping[str, str]) -> Sequence[str]:
        """Send a list of the municipality, if the caller may; return ids of imports."""
        with self.logging(0):
            answer = self.app.http.post(
                "/imports", content=_LIST.encode(), headers=headers,
                params={"file": "liste.csv", "source": "hr", "area": "kystby"},
            )  # fmt: skip
        written = record_batch(self.app)
        return (answer.json()["id"], written) if answer.status_code == 201 else Ids().imports

    def all_answers(self, asks: Iterable[Ask], headers: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """Return the whole answer to each question."""
        return [whole(ask, self._ask(ask, headers)) for ask in asks]

    def _ask(self, ask: Ask, headers: Mapping[str, str]) -> Response:
        answer = self.app.http.request(
            ask.method, ask.path, params=ask.params, json=ask.body, headers=headers
        )
        self.answered[f"{ask.method} {ask.template}", answer.status_code] += 1
        return answer


def whole(ask: Ask, answer: Response) -> tuple[Any, ...]:
    """Return status, headers and body, with the parts in `_BY_DESIGN` replaced."""
    body = answer.content
    for why, drawn in _BY_DESIGN.items():
        body = re.sub(drawn, f'"{why}"'.encode(), body)
    headers = [pair for pair in answer.headers.multi_items() if pair[0] != "content-length"]
    return str(ask), answer.status_code, sorted(headers), body


def _difference(first: tuple[Any, ...], second: tuple[Any, ...]) -> list[tuple[str, str]]:
    """Return excerpts around the first difference of each pair of answers."""
    pairs = [(str(item), str(other)) for item, other in zip(first, second, strict=True)]
    return [
        (item[max(at - 150, 0) : at + 50], other[max(at - 150, 0) : at + 50])
        for item, other in pairs
        if item != other
        for at in [_common(item, other)]
    ]


def _common(first: str, second: str) -> int:
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(first), len(second)))


# ---- a world and its twin


def choose_asks(
    stage: Stage, ids: Ids, gone: set[str], pace: Pace, caller: Caller, random: Random
) -> list[Ask]:
    """Choose questions of some routes, about half of them on hidden elements.

    Half of the routes are those with the fewest answers, among them those that the caller's roles
    have asked least, so that each role comes to each route; one without any is asked more often.
    The last question is the caller's own log: it would show a difference in what they were shown.
    """
    known = questions(stage.openapi, ids)
    turns = random.sample(sorted(known), len(known))
    roles = frozenset(grant.role for grant in caller.grants)
    rank = {route: (stage.answered[route, 200], stage.asked[roles, route]) for route in turns}
    least = sorted(turns, key=rank.__getitem__)[: pace.routes // 2]
    rest = [route for route in turns if route not in least][: pace.routes - len(least)]
    stage.asked.update((roles, route) for route in (*least, *rest))
    asks: list[Ask] = []
    for route in (*least, *rest):
        parted = [
            [ask for ask in known[route] if (ask.about in gone) is is_gone]
            for is_gone in (True, False)
        ]
        times = pace.each if stage.answered[route, 200] else _NEW * pace.each
        asks += [
            random.choice(random.choice([item for item in parted if item])) for _ in range(times)
        ]
    asks = sorted(asks, key=lambda ask: ask.template.startswith("/audit"))
    return [*asks, Ask(method="GET", path=MINE, template=MINE, params={"limit": "100"})]


def compare_with_twin(stage: Stage, case: Case, pace: Pace) -> None:
    drawn = Random(case.seed)
    account, headers = stage.enter(case.caller)
    with stage.showing(case.elements, case.withheld, case.seed) as directory:
        views = [directory.view(case.caller, on) for on in ON]
        snapshot = directory.snapshot()
        gone = left_out(case, secrets(case, snapshot, views), drawn)
        stage.gone += len(gone)
        other = twin(case, snapshot, views, gone)
        question = stage.app.accounts.questions.keep(account, _KEPT)
        sent = stage.send_list(headers)
        ids = replace(_ids(case, gone, account, drawn), questions=[question.id], imports=sent)
        asks = choose_asks(stage, ids, gone, pace, case.caller, drawn)
        rows = stage.all_answers(asks, headers)
    more = invisible_updates(case, other)
    stage.invisible_updates += len(more)
    with stage.showing(other, case.withheld_too, case.seed, more):
        for first, second in zip(rows, stage.all_answers(asks, headers), strict=True):
            where = f"{case.caller}, gone: {sorted(gone)}, differs: {_difference(first, second)}"
            assert first == second, where


def _ids(case: Case, gone: set[str], account: str, random: Random) -> Ids:
    """Return some ids of hidden elements, and some of the others."""
    ids: dict[bool, list[str]] = defaultdict(list)
    for is_gone in (True, False):
        of_kind = [element.id for element in case.elements if (element.id in gone) is is_gone]
        for is_link in (False, True):
            candidates = [item for item in of_kind if ("--" in item) is is_link]
            ids[is_link] += random.sample(candidates, min(len(candidates), _VISIBLE))
    return Ids(nodes=ids[False], links=ids[True], accounts=[account])


def compare_worlds(stage: Stage, pace: Pace) -> None:
    """Compare a number of worlds; at the end every route must have answered."""

    @settings(
        max_examples=pace.worlds, derandomize=pace.is_repeated, database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(cases())
    def one_world(case: Case) -> None:
        compare_with_twin(stage, case, pace)

    one_world()
    answered = {route for route, status in stage.answered if status == 200}
    assert stage.gone > pace.worlds  # there were hidden elements
    assert stage.invisible_updates > pace.worlds  # there were writes invisible to the caller
    assert sorted(routes(stage.openapi) - answered) == []
    assert not [item for item in stage.answered if item[1] >= 500]


@pytest.fixture
def stage(store: Store, server: Server, tmp_path: Path) -> Generator[Stage]:
    with opened_app(store, tmp_path, clock=Clock()) as app:
        yield Stage(app=app, server=server, openapi=app.asgi.openapi())


@pytest.mark.drill
@pytest.mark.ci_drill
def test_hidden_data_changes_no_byte_of_an_answer(stage: Stage) -> None:
    compare_worlds(stage, Pace(worlds=60, routes=32, each=1, is_repeated=True))


@pytest.mark.drill
@pytest.mark.parametrize("part", range(_PARTS))
def test_hidden_data_changes_no_byte_in_thousands_of_worlds(stage: Stage, part: int) -> None:
    compare_worlds(stage, Pace(worlds=2_000 // _PARTS, routes=100, each=2, is_repeated=False))


PLACES = ("kystby", "outreach", "forum")
ALIKE = ((5, 0), (9, 4))
"""Numbers of civilians in Kystby and in Naboby; both pairs are published as five and none."""
_OWN = ("/audit", "/me", "/accounts")


def world(here: int, next_door: int) -> list[Element]:
    numbered = {
        number.id: number for number in kystby_with_numbers() if isinstance(number, ContactDetail)
    }
    return [numbered.get(element.id, element) for element in elements(here, next_door)]


def register_asks(stage: Stage) -> list[Ask]:
    """Every question but those about the caller's own account."""
    known = questions(stage.openapi, Ids(nodes=PLACES, links=("outreach--forum",)))
    return [
        ask
        for template, asks in known.items()
        for ask in asks
        if not template.partition(" ")[2].startswith(_OWN) and "lang" not in ask.params
    ]


@pytest.mark.drill
def test_worlds_with_equal_published_counts_get_equal_answers_on_every_route(stage: Stage) -> None:
    _, headers = stage.enter(kystby.caller_of(Role.ANALYST, areas=("dk",)))
    asks = register_asks(stage)
    answers: list[list[tuple[object, ...]]] = []
    for numbers in ALIKE:
        with stage.showing(world(*numbers), frozenset(), seed=1):
            answers.append(stage.all_answers(asks, headers))
    for first, second in zip(*answers, strict=True):
        assert first == second
    content = b"".join(bytes(answer[-1]) for answer in answers[0] if isinstance(answer[-1], bytes))
    assert b'"at_least":' in content
    assert b'"civilians":' in content
