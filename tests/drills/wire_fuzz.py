"""Cases generated from the OpenAPI document, adapted to existing ids, sent and checked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from httpx2 import Response as Answer
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks

from api.editing.fields import OURS
from api.errors import KINDS
from api.openapi import operations
from graph.access.policy import TASKS, Role
from tests.fixtures.app import TestApp
from tests.fixtures.endpoint_examples import TEXTS

_checks: Any = checks  # generic over a type that the library does not declare
CHECKS: Final = [
    _checks.status_code_conformance,
    _checks.content_type_conformance,
    _checks.response_headers_conformance,
    _checks.response_schema_conformance,
]
_NODE_NAMES: Final = frozenset(
    {
        "id", "network", "node", "node_id", "nodes", "opener",
        "person", "post", "source", "source_id", "start", "stops", "target", "target_id", "via",
        "avoid",
    }
)  # fmt: skip
_AREA_NAMES: Final = frozenset({"area", "areas", "from_area", "to_area"})
_BODIES: Final = ("application/json", "application/json; charset=latin-1", "text/plain", "")
_PERSONS: Final = ("amina", "bo", "dina", "erik", None)


@dataclass(kw_only=True)
class Fuzz:
    """An app, the existing ids, and the faults of the answers so far.

    `to_come`: the number of answers that say that a replica is not ready yet, which is no error.
    """

    app: TestApp
    known: Mapping[str, st.SearchStrategy[Any]]
    things: st.SearchStrategy[dict[str, Any]]
    welcome: Mapping[str, Sequence[Role]]
    answer_counts: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])
    wrong: list[str] = field(default_factory=list[str])
    to_come: int = 0

    @property
    def statuses(self) -> Counter[int]:
        """The number of answers by status."""
        counts: Counter[int] = Counter()
        for (_, status), count in self.answer_counts.items():
            counts[status] += count
        return counts

    @property
    def server_errors(self) -> int:
        """The number of answers with a server error."""
        return sum(n for status, n in self.statuses.items() if status >= 500) - self.to_come

    def ask(self, case: "Case[Any]", data: st.DataObject) -> None:
        """Send a case as a newly signed-in account, seldom unsigned, and check the answer."""
        welcome = self.welcome[case.operation.label]
        role = data.draw(st.one_of(st.sampled_from(welcome), st.sampled_from([*Role, None])))
        person = data.draw(st.sampled_from(_PERSONS))
        signed = {} if role is None else self.app.as_(role, areas=("dk",), person=person)
        for place in ("path_parameters", "query", "body"):
            value = getattr(case, place)
            if isinstance(value, Mapping):
                sent = dict(cast("Mapping[str, Any]", value))
                if place != "path_parameters":
                    sent = self.thinned(sent, data)
                setattr(case, place, self.planted(sent, data))
        answer = self._send(case, signed, data)
        self._judge(case, role, answer)

    def thinned(self, sent: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
        """Return the same members, often without most of those that hold no id."""
        if not data.draw(st.booleans()):
            return sent
        return {
            k: value for k, value in sent.items() if k in self.known or data.draw(st.booleans())
        }

    def planted(self, value: Any, data: st.DataObject, name: str = "") -> Any:
        """Return the same value with some of its ids replaced by existing ones."""
        if name in self.known and data.draw(st.integers(0, 3)):
            is_list = isinstance(value, list)
            return [data.draw(self.known[name])] if is_list else data.draw(self.known[name])
        if isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            if "fields" in members and data.draw(st.integers(0, 3)):
                element = data.draw(self.things)
                # A new dict, since an example of the document may be drawn again.
                members = members | {k: member for k, member in element.items() if k in members}
            return {key: self.planted(member, data, key) for key, member in members.items()}
        if isinstance(value, list):
            return [self.planted(member, data, name) for member in cast("list[Any]", value)]
        return value

    def _send(self, case: "Case[Any]", signed: Mapping[str, str], data: st.DataObject) -> Answer:
        sent = case.as_transport_kwargs(base_url="http://localhost")
        headers = {k: v for k, v in sent["headers"].items() if k.lower() != "authorization"}
        headers |= {"Accept": "application/json", **signed}
        content: dict[str, Any] = {"json": sent.get("json"), "content": sent.get("data")}
        if data.draw(st.integers(0, 30)) == 30:
            content = {"content": data.draw(st.binary(max_size=40))}
            headers["Content-Type"] = data.draw(st.sampled_from(_BODIES))
        if case.operation.headers.get("If-Match") and data.draw(st.integers(0, 3)):
            read = self.app.http.get(str(sent["url"]).removesuffix("/verify"), headers=signed)
            headers |= {"If-Match": read.headers.get("ETag", "none")}
        return self.app.http.request(
            sent["method"], sent["url"], params=sent.get("params"), headers=headers, **content,
        )  # fmt: skip

    def _judge(self, case: "Case[Any]", role: Role | None, answer: Answer) -> None:
        self.answer_counts[case.operation.label, answer.status_code] += 1
        request = answer.request
        call = f"{role} {request.method} {request.url} {request.content!r}: {answer.text[:300]}"
        if answer.status_code >= 500 and _is_to_come(answer):
            self.to_come += 1
        elif answer.status_code >= 500:
            self.wrong.append(f"{answer.status_code} {call}")
        try:
            case.validate_response(Response.from_any(answer), checks=CHECKS)
        except FailureGroup as group:
            self.wrong.append(f"{[str(failure) for failure in group.exceptions]} {call}")


_OF_A_COPY: Final = ("/analysis", "/exports/query")
"""Paths that wait for a replica."""


def _is_to_come(answer: Answer) -> bool:
    """Whether an answer says that a replica is not ready or a query too expensive: no fault."""
    if answer.request.url.path not in _OF_A_COPY:
        return False
    kinds = ("replica-filling", "too-expensive", "busy")
    return answer.json()["type"].removeprefix("/problems/") in kinds


def known_in(app: TestApp) -> dict[str, st.SearchStrategy[Any]]:
    """Return strategies of existing values, by the names of parameters and members."""
    snapshot = app.directory.snapshot()
    nodes, links = (st.sampled_from(sorted(ids)) for ids in (snapshot.row_of, snapshot.link_row_of))
    areas = st.sampled_from(["dk", "kystby", "nabo"])
    accounts = st.sampled_from([app.account(Role.COORDINATOR) for _ in range(5)])
    return {
        **dict.fromkeys(_NODE_NAMES, nodes),
        **dict.fromkeys(_AREA_NAMES, areas),
        "consent_id": st.sampled_from(["consent-jens", "consent-kaj"]),
        "detail": st.sampled_from(["phone-bo", "phone-erik", "phone-jens"]),
        "individual": st.sampled_from(["jens", "kaj"]),
        "link_id": links,
        "account": accounts,
        "caller": accounts,
        "text": st.sampled_from(TEXTS),
        "slug": st.sampled_from(sorted(KINDS)),
        "from": st.sampled_from(["2026-01-01", "2026-11-25"]),
        "to": st.sampled_from(["2026-12-24", "2027-06-01"]),
        "max_hops": st.integers(1, 6),
        "max_paths": st.integers(1, 5),
        "overlap_percent": st.integers(0, 100),
        "within_km": st.integers(1, 100),
        "competence": st.sampled_from(["27", "kv:"]),
    }


def welcome_in(app: TestApp) -> dict[str, list[Role]]:
    """Return the roles that may call each operation."""
    return {
        f"{operation.method} {operation.path}": [
            role
            for role in Role
            if not operation.tasks or any(role in TASKS[task] for task in operation.tasks)
        ]
        for operation in operations(app.asgi, app.asgi.openapi())
    }


def things_in(app: TestApp) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of nodes and links as read, and of mixed fields of several of them."""
    headers = app.as_(Role.COORDINATOR, areas=("dk",), person="amina")
    snapshot = app.directory.snapshot()
    elements: list[dict[str, Any]] = []
    for place, ids in (("entities", snapshot.row_of), ("links", snapshot.link_row_of)):
        for element_id in sorted(ids):
            read = app.http.get(f"/{place}/{element_id}", headers=headers)
            if read.status_code == 200:
                element: dict[str, Any] = read.json().get("entity", read.json())
                fields = {k: value for k, value in element["fields"].items() if k not in OURS}
                elements.append({**element, "fields": fields})
    pairs = [pair for element in elements for pair in element["fields"].items()]
    few = st.lists(st.sampled_from(pairs), min_size=1, max_size=3).map(dict)
    return st.one_of(st.sampled_from(elements), few.map(lambda fields: {"fields": fields}))
