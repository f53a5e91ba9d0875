"""Change it: create, change, end and verify, one thing or a thousand, for real or as a dry run."""

from datetime import date
from typing import Generic, TypeVar

from api.client.transport import ApiSection, Transport, at
from api.schemas.changes import (
    ChangedFields,
    ChangeSet,
    NewEntity,
    NewLink,
    Reason,
    Rehearsal,
    Written,
)

Done = TypeVar("Done", Written, Rehearsal)


class Edits(ApiSection, Generic[Done]):
    """Writes, each answered with what was written; those of a dry run with what would be.

    `etag` is the version it is based on: `Versioned.etag`, or `etag` of what a write answered. Who
    was slower raises a Conflict with both versions in its `members`. `key` names a write, so that
    it is done once however often it is sent; where none is given, one is made up.
    """

    def __init__(self, line: Transport, outcome: type[Done]) -> None:
        super().__init__(line)
        self._outcome = outcome

    def create_entity(self, new: NewEntity, *, key: str | None = None) -> Done:
        """Adds a node."""
        return self._write("POST", "/entities", new, key=key)

    def create_link(self, new: NewLink, *, key: str | None = None) -> Done:
        """Ties two nodes together."""
        return self._write("POST", "/links", new, key=key)

    def change_entity(
        self,
        node_id: str,
        changed: ChangedFields,
        etag: str | None,
        *,
        key: str | None = None,
    ) -> Done:
        """Other values: `change_entity(id, ChangedFields(fields={"hours": None}), seen.etag)`."""
        return self._write("PATCH", at("entities", node_id), changed, etag=etag, key=key)

    def change_link(
        self,
        link_id: str,
        changed: ChangedFields,
        etag: str | None,
        *,
        key: str | None = None,
    ) -> Done:
        """Gives some fields of a link other values."""
        return self._write("PATCH", at("links", link_id), changed, etag=etag, key=key)

    def end_entity(
        self,
        node_id: str,
        etag: str | None,
        *,
        on: date | None = None,
        reason: Reason | None = None,
        key: str | None = None,
    ) -> Done:
        """Ends a node, and with it all that hangs on it."""
        path = at("entities", node_id)
        return self._write("DELETE", path, etag=etag, key=key, on=on, reason=reason)

    def end_link(
        self,
        link_id: str,
        etag: str | None,
        *,
        on: date | None = None,
        reason: Reason | None = None,
        key: str | None = None,
    ) -> Done:
        """Ends a link."""
        path = at("links", link_id)
        return self._write("DELETE", path, etag=etag, key=key, on=on, reason=reason)

    def verify_entity(self, node_id: str, etag: str | None, *, key: str | None = None) -> Done:
        """Says that a contact detail still is as it stands."""
        return self._write("POST", at("entities", node_id, "verify"), etag=etag, key=key)

    def verify_link(self, link_id: str, etag: str | None, *, key: str | None = None) -> Done:
        """Says that a link still is as it stands."""
        return self._write("POST", at("links", link_id, "verify"), etag=etag, key=key)

    def apply_change_set(self, changes: ChangeSet, *, key: str | None = None) -> Done:
        """Several changes as one: all of them, or none."""
        return self._write("POST", "/change-sets", changes, key=key)

    def confirm_change_set(self, change_set: str, *, key: str | None = None) -> Done:
        """Says the second yes to somebody else's change, which waits under that name."""
        return self._write("POST", at("change-sets", change_set, "confirm"), key=key)

    def _write(
        self,
        method: str,
        path: str,
        body: NewEntity | NewLink | ChangedFields | ChangeSet | None = None,
        *,
        etag: str | None = None,
        key: str | None,
        **params: object,
    ) -> Done:
        if self._outcome is Rehearsal:
            params["dry_run"] = True
        return self._line.change(
            method, path, self._outcome, body=body, etag=etag, key=key, **params
        ).thing
