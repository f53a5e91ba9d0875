"""An editor at the API: signed in, holding the ETags of what was read."""

from dataclasses import dataclass
from typing import Any

from httpx2 import Response

from api.etags import etag_of
from api.visit import House, Visit
from graph.access.policy import Role, Task
from graph.model import Thing
from tests.api.house import TestHouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One signed-in account and what it sends."""

    house: TestHouse
    headers: dict[str, str]

    def etag(self, thing_id: str) -> str:
        """What a thing's ETag is for this account now."""
        (thing,) = self.house.store.things([thing_id])
        token = self.headers["Authorization"].removeprefix("Bearer ")
        who = self.house.accounts.signed_in(token)
        assert who is not None
        house: House = self.house.http.app_state["house"]
        visit = Visit(
            house=house,
            who=who,
            task=Task.EDIT,
            action="test",
            request_id="test",
            lang="da",
            is_change=True,
        )
        return etag_of(visit, thing)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Response:
        """Any request."""
        sent = {} if body is None else {"json": body}
        return self.house.http.request(method, address, headers={**self.headers, **headers}, **sent)

    def create(self, label: str, fields: dict[str, Any], **more: Any) -> Response:
        """`POST /entities`."""
        return self.send("POST", "/entities", {"label": label, "fields": fields, **more})

    def tie(self, link_type: str, source: str, target: str, **fields: Any) -> Response:
        """`POST /links`."""
        ends = {"source_id": source, "target_id": target}
        return self.send("POST", "/links", {"type": link_type, "fields": {**ends, **fields}})

    def change(self, thing_id: str, query: str = "", **fields: Any) -> Response:
        """`PATCH`, on what stands now."""
        address = f"/{self._place(thing_id)}/{thing_id}{query}"
        return self.send("PATCH", address, {"fields": fields}, **self.based_on(thing_id))

    def end(self, thing_id: str, query: str = "") -> Response:
        """`DELETE`, on what stands now."""
        address = f"/{self._place(thing_id)}/{thing_id}{query}"
        return self.send("DELETE", address, **self.based_on(thing_id))

    def verify(self, thing_id: str, query: str = "") -> Response:
        """`POST …/verify`, on what stands now."""
        address = f"/{self._place(thing_id)}/{thing_id}/verify{query}"
        return self.send("POST", address, **self.based_on(thing_id))

    def apply(self, query: str = "", **changes: Any) -> Response:
        """`POST /change-sets`."""
        return self.send("POST", f"/change-sets{query}", changes)

    def ending(self, thing_id: str, on: str | None = None) -> dict[str, Any]:
        """An end in a change set."""
        return {"id": thing_id, "if_match": self.etag(thing_id), **({"on": on} if on else {})}

    def updating(self, thing_id: str, **fields: Any) -> dict[str, Any]:
        """An update in a change set."""
        return {"id": thing_id, "if_match": self.etag(thing_id), "fields": fields}

    def based_on(self, thing_id: str) -> dict[str, str]:
        """The header that says what was read."""
        return {"If-Match": self.etag(thing_id)}

    def thing(self, thing_id: str) -> Thing:
        """A thing as it lies in the store, past rights."""
        (found,) = self.house.store.things([thing_id])
        return found

    def _place(self, thing_id: str) -> str:
        return "links" if "--" in thing_id else "entities"


def desk_of(
    house: TestHouse, *roles: Role, person: str | None = None, area: str = "kystby"
) -> Desk:
    """The desk of a new account."""
    return Desk(house=house, headers=house.as_(*roles, areas=(area,), person=person))


def rules(answer: Response) -> list[tuple[str, str]]:
    """Pointer and rule of each fault of a problem."""
    return [(one["pointer"], one["rule"]) for one in answer.json()["errors"]]


def slug(answer: Response) -> str:
    """The kind of a problem."""
    return str(answer.json()["type"]).removeprefix("/problems/")
