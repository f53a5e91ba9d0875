"""Can whoever has rights in one town write to the next one, or be shown its numbers, by any route?

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
from tests.drills.served import served_from
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
    """One request of some callers; `on` are the things whose versions it is based on."""

    method: str
    path: str
    body: Any = None
    on: str | None = None
    by: tuple[str, ...] = ATTACKERS


class Caller:
    """Somebody signed in, and the versions they could read."""

    def __init__(self, http: httpx.Client) -> None:
        self._http, self._etags = http, dict[str, str]()

    def send(self, one: WriteAttempt) -> httpx.Response:
        """Sends it, based on what was read on any date."""
        headers = {} if one.on is None else {"If-Match": self.etag(one.on)}
        return self._http.request(one.method, one.path, json=one.body, headers=headers)

    def change(self, thing_id: str, **fields: Any) -> httpx.Response:
        """`PATCH` on what stands now."""
        path, body = f"/{_place(thing_id)}/{thing_id}", {"fields": fields}
        answer = self.send(WriteAttempt(method="PATCH", path=path, body=body, on=thing_id))
        self._etags.pop(thing_id, None)
        return answer

    def etag(self, thing_id: str) -> str:
        """The version of a thing that is seen on any of the dates."""
        for date in DATES if thing_id not in self._etags else ():
            params = {"on": date} if date else {}
            answer = self._http.get(f"/{_place(thing_id)}/{thing_id}", params=params)
            if "ETag" in answer.headers:
                self._etags[thing_id] = answer.headers["ETag"]
        return self._etags.get(thing_id, '"unseen"')


def _place(thing_id: str) -> str:
    return "links" if "--" in thing_id else "entities"


@pytest.fixture
def callers(store: Store, tmp_path: Path) -> Generator[dict[str, Caller]]:
    """Those of Kystby who may write, and the steward next door."""
    (tmp_path / "keys").mkdir(mode=0o700, exist_ok=True)
    fill_with_kystby(store)
    fill_next_door(store)
    with ExitStack() as until_done:
        known = until_done.enter_context(open_identity_store(tmp_path / "accounts"))
        address = until_done.enter_context(served_from(store, tmp_path, known))
        found: dict[str, Caller] = {}
        for name, (role, area, person) in STAFF.items():
            account = known.add(name, person=person)
            known.grant(account, Grant(role=role, areas=frozenset({area})), given_by="drill")
            headers = {"Authorization": f"Bearer {known.open_session(account, Assurance.STRONG)}"}
            client = httpx.Client(base_url=address, headers=headers, timeout=LIMIT_S)
            found[name] = Caller(until_done.enter_context(client))
        yield found


# ---- what is tried


def tries(seed: int) -> Iterator[tuple[str, WriteAttempt]]:
    """All of it, by each who may try: of every kind a few come before the rest."""
    kinds = (
        _writes_outside(), _seats(), _new_seats(), _lengthened(), _placing(), _for_oneself(),
        _numbers_next_door(),
    )  # fmt: skip
    drawn = Random(seed)
    each = [[(name, one) for one in kind for name in one.by] for kind in kinds]
    for several in each:
        drawn.shuffle(several)
    for in_turn in zip_longest(*each):
        yield from (one for one in in_turn if one is not None)


def _dated(path: str, date: str) -> str:
    return f"{path}?on={date}" if date else path


def _writes_outside() -> Iterator[WriteAttempt]:
    """Each thing next door by each route and date."""
    for thing, date in product(OUTSIDE, DATES):
        path = f"/{_place(thing)}/{thing}"
        fields = {"valid_to": NEVER}
        if thing in (*PEOPLE, "carl"):
            fields = {"title": "Chef"}
        elif thing.startswith("phone"):
            fields = {"value": "+45 05 99 88 77"}
        one = WriteAttempt(
            method="PATCH", path=_dated(path, date), body={"fields": fields}, on=thing
        )
        yield one
        yield replace(one, path=f"{one.path}{'&' if date else '?'}dry_run=true")
        yield replace(one, method="DELETE", body=None)
        yield replace(one, method="POST", path=_dated(f"{path}/verify", date), body=None)
        ending = {"id": thing, "if_match": "@", **({"on": date} if date else {})}
        for asked in (
            {"updates": [{"id": thing, "if_match": "@", "fields": fields}]},
            {"ends": [ending]},
            {"verifies": [{"id": thing, "if_match": "@"}]},
        ):
            several = WriteAttempt(method="POST", path="/change-sets", body=asked, on=thing)
            yield several
            yield replace(several, path=_dated("/change-sets", date or TODAY))


def _seats() -> Iterator[WriteAttempt]:
    """Somebody from elsewhere in each seat here, with each date."""
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
    """Somebody from elsewhere in a post that is made for them, here or next door."""
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


def _lengthened() -> Iterator[WriteAttempt]:
    """The seats here of people next door: over, agreed to, and to come."""
    for seat in ("gry--release", "hans--release", "hans--ssp-post", "pia--outreach"):
        for fields in (
            {"valid_to": NEVER}, {"valid_to": None}, {"valid_from": TODAY},
            {"valid_from": "1990-01-01"}, {"is_acting": False},
        ):  # fmt: skip
            if "is_acting" in fields and seat == "hans--ssp-post":
                continue
            one = WriteAttempt(
                method="PATCH", path=f"/links/{seat}", body={"fields": fields}, on=seat
            )
            yield one
            update = {"id": seat, "if_match": "@", "fields": fields}
            yield WriteAttempt(
                method="POST", path="/change-sets", body={"updates": [update]}, on=seat
            )
    for date in DATES:
        yield WriteAttempt(
            method="DELETE", path=_dated("/links/gry--release", date), on="gry--release"
        )


def _placing() -> Iterator[WriteAttempt]:
    """Links that would say that a thing of others lies here, or is part of what lies here."""
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


def _for_oneself() -> Iterator[WriteAttempt]:
    """Rights that somebody would make for themselves."""
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
    """Numbers next door, of people who may be called only from there or by their steward."""
    for purpose, date in product(("VERIFY", "CORRECTION"), DATES):
        for number in ("phone-gry", "phone-hans", "phone-erik"):
            asked = {"detail": number, "channel": "MOBILE", "purpose": purpose}
            by = ATTACKERS if number == "phone-erik" else ("steward",)
            yield WriteAttempt(method="POST", path=_dated("/reveal", date), body=asked, by=by)


def _based(body: Any, etag: str) -> Any:
    """A change set whose `@` is a version."""
    if isinstance(body, dict):
        return {name: _based(one, etag) for name, one in body.items()}  # pyright: ignore[reportUnknownVariableType]  # JSON
    if isinstance(body, list):
        return [_based(one, etag) for one in body]  # pyright: ignore[reportUnknownVariableType]  # JSON
    return etag if body == "@" else body


def _done(caller: Caller, one: WriteAttempt) -> int:
    if one.on is not None:
        one = replace(one, body=_based(one.body, caller.etag(one.on)))
    return caller.send(one).status_code


# ---- what may still be done


def _seat(person: str, post: str, **more: Any) -> dict[str, Any]:
    return {"source_id": person, "target_id": post, **more}


def _allowed(callers: Mapping[str, Caller]) -> list[httpx.Response]:
    """What everybody does in their own town."""
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


def _agreed(callers: Mapping[str, Caller]) -> Iterator[tuple[int, int, int]]:
    """Each seat that the steward next door agrees to: proposed, and whether gry is shown before
    and after.
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
        asked = {"changes": {"creates": [{"type": kind, "fields": fields}]}}
        made = steward.send(WriteAttempt(method="POST", path="/proposals", body=asked))
        assert made.status_code == 201, made.text
        path = f"/proposals/{made.json()['id']}/answer"
        for name in ATTACKERS:
            own = callers[name].send(
                WriteAttempt(method="POST", path=path, body={"answer": "ACCEPTED"})
            )
            assert own.status_code == 404, name
        before = steward.send(shown).status_code
        agreed = neighbor.send(WriteAttempt(method="POST", path=path, body={"answer": "ACCEPTED"}))
        yield agreed.status_code, before, steward.send(shown).status_code


@pytest.mark.slow
@pytest.mark.parametrize("most", [SHORT, pytest.param(100_000, marks=pytest.mark.drill)])
def test_nothing_next_door_is_written_or_shown_and_all_at_home_still_is(
    callers: dict[str, Caller], store: Store, most: int
) -> None:
    before = store.revision()
    counted = Counter[int]()
    succeeded: list[tuple[str, WriteAttempt]] = []
    for name, one in islice(tries(SEED), most):
        status = _done(callers[name], one)
        counted[status] += 1
        assert status < 500, (name, one)
        if status < 400:
            succeeded.append((name, one))
    note("write rights", tried=counted.total(), succeeded=len(succeeded),
         **{f"answered_{status}": count for status, count in sorted(counted.items())})  # fmt: skip
    assert succeeded == []
    assert store.revision() == before
    allowed = _allowed(callers)
    assert [(one.request.url.path, one.text) for one in allowed if one.status_code >= 300] == []
    assert [*_agreed(callers)] == [(200, 404, 404), (200, 404, 404), (200, 404, 200)]
