"""Rights in one town allow no route to write to the next town or to reveal its numbers.

Over real HTTP, as a steward, a coordinator and an outreach worker of Kystby, against Naboby next
door: each route that writes, each way a date gets into a write, each way to seat somebody.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice, product, zip_longest
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
import pytest

from api.identity.store import Assurance, open_identity_store
from graph.access.policy import Grant, Role
from graph.store.store import Store
from tests.api.routes.consenting import RENEWAL
from tests.change_sets import fill_with_kystby
from tests.drills.figures import note
from tests.drills.server import served_from
from tests.next_door import OUTSIDE, fill_next_door

SEED: Final = 21
SHORT: Final = 150
LIMIT_S: Final = 300.0
TODAY: Final = "2026-11-25"
NEVER: Final = "2099-01-01"
DATES: Final = ("", "1990-01-01", "2024-06-01", "2024-12-31", TODAY, "2027-03-01", NEVER)
STAFF: Final[Mapping[str, tuple[Role, str, str | None]]] = {
    "steward": (Role.STEWARD, "kystby", None),
    "coordinator": (Role.COORDINATOR, "kystby", "amina"),
    "outreach": (Role.OUTREACH, "kystby", "dina"),
    "neighbor": (Role.STEWARD, "nabo", None),
}
ATTACKERS: Final = ("steward", "coordinator", "outreach")
PEOPLE: Final = ("gry", "hans", "pia", "nils", "carl", "erik")
POSTS: Final = ("ssp-post", "release", "outreach")
_MEETS: Final[dict[str, Any]] = {"gate": "CONSENT", "levels": ["OUTREACH"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteAttempt:
    """One request, sent by each of `by`; `on` is the element on whose version it is based."""

    method: str
    path: str
    body: Any = None
    on: str | None = None
    by: tuple[str, ...] = ATTACKERS


class Caller:
    """A signed-in account, and the ETags that it could read."""

    def __init__(self, http: httpx.Client) -> None:
        self._http, self._etags = http, dict[str, str]()

    def send(self, attempt: WriteAttempt) -> httpx.Response:
        """Send a request, based on the ETag that was read on any date."""
        headers = {} if attempt.on is None else {"If-Match": self.etag(attempt.on)}
        return self._http.request(attempt.method, attempt.path, json=attempt.body, headers=headers)

    def change(self, element_id: str, **fields: Any) -> httpx.Response:
        """Send a `PATCH` based on the current version."""
        path, body = f"/{_place(element_id)}/{element_id}", {"fields": fields}
        answer = self.send(WriteAttempt(method="PATCH", path=path, body=body, on=element_id))
        self._etags.pop(element_id, None)
        return answer

    def etag(self, element_id: str) -> str:
        """Return the ETag of an element that is visible on any of the dates."""
        for date in DATES if element_id not in self._etags else ():
            params = {"on": date} if date else {}
            answer = self._http.get(f"/{_place(element_id)}/{element_id}", params=params)
            if "ETag" in answer.headers:
                self._etags[element_id] = answer.headers["ETag"]
        return self._etags.get(element_id, '"unseen"')


def _place(element_id: str) -> str:
    return "links" if "--" in element_id else "entities"


@pytest.fixture
def callers(store: Store, tmp_path: Path) -> Generator[dict[str, Caller]]:
    """Yield the accounts of Kystby that may write, and the steward of Naboby."""
    (tmp_path / "keys").mkdir(mode=0o700, exist_ok=True)
    fill_with_kystby(store)
    fill_next_door(store)
    with ExitStack() as until_done:
        known = until_done.enter_context(open_identity_store(tmp_path / "accounts"))
        address = until_done.enter_context(served_from(store, tmp_path, known))
        callers: dict[str, Caller] = {}
        for name, (role, area, person) in STAFF.items():
            account = known.add(name, person=person)
            known.grant(account, Grant(role=role, areas=frozenset({area})), given_by="drill")
            headers = {"Authorization": f"Bearer {known.open_session(account, Assurance.STRONG)}"}
            client = httpx.Client(base_url=address, headers=headers, timeout=LIMIT_S)
            callers[name] = Caller(until_done.enter_context(client))
        yield callers


# ---- attempts


def tries(seed: int) -> Iterator[tuple[str, WriteAttempt]]:
    """Yield all attempts by each of their callers, with the kinds interleaved."""
    kinds = (
        _writes_outside(), _seats(), _new_seats(), _extended_seats(), _placing_links(),
        _own_rights(), _numbers_next_door(),
    )  # fmt: skip
    drawn = Random(seed)
    each = [[(name, attempt) for attempt in kind for name in attempt.by] for kind in kinds]
    for attempts in each:
        drawn.shuffle(attempts)
    for in_turn in zip_longest(*each):
        yield from (pair for pair in in_turn if pair is not None)


def _dated(path: str, date: str) -> str:
    return f"{path}?on={date}" if date else path


def _writes_outside() -> Iterator[WriteAttempt]:
    """Yield writes to each element of Naboby by each route and date."""
    for element_id, date in product(OUTSIDE, DATES):
        path = f"/{_place(element_id)}/{element_id}"
        fields = {"valid_to": NEVER}
        if element_id in (*PEOPLE, "carl"):
            fields = {"title": "Chef"}
        elif element_id.startswith("phone"):
            fields = {"value": "+45 05 99 88 77"}
        attempt = WriteAttempt(
            method="PATCH", path=_dated(path, date), body={"fields": fields}, on=element_id
        )
        yield attempt
        yield replace(attempt, path=f"{attempt.path}{'&' if date else '?'}dry_run=true")
        yield replace(attempt, method="DELETE", body=None)
        yield replace(attempt, method="POST", path=_dated(f"{path}/verify", date), body=None)
        ending = {"id": element_id, "if_match": "@", **({"on": date} if date else {})}
        for changes in (
            {"updates": [{"id": element_id, "if_match": "@", "fields": fields}]},
            {"ends": [ending]},
            {"verifies": [{"id": element_id, "if_match": "@"}]},
        ):
            bulk = WriteAttempt(method="POST", path="/change-sets", body=changes, on=element_id)
            yield bulk
            yield replace(bulk, path=_dated("/change-sets", date or TODAY))


def _seats() -> Iterator[WriteAttempt]:
    """Yield attempts to put people of Naboby into each post of Kystby, with each date."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("HOLDS", {"share": 0.1}), ("HOLDS", {"share": 0.1, "is_acting": True}),
        ("DEPUTIZES_FOR", {"order": 7}),
    ]  # fmt: skip
    for person, post, (kind, more), date in product(PEOPLE, POSTS, kinds, DATES):
        for name in ("valid_from", "valid_to") if date else ("",):
            dated = {name: date} if name else {}
            ends = {"source_id": person, "target_id": post}
            create = {"type": kind, "fields": {**ends, **more, **dated}}
            yield WriteAttempt(method="POST", path="/links", body=create)
            yield WriteAttempt(method="POST", path="/links?dry_run=true", body=create)
            if date:
                yield WriteAttempt(method="POST", path=_dated("/links", date), body=create)
            for reason in ("HANDED_OVER", "REORGANIZED"):
                body = {"reason": reason, "creates": [create]}
                yield WriteAttempt(method="POST", path="/change-sets", body=body)


def _new_seats() -> Iterator[WriteAttempt]:
    """Yield attempts to put people of Naboby into new posts, in Kystby or Naboby."""
    post = {"kind": "SSP_COORDINATOR", "name": "Ny post", "tier": "MUNICIPAL", "sector": "YOUTH"}
    for person, body, date in product(PEOPLE, ("kystby-kommune", "nabo-kommune"), DATES):
        dated = {"valid_from": date} if date else {}
        creates = [
            {"label": "Actor", "called": "@post", "fields": {**post, **dated}},
            {"type": "BELONGS_TO", "fields": {"source_id": "@post", "target_id": body, **dated}},
            {"type": "COVERS", "fields": {"source_id": "@post", "target_id": "kystby", **dated}},
            {"type": "HOLDS", "fields": {"source_id": person, "target_id": "@post", **dated}},
        ]
        yield WriteAttempt(method="POST", path="/change-sets", body={"creates": creates})


def _extended_seats() -> Iterator[WriteAttempt]:
    """Yield extensions of the seats of people of Naboby in Kystby: past, current and future."""
    for seat in ("gry--release", "hans--release", "hans--ssp-post", "pia--outreach"):
        for fields in (
            {"valid_to": NEVER}, {"valid_to": None}, {"valid_from": TODAY},
            {"valid_from": "1990-01-01"}, {"is_acting": False},
        ):  # fmt: skip
            if "is_acting" in fields and seat == "hans--ssp-post":
                continue
            attempt = WriteAttempt(
                method="PATCH", path=f"/links/{seat}", body={"fields": fields}, on=seat
            )
            yield attempt
            update = {"id": seat, "if_match": "@", "fields": fields}
            yield WriteAttempt(
                method="POST", path="/change-sets", body={"updates": [update]}, on=seat
            )
    for date in DATES:
        yield WriteAttempt(
            method="DELETE", path=_dated("/links/gry--release", date), on="gry--release"
        )


def _placing_links() -> Iterator[WriteAttempt]:
    """Yield links that would place elements of Naboby in Kystby, or make them parts of it."""
    opens = {"consent_id": "consent-lis", "levels": ["OUTREACH"], "gate": "CONSENT"}
    joined: list[tuple[str, str, str, dict[str, Any]]] = [
        ("MEMBER_OF", "klub", "forum", _MEETS),
        ("GOVERNED_BY", "kystby-kommune", "nabo-plan", {}),
        ("DOOR_OPENER_FOR", "outreach", "lis", opens),
        ("DOOR_OPENER_FOR", "ssp-post", "lis", opens),
        ("REPRESENTS", "lis", "vindrosen", opens),
        ("COVERS", "klub", "kystby", {}), ("COVERS", "nabo-ssp", "kystby", {}),
        ("COVERS", "nabo-kommune", "kystby", {}), ("COVERS", "kystby-kommune", "nabo", {}),
        ("LIES_IN", "nabo", "kystby", {}), ("BELONGS_TO", "nabo-ssp", "kystby-kommune", {}),
        ("PART_OF", "nabo-kommune", "kystby-kommune", {}),
        ("SUCCEEDED_BY", "nabo-ssp", "ssp-post", {}),
    ]  # fmt: skip
    for (kind, source, target, more), date in product(joined, DATES):
        ends = {"source_id": source, "target_id": target}
        dated = {"valid_from": date} if date else {}
        create = {"type": kind, "fields": {**ends, **more, **dated}}
        yield WriteAttempt(method="POST", path="/links", body=create)
        yield WriteAttempt(
            method="POST", path=_dated("/change-sets", date), body={"creates": [create]}
        )
    number = {"channel": "MOBILE", "value": "+45 05 99 88 77", "visibility": "OPEN"}
    for owner in (*PEOPLE, "klub", "nabo-ssp", "lis"):
        owns = {"source_id": owner, "target_id": "@new"}
        creates = [
            {"label": "ContactDetail", "called": "@new", "fields": number},
            {"type": "REACHED_BY", "fields": owns},
        ]
        yield WriteAttempt(method="POST", path="/change-sets", body={"creates": creates})


def _own_rights() -> Iterator[WriteAttempt]:
    """Yield attempts of the coordinator to extend their own rights."""
    own = ("coordinator",)
    for post, date in product(("release", "outreach", "nabo-ssp"), DATES):
        dated = {"valid_from": date} if date else {}
        ends = {"source_id": "amina", "target_id": post}
        for kind, more in (("HOLDS", {}), ("DEPUTIZES_FOR", {"order": 8})):
            body = {"type": kind, "fields": {**ends, **more, **dated}}
            yield WriteAttempt(method="POST", path="/links", body=body, by=own)
    for fields in ({"share": 0.5}, {"valid_from": "1990-01-01"}, {"valid_to": NEVER}):
        yield WriteAttempt(method="PATCH", path="/links/amina--ssp-post", body={"fields": fields},
                  on="amina--ssp-post", by=own)  # fmt: skip
    leads = {"source_id": "ssp-post", "target_id": "forum", "function": "COORDINATOR",
             "gate": "CONSENT", "levels": ["OUTREACH"]}  # fmt: skip
    yield WriteAttempt(
        method="POST", path="/links", body={"type": "COORDINATES", "fields": leads}, by=own
    )
    for date in DATES:
        yield WriteAttempt(
            method="POST", path=_dated("/consents/consent-lis/renew", date), body=RENEWAL
        )


def _numbers_next_door() -> Iterator[WriteAttempt]:
    """Yield reveals of numbers in Naboby that only callers of Naboby or its steward may see."""
    for purpose, date in product(("VERIFY", "CORRECTION"), DATES):
        for number in ("phone-gry", "phone-hans", "phone-erik"):
            body = {"detail": number, "channel": "MOBILE", "purpose": purpose}
            by = ATTACKERS if number == "phone-erik" else ("steward",)
            yield WriteAttempt(method="POST", path=_dated("/reveal", date), body=body, by=by)


def _with_etag(body: Any, etag: str) -> Any:
    """Return a change set with an ETag in place of each `@`."""
    if isinstance(body, dict):
        return {name: _with_etag(member, etag) for name, member in body.items()}  # pyright: ignore[reportUnknownVariableType]  # JSON
    if isinstance(body, list):
        return [_with_etag(member, etag) for member in body]  # pyright: ignore[reportUnknownVariableType]  # JSON
    return etag if body == "@" else body


def _status_of(caller: Caller, attempt: WriteAttempt) -> int:
    if attempt.on is not None:
        attempt = replace(attempt, body=_with_etag(attempt.body, caller.etag(attempt.on)))
    return caller.send(attempt).status_code


# ---- permitted writes


def _seat(person: str, post: str, **more: Any) -> dict[str, Any]:
    return {"source_id": person, "target_id": post, **more}


def _permitted_writes(callers: Mapping[str, Caller]) -> list[httpx.Response]:
    """Send the permitted writes of each role in its own town and return the answers."""
    steward, coordinator = callers["steward"], callers["coordinator"]
    new = [
        {"label": "Person", "called": "@ida", "fields": {"name": "Ida Rugvang Holm"}},
        {"type": "DEPUTIZES_FOR", "fields": _seat("@ida", "ssp-post", order=5)},
        {"label": "ContactDetail", "called": "@no", "fields": {
            "channel": "MOBILE", "value": "+45 05 11 22 33"}},
        {"type": "REACHED_BY", "fields": _seat("@ida", "@no")},
    ]  # fmt: skip
    held = {"type": "HOLDS", "fields": _seat("bo", "release", valid_from="2027-01-01", share=0.2)}
    number = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "VERIFY"}
    return [
        steward.change("ssp-post", hours="MO-FR 08:00-16:00"),
        steward.change("amina", title="Koordinator"),
        steward.change("bo--ssp-post", valid_from="2020-01-01"),
        steward.change("hans--release", share=0.1),
        steward.change("hans--ssp-post", order=4),
        steward.send(WriteAttempt(method="POST", path="/change-sets", body={"creates": new})),
        coordinator.send(WriteAttempt(method="POST", path="/links", body=held)),
        steward.send(
            WriteAttempt(
                method="DELETE", path=f"/links/hans--release?on={TODAY}", on="hans--release"
            )
        ),
        coordinator.send(
            WriteAttempt(method="POST", path="/links/intake--ssp/verify", on="intake--ssp")
        ),
        steward.send(WriteAttempt(method="POST", path="/reveal", body=number)),
        coordinator.send(
            WriteAttempt(
                method="POST", path="/reveal",
                body={**number, "detail": "phone-gry", "purpose": "CONCERN"},
            )
        ),
        callers["neighbor"].change("gry", title="Leder"),
    ]  # fmt: skip


def _accepted_seats(callers: Mapping[str, Caller]) -> Iterator[tuple[int, int, int]]:
    """Yield, for each seat that the steward of Naboby accepts, three statuses: of the proposal, and
    of a reveal for gry before and after it.
    """
    steward, neighbor = callers["steward"], callers["neighbor"]
    shown = WriteAttempt(method="POST", path="/reveal", body={
        "detail": "phone-gry", "channel": "MOBILE", "purpose": "VERIFY"})  # fmt: skip
    seats = [
        ("DEPUTIZES_FOR", _seat("gry", "ssp-post", order=90)),
        ("HOLDS", _seat("gry", "release", share=0.1, is_acting=True)),
        ("HOLDS", _seat("gry", "outreach", share=0.1)),
    ]
    for kind, fields in seats:
        body = {"changes": {"creates": [{"type": kind, "fields": fields}]}}
        proposal = steward.send(WriteAttempt(method="POST", path="/proposals", body=body))
        assert proposal.status_code == 201, proposal.text
        path = f"/proposals/{proposal.json()['id']}/answer"
        for name in ATTACKERS:
            own = callers[name].send(
                WriteAttempt(method="POST", path=path, body={"answer": "ACCEPTED"})
            )
            assert own.status_code == 404, name
        before = steward.send(shown).status_code
        agreed = neighbor.send(WriteAttempt(method="POST", path=path, body={"answer": "ACCEPTED"}))
        yield agreed.status_code, before, steward.send(shown).status_code


@pytest.mark.drill
@pytest.mark.parametrize("most", [pytest.param(SHORT, marks=pytest.mark.ci_drill), 100_000])
def test_writes_and_reveals_succeed_in_the_own_town_and_never_in_the_next(
    callers: dict[str, Caller], store: Store, most: int
) -> None:
    before = store.revision()
    counted = Counter[int]()
    succeeded: list[tuple[str, WriteAttempt]] = []
    for name, attempt in islice(tries(SEED), most):
        status = _status_of(callers[name], attempt)
        counted[status] += 1
        assert status < 500, (name, attempt)
        if status < 400:
            succeeded.append((name, attempt))
    note("write rights", attempts=counted.total(), succeeded=len(succeeded),
         **{f"answered_{status}": count for status, count in sorted(counted.items())})  # fmt: skip
    assert succeeded == []
    assert store.revision() == before
    allowed = _permitted_writes(callers)
    assert [
        (answer.request.url.path, answer.text) for answer in allowed if answer.status_code >= 300
    ] == []
    assert [*_accepted_seats(callers)] == [(200, 404, 404), (200, 404, 404), (200, 404, 200)]
