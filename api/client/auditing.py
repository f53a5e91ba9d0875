"""Who was told what: one's own and about oneself for everybody, the whole for the DPO."""

from collections.abc import Iterator
from datetime import datetime

from api.client.transport import ApiSection, at
from api.schemas.audit import (
    AskedTerm,
    AuditRows,
    Breach,
    LookUps,
    OwnLookUps,
    OwnRows,
    RowKind,
    Sample,
    Verdict,
)
from api.schemas.reveal import PurposeWord
from api.schemas.rights import Role


class Auditing(ApiSection):
    """The audit log."""

    def audit_mine(
        self, *, before: str | None = None, limit: int | None = None
    ) -> Iterator[OwnRows]:
        """What I have asked and changed, page by page, the newest first."""
        return self._line.pages("/audit/mine", OwnRows, place="before", before=before, limit=limit)

    def audit_about_me(self) -> OwnLookUps:
        """When, how, why and from what kind of office I was looked up."""
        return self._line.ask("GET", "/audit/about-me", OwnLookUps)

    def audit_rows(
        self,
        *,
        caller: str | None = None,
        action: str | None = None,
        kind: RowKind | None = None,
        purpose: PurposeWord | None = None,
        role: Role | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> Iterator[AuditRows]:
        """The log itself, page by page, the newest row first: `audit_rows(kind="alert")`."""
        return self._line.pages(
            "/audit/rows", AuditRows, place="before", caller=caller, action=action, kind=kind,
            purpose=purpose, role=role, since=since, until=until, before=before, limit=limit,
        )  # fmt: skip

    def audit_subject(
        self, person: str, *, before: int | None = None, limit: int | None = None
    ) -> Iterator[LookUps]:
        """How a person was looked up, page by page: without the names of staff."""
        path = at("audit", "subjects", person)
        return self._line.pages(path, LookUps, place="before", before=before, limit=limit)

    def audit_verdict(self, *, after: int | None = None) -> Verdict:
        """Whether the log is as it was written; where not `is_whole`, go on `after` its `last`."""
        return self._line.ask("GET", "/audit/verify", Verdict, after=after)

    def audit_sample(
        self,
        *,
        size: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sample:
        """Rows at random to check."""
        return self._line.ask("GET", "/audit/sample", Sample, size=size, since=since, until=until)

    def audit_term(self, asked: AskedTerm) -> AuditRows:
        """Who typed a word: `AskedTerm(word="kystby")`."""
        return self._line.ask("POST", "/audit/terms", AuditRows, body=asked)

    def audit_breach(self, caller: str, since: datetime, until: datetime) -> Breach:
        """Whose data an account was shown in a time."""
        return self._line.ask(
            "GET", "/audit/breach", Breach, caller=caller, since=since, until=until
        )
