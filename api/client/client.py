"""`ApiClient`, with one method per operation of the API, named after the operation.

`read_names` and `find_paths` are called `names` and `paths` here, and the operations under `/audit`
begin with `audit_`. Request bodies and responses are models of `api.schemas`. A response carries
its version if it can be changed; lists are returned page by page.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from email.message import Message
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeVar

import httpx
from pydantic import RootModel, SecretStr

from api.client.transport import ApiSection, Language, Transport, VersionedValue, at
from api.schemas.accounts import (
    Account,
    AccountChange,
    AccountChanges,
    Accounts,
    AddedAccounts,
    ChangedPassword,
    Code,
    DayBudgets,
    Enrollment,
    GrantAreas,
    Me,
    NewAccount,
    NewAccounts,
    NewGrant,
    NewToken,
    OpenSessions,
    Proof,
    Redemption,
    Role,
    Session,
    SetUp,
    SignIn,
    Token,
    Tokens,
)
from api.schemas.analysis import (
    AnalysisSchema,
    AskedQuery,
    AskedQueryExport,
    NewQuestion,
    QueryAnswer,
    Question,
    QuestionFile,
    Questions,
)
from api.schemas.audit import (
    AskedAuditExport,
    AskedSubjectLetter,
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
from api.schemas.base import OwnKindId
from api.schemas.changes import (
    AskedRenewal,
    ChangedFields,
    ChangeSet,
    NewEntity,
    NewLink,
    NewProposal,
    Proposal,
    ProposalAnswer,
    Proposals,
    Reason,
    Receipts,
    Rehearsal,
    RenewedConsent,
    WithdrawalLink,
    WithdrawnConsent,
    WriteResult,
)
from api.schemas.coverage import Coverage, CoverageMap, CoverageMatrix, InfohouseReach, Speakers
from api.schemas.entities import (
    AreaCards,
    Assignee,
    DueLinks,
    Entities,
    LinkCard,
    Links,
    Names,
    Neighborhood,
    NetworkCards,
    NewAssignment,
    WholeEntity,
)
from api.schemas.exports import (
    AskedContacts,
    AskedExport,
    AskedMap,
    AskedMatrix,
    AskedMetrics,
    Ticket,
)
from api.schemas.history import ChangeEvent, Changes, History, HistoryTrend, Owners
from api.schemas.impact import Bridges, Cuts, Impact, Metrics, Relations
from api.schemas.imports import (
    AskedApply,
    AskedMapping,
    EncodingWord,
    EndsWord,
    FormatWord,
    Import,
    ImportBatch,
    Imports,
    ImportUndo,
    RowStateWord,
)
from api.schemas.paths import (
    AskedHandover,
    AskedPathDiff,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Handover,
    Need,
    PathDiff,
    Paths,
    PathsThroughStops,
    Reach,
    SmallestTable,
    WhyNotAnswer,
)
from api.schemas.problems import ProblemKind
from api.schemas.reveal import (
    AskedContact,
    AskedReveal,
    AskedState,
    ContactRequest,
    ContactRequests,
    PurposeWord,
    RevealedDetail,
    RevealedDetails,
)
from api.schemas.system import (
    AskedOwnKind,
    KeptOwnKinds,
    NewOwnKind,
    OwnKind,
    Ready,
    Revision,
    Vocabulary,
)
from api.schemas.words import (
    AreaKind,
    Label,
    LinkType,
    MapMeasure,
    MatrixColumns,
    Metric,
    NetworkKind,
    PostKind,
    PreventionLevel,
)


class AccountAdministration(ApiSection):
    """Accounts, their grants and their tokens."""

    def accounts(
        self, *, after: str | None = None, text: str | None = None, limit: int | None = None
    ) -> Iterator[Accounts]:
        """All accounts sorted by login, page by page, starting after a login if one is given.

        `text`: only those whose login contains it.
        """
        return self._transport.pages(
            "/accounts", Accounts, place="after", after=after, text=text, limit=limit
        )

    def account(self, account: str) -> Account:
        """An account with its grants."""
        return self._transport.ask("GET", at("accounts", account), Account)

    def create_account(self, new: NewAccount) -> Account:
        """Create an account without rights; its owner's code is printed on the host."""
        return self._transport.post_once("POST", "/accounts", Account, body=new)

    def create_accounts(self, new: NewAccounts) -> AddedAccounts:
        """Create accounts with their grants, all of them or none, or only check the list."""
        return self._transport.post_once("POST", "/accounts/list", AddedAccounts, body=new)

    def grant_areas(self) -> GrantAreas:
        """The areas that a grant can name."""
        return self._transport.ask("GET", "/grant-areas", GrantAreas)

    def disable_account(self, account: str) -> AccountChange:
        """Disable an account; its sessions and tokens end at their next call."""
        return self._transport.post_once("POST", at("accounts", account, "disable"), AccountChange)

    def enable_account(self, account: str) -> AccountChange:
        """Enable a disabled account."""
        return self._transport.post_once("POST", at("accounts", account, "enable"), AccountChange)

    def forget_second_factor(self, account: str) -> AccountChange:
        """Remove a lost second factor: the password alone signs in until there is a new one."""
        place = at("accounts", account, "second-factor", "forget")
        return self._transport.post_once("POST", place, AccountChange)

    def give_grant(self, account: str, new: NewGrant) -> AccountChange:
        """Grant a role: `give_grant(id, NewGrant(role="COORDINATOR", areas={"mun-0787"}))`."""
        return self._transport.post_once(
            "POST", at("accounts", account, "grants"), AccountChange, body=new
        )

    def end_grant(self, grant: str) -> AccountChange:
        """End a grant."""
        return self._transport.post_once("DELETE", at("grants", grant), AccountChange)

    def account_changes(self) -> AccountChanges:
        """Account changes that wait for a second approval, and recent decisions."""
        return self._transport.ask("GET", "/account-changes", AccountChanges)

    def confirm_account_change(self, change: str) -> AccountChange:
        """Approve a change as another administrator or as the data protection officer."""
        return self._transport.post_once(
            "POST", at("account-changes", change, "confirm"), AccountChange
        )

    def refuse_account_change(self, change: str) -> AccountChange:
        """Refuse a change; nothing is done."""
        return self._transport.post_once(
            "POST", at("account-changes", change, "refuse"), AccountChange
        )

    def sessions_of(self, account: str) -> OpenSessions:
        """The sessions of an account that have not ended."""
        return self._transport.ask("GET", at("accounts", account, "sessions"), OpenSessions)

    def end_sessions_of(self, account: str) -> None:
        """End all sessions of an account."""
        self._transport.send("DELETE", at("accounts", account, "sessions"))

    def tokens_of(self, account: str) -> Tokens:
        """The active tokens of an account."""
        return self._transport.ask("GET", at("accounts", account, "tokens"), Tokens)

    def revoke_token_of(self, account: str, token: str) -> None:
        """Revoke a token of any account."""
        self._transport.send("DELETE", at("accounts", account, "tokens", token))


class GraphQuestions(ApiSection):
    """Queries of the graph; `revision` selects earlier data, subject to today's access rights."""

    def names(
        self,
        text: str,
        *,
        label: Sequence[Label] = (),
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        limit: int | None = None,
        starts_only: bool | None = None,
    ) -> Names:
        """Nodes with a similar name, best first: `kontaktvej.names("ssp thisted").found`."""
        return self._transport.ask(
            "GET", "/names", Names,
            text=text, label=label, area=area, on=on, revision=revision, limit=limit,
            starts_only=starts_only,
        )  # fmt: skip

    def paths(self, need: Need, *, revision: int | None = None) -> Paths:
        """Contacts and paths to them: `kontaktvej.paths(Need(area="mun-0787", sector="YOUTH"))`.

        `contacts` have `ways`. A result without contacts is not an error: `none` says why, and what
        would have to exist.
        """
        return self._transport.ask("POST", "/paths", Paths, body=need, revision=revision)

    def paths_through_stops(
        self, request: AskedStops, *, revision: int | None = None
    ) -> PathsThroughStops:
        """Paths through stops: `AskedStops(target="act-ihm-0787", stops=("act-cde-1",))`."""
        return self._transport.ask(
            "POST", "/paths/stops", PathsThroughStops, body=request, revision=revision
        )

    def path_diff(self, request: AskedPathDiff, *, revision: int | None = None) -> PathDiff:
        """Changes of the paths until a later date: `AskedPathDiff(…, against="2027-01-01")`."""
        return self._transport.ask("POST", "/paths/diff", PathDiff, body=request, revision=revision)

    def why_not(self, request: AskedWhyNot, *, revision: int | None = None) -> WhyNotAnswer:
        """Why no path goes through: `AskedWhyNot(target="act-ihm-0787", node="net-ihn-1462")`."""
        return self._transport.ask(
            "POST", "/paths/why-not", WhyNotAnswer, body=request, revision=revision
        )

    def reach(self, request: AskedReach, *, revision: int | None = None) -> Reach:
        """The distance to each municipality: `AskedReach(start="aut-pet-fc", sector="YOUTH")`."""
        return self._transport.ask("POST", "/reach", Reach, body=request, revision=revision)

    def handover(self, request: AskedHandover, *, revision: int | None = None) -> Handover:
        """Handover between areas: `AskedHandover(from_area="mun-0240", to_area="mun-0265")`."""
        return self._transport.ask("POST", "/handover", Handover, body=request, revision=revision)

    def table(self, request: AskedTable, *, revision: int | None = None) -> SmallestTable:
        """The fewest participants: `AskedTable(area="mun-0787", required=("POLICE", "YOUTH"))`."""
        return self._transport.ask("POST", "/table", SmallestTable, body=request, revision=revision)

    def impact(
        self,
        node_id: str,
        *,
        start: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Impact:
        """The effects of losing a node: `kontaktvej.impact("act-ihm-0787").losses`."""
        return self._transport.ask(
            "GET", at("impact", node_id), Impact, start=start, on=on, revision=revision
        )

    def bridges(
        self,
        *,
        label: Literal["Actor", "Network", "Person"] | None = None,
        start: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Bridges:
        """Nodes with the largest impact, in order: `kontaktvej.bridges(label="Person").bridges`."""
        return self._transport.ask(
            "GET", "/impact", Bridges,
            bridges=True, label=label, start=start, on=on, revision=revision,
        )  # fmt: skip

    def cuts(
        self,
        area: str,
        *,
        start: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Cuts:
        """Minimum cuts around a place: `kontaktvej.cuts("mun-0825").cuts[-1].bus_factor`."""
        return self._transport.ask(
            "GET", "/cuts", Cuts, area=area, start=start, on=on, revision=revision
        )

    def relations(
        self,
        *,
        kind: Sequence[NetworkKind] = (),
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> Relations:
        """Meetings and ties: `kontaktvej.relations(kind=("SSP",)).networks[0].share`."""
        return self._transport.ask(
            "GET", "/relations", Relations, kind=kind, area=area, on=on, revision=revision
        )

    def metrics(
        self,
        measure: Metric,
        *,
        kind: Sequence[PostKind | NetworkKind] = (),
        on: date | None = None,
        revision: int | None = None,
    ) -> Metrics:
        """A network metric with its method: `kontaktvej.metrics("HARMONIC").rows[0].node`."""
        return self._transport.ask(
            "GET", "/metrics", Metrics, measure=measure, kind=kind, on=on, revision=revision
        )

    def neighborhood(
        self,
        node_id: str,
        *,
        hops: int | None = None,
        level: PreventionLevel | None = None,
        type: Sequence[LinkType] = (),
        on: date | None = None,
        revision: int | None = None,
    ) -> Neighborhood:
        """The surroundings of a node or area: `kontaktvej.neighborhood("mun-0787", hops=2)`."""
        return self._transport.ask(
            "GET", at("entities", node_id, "neighborhood"), Neighborhood,
            hops=hops, level=level, type=type, on=on, revision=revision,
        )  # fmt: skip

    def coverage(
        self,
        *,
        area: str | None = None,
        kind: Sequence[PostKind | OwnKindId] = (),
        state: Sequence[str] = (),
        on: date | None = None,
        revision: int | None = None,
    ) -> Coverage:
        """Posts by state, such as vacant: `kontaktvej.coverage(state=("VACANT",))`."""
        return self._transport.ask(
            "GET", "/coverage", Coverage,
            area=area, kind=kind, state=state, on=on, revision=revision,
        )  # fmt: skip

    def coverage_map(
        self,
        measure: MapMeasure | None = None,
        *,
        kind: Sequence[PostKind] = (),
        meets_in: Sequence[NetworkKind] = (),
        by: AreaKind | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> CoverageMap:
        """One number for each municipality: `kontaktvej.coverage_map("VACANT").rows`."""
        return self._transport.ask(
            "GET", "/coverage/map", CoverageMap,
            measure=measure, kind=kind, meets_in=meets_in, by=by, on=on, revision=revision,
        )  # fmt: skip

    def coverage_matrix(
        self,
        columns: MatrixColumns | None = None,
        *,
        column: Sequence[str] = (),
        by: AreaKind | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> CoverageMatrix:
        """Posts by area and column: `kontaktvej.coverage_matrix("LANGUAGE", area="pol-1462")`."""
        return self._transport.ask(
            "GET", "/coverage/matrix", CoverageMatrix,
            columns=columns, column=column, by=by, area=area, on=on, revision=revision,
        )  # fmt: skip

    def infohouse_reach(
        self, start: str | None = None, *, on: date | None = None, revision: int | None = None
    ) -> InfohouseReach:
        """The distance to each info house, from a start or from one's own posts."""
        return self._transport.ask(
            "GET", "/coverage", InfohouseReach,
            measure="reach", start=start, on=on, revision=revision,
        )  # fmt: skip

    def speakers(
        self, language: str, area: str, within_km: int = 60, *, on: date | None = None,
        revision: int | None = None,
    ) -> Speakers:  # fmt: skip
        """Who speaks a language (`so`) within so many kilometers of a place, the nearest first."""
        return self._transport.ask(
            "GET", "/speakers", Speakers, language=language, area=area, within_km=within_km,
            on=on, revision=revision,
        )  # fmt: skip

    def query(self, request: AskedQuery) -> QueryAnswer:
        """The result of a Cypher query: `AskedQuery(query="MATCH …", purpose="KNOWLEDGE")`.

        While the replica is being prepared, the client retries within its `patience_s`.
        """
        return self._transport.ask("POST", "/analysis", QueryAnswer, body=request)

    def analysis_schema(self) -> AnalysisSchema:
        """The schema of the replica, with example queries."""
        return self._transport.ask("GET", "/analysis/schema", AnalysisSchema)

    def history(
        self,
        begins: date,
        until: date,
        *,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[History]:
        """What ends and begins between two dates, page by page; each page has all the sums."""
        request: dict[str, Any] = {"from": begins, "to": until, "page": page, "limit": limit}
        return self._transport.pages("/history", History, revision=revision, **request)

    def history_trend(
        self,
        *,
        by: AreaKind | None = None,
        quarters: int | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> HistoryTrend:
        """Coverage, freshness and turnover by quarter: `kontaktvej.history_trend(quarters=8)`."""
        return self._transport.ask(
            "GET", "/history/trend", HistoryTrend,
            by=by, quarters=quarters, on=on, revision=revision,
        )  # fmt: skip

    def owners(self, begins: date, until: date, *, revision: int | None = None) -> Owners:
        """What needs a new owner: `kontaktvej.owners(date(2026, 12, 31), date(2027, 1, 1))`."""
        request: dict[str, Any] = {"from": begins, "to": until}
        return self._transport.ask("GET", "/history/owners", Owners, revision=revision, **request)


class AuditReports(ApiSection):
    """The audit log."""

    def audit_mine(
        self, *, before: str | None = None, limit: int | None = None
    ) -> Iterator[OwnRows]:
        """My own requests and changes, page by page, the newest first."""
        return self._transport.pages(
            "/audit/mine", OwnRows, place="before", before=before, limit=limit
        )

    def audit_about_me(self) -> OwnLookUps:
        """When, how, why and from what kind of office I was looked up."""
        return self._transport.ask("GET", "/audit/about-me", OwnLookUps)

    def audit_rows(
        self,
        *,
        caller: str | None = None,
        login: str | None = None,
        person: str | None = None,
        action: str | None = None,
        kind: RowKind | None = None,
        purpose: PurposeWord | None = None,
        role: Role | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> Iterator[AuditRows]:
        """The rows of the log, page by page, the newest first: `audit_rows(kind="alert")`."""
        return self._transport.pages(
            "/audit/rows", AuditRows, place="before", caller=caller, login=login, person=person,
            action=action, kind=kind, purpose=purpose, role=role, since=since, until=until,
            before=before, limit=limit,
        )  # fmt: skip

    def audit_subject(
        self, person: str, *, before: int | None = None, limit: int | None = None
    ) -> Iterator[LookUps]:
        """How a person was looked up, page by page, without the names of staff."""
        path = at("audit", "subjects", person)
        return self._transport.pages(path, LookUps, place="before", before=before, limit=limit)

    def audit_verdict(self, *, after: int | None = None) -> Verdict:
        """Whether the log is intact; if not `is_whole`, continue with `after` set to its `last`."""
        return self._transport.ask("GET", "/audit/verify", Verdict, after=after)

    def audit_sample(
        self,
        *,
        size: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sample:
        """A random sample of rows to check."""
        return self._transport.ask(
            "GET", "/audit/sample", Sample, size=size, since=since, until=until
        )

    def audit_term(self, request: AskedTerm) -> AuditRows:
        """The rows with a typed word: `AskedTerm(word="kystby")`."""
        return self._transport.ask("POST", "/audit/terms", AuditRows, body=request)

    def audit_breach(self, caller: str, since: datetime, until: datetime) -> Breach:
        """The people whose data an account was shown in a period."""
        return self._transport.ask(
            "GET", "/audit/breach", Breach, caller=caller, since=since, until=until
        )


class HealthChecks(ApiSection):
    """Health checks and the description of the API."""

    def live(self) -> Ready:
        """Liveness of the process. Raises: Unreachable: no response within `patience_s`."""
        return self._transport.ask("GET", "/health/live", Ready)

    def ready(self) -> Ready:
        """Readiness of the graph. Raises: Unavailable: not ready within `patience_s`."""
        return self._transport.ask("GET", "/health/ready", Ready)

    def revision(self) -> Revision:
        """The counter raised by each write; this request does not extend a session."""
        return self._transport.ask("GET", "/health/revision", Revision)

    def openapi(self) -> dict[str, Any]:
        """The description of the API as OpenAPI 3.1."""
        return self._transport.ask("GET", "/openapi.json", RootModel[dict[str, Any]]).root

    def problem_kind(self, slug: str) -> ProblemKind:
        """The meaning and remedy of a kind of problem: `problem_kind(problem.slug)`."""
        return self._transport.ask("GET", at("problems", slug), ProblemKind)


class ContactDetails(ApiSection):
    """Contact details, contact requests through a door opener, and consents."""

    def reveal_detail(self, request: AskedReveal) -> RevealedDetail:
        """One detail in clear: `AskedReveal(detail=…, channel="MOBILE", purpose="CONCERN")`.

        Raises: TooMany: the daily budget is used; Conflict: ask the door opener that it names.
        """
        return self._transport.post_once("POST", "/reveal", RevealedDetail, body=request)

    def reveal_details(self, request: AskedReveal) -> RevealedDetails:
        """Several in clear, all or none: `AskedReveal(details=(AskedDetail(…), …), purpose=…)`.

        Raises: as `reveal_detail`; the member `pointer` of the problem names the detail concerned.
        """
        return self._transport.post_once("POST", "/reveal", RevealedDetails, body=request)

    def ask_for_contact(self, request: AskedContact, *, key: str | None = None) -> ContactRequest:
        """Ask a civilian's door opener to pass on a request to be called back."""
        return self._transport.change(
            "POST", "/contact-requests", ContactRequest, body=request, key=key
        ).value

    def contact_requests(self, *, count_only: bool = False) -> ContactRequests:
        """My contact requests, and those my posts are to pass on; or only how many wait."""
        return self._transport.ask(
            "GET", "/contact-requests", ContactRequests, count_only=count_only or None
        )

    def answer_contact_request(self, request_id: str, request: AskedState) -> ContactRequest:
        """Record the outcome of a contact request to a post of mine."""
        path = at("contact-requests", request_id, "state")
        return self._transport.post_once("POST", path, ContactRequest, body=request)

    def consents(
        self,
        *,
        ends_before: date | None = None,
        open_only: bool = False,
        on: date | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Receipts]:
        """The consent receipts that end before a date, page by page, the earliest end first."""
        return self._transport.pages(
            "/consents", Receipts,
            ends_before=ends_before, open_only=open_only or None, on=on, page=page, limit=limit,
        )  # fmt: skip

    def withdraw_consent(self, consent_id: str) -> WithdrawnConsent:
        """Withdraw a consent for the person who gave it; effective at once, everywhere."""
        return self._transport.post_once(
            "POST", at("consents", consent_id, "withdraw"), WithdrawnConsent
        )

    def renew_consent(
        self, consent_id: str, request: AskedRenewal, *, key: str | None = None
    ) -> RenewedConsent:
        """Renew a consent; a repetition under the same `key` has no further effect."""
        path = at("consents", consent_id, "renew")
        return self._transport.change("POST", path, RenewedConsent, body=request, key=key).value

    def make_withdrawal_link(self, consent_id: str) -> WithdrawalLink:
        """Create a link with which the person who gave the consent can withdraw it."""
        return self._transport.post_once(
            "POST", at("consents", consent_id, "withdrawal-link"), WithdrawalLink
        )


Done = TypeVar("Done", WriteResult, Rehearsal)


class Edits(ApiSection, Generic[Done]):
    """Writes; each returns what was written, in a dry run what would be written.

    `etag` is the version it is based on: `VersionedValue.etag`, or the `etag` in the response to a
    write. If the version is outdated, a Conflict with both versions in its `members` is raised.
    `key` identifies a write, so that repetitions have no further effect; the client generates one
    if none is given.
    """

    def __init__(self, transport: Transport, outcome: type[Done]) -> None:
        super().__init__(transport)
        self._outcome = outcome

    def create_entity(self, new: NewEntity, *, key: str | None = None) -> Done:
        """Create a node."""
        return self._write("POST", "/entities", new, key=key)

    def create_link(self, new: NewLink, *, key: str | None = None) -> Done:
        """Create a link between two nodes."""
        return self._write("POST", "/links", new, key=key)

    def change_entity(
        self, node_id: str, changed: ChangedFields, etag: str | None, *, key: str | None = None
    ) -> Done:
        """Change fields: `change_entity(id, ChangedFields(fields={"hours": None}), seen.etag)`."""
        return self._write("PATCH", at("entities", node_id), changed, etag=etag, key=key)

    def change_link(
        self, link_id: str, changed: ChangedFields, etag: str | None, *, key: str | None = None
    ) -> Done:
        """Change fields of a link."""
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
        """End a node and all its links."""
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
        """End a link."""
        path = at("links", link_id)
        return self._write("DELETE", path, etag=etag, key=key, on=on, reason=reason)

    def verify_entity(self, node_id: str, etag: str | None, *, key: str | None = None) -> Done:
        """Confirm that a contact detail is still correct."""
        return self._write("POST", at("entities", node_id, "verify"), etag=etag, key=key)

    def verify_link(self, link_id: str, etag: str | None, *, key: str | None = None) -> Done:
        """Confirm that a link is still correct."""
        return self._write("POST", at("links", link_id, "verify"), etag=etag, key=key)

    def assign_link(self, link_id: str, assigned: NewAssignment) -> Assignee:
        """Take on the check of a link, or hand it over to the account of a person."""
        return self._transport.post_once(
            "PUT", at("links", link_id, "assignee"), Assignee, body=assigned
        )

    def give_back_link(self, link_id: str) -> None:
        """Give back the check of a link that I have taken on."""
        self._transport.send("DELETE", at("links", link_id, "assignee"))

    def apply_change_set(self, changes: ChangeSet, *, key: str | None = None) -> Done:
        """Apply several changes: all of them, or none."""
        return self._write("POST", "/change-sets", changes, key=key)

    def confirm_change_set(self, change_set: str, *, key: str | None = None) -> Done:
        """Give the second approval to another account's change, which waits under that id."""
        return self._write("POST", at("change-sets", change_set, "confirm"), key=key)

    def undo_change_set(self, change_set: str) -> WriteResult:
        """Undo what I have written today, under the id of its result."""
        path = at("change-sets", change_set, "undo")
        return self._transport.post_once("POST", path, WriteResult)

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
        return self._transport.change(
            method, path, self._outcome, body=body, etag=etag, key=key, **params
        ).value


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadedFile:
    """A downloaded file with its name and media type."""

    name: str
    media_type: str
    content: bytes


class FileExports(ApiSection):
    """Exports as files."""

    def make_export(self, request: AskedExport) -> Ticket:
        """A list or a network: `AskedExport(format="NODES_CSV", nodes=("act-ssp-0787",))`."""
        return self._transport.post_once("POST", "/exports", Ticket, body=request)

    def make_map_export(self, request: AskedMap) -> Ticket:
        """The coverage map as a table: `AskedMap(measure="VACANT", by="POLICE_DISTRICT")`."""
        return self._transport.post_once("POST", "/exports/coverage-map", Ticket, body=request)

    def make_query_export(self, request: AskedQueryExport) -> Ticket:
        """The result of a query: `AskedQueryExport(query="MATCH …", purpose=…, format="CSV")`."""
        return self._transport.post_once("POST", "/exports/query", Ticket, body=request)

    def make_metrics_export(self, request: AskedMetrics) -> Ticket:
        """A metric as a table, with its method: `AskedMetrics(measure="HARMONIC")`."""
        return self._transport.post_once("POST", "/exports/metrics", Ticket, body=request)

    def make_matrix_export(self, request: AskedMatrix) -> Ticket:
        """The coverage matrix as a table: `AskedMatrix(columns="LANGUAGE", area="pol-1462")`."""
        return self._transport.post_once("POST", "/exports/coverage-matrix", Ticket, body=request)

    def make_audit_export(self, request: AskedAuditExport) -> Ticket:
        """Rows of the audit log as a table: `AskedAuditExport(role="STEWARD")`."""
        return self._transport.post_once("POST", "/exports/audit", Ticket, body=request)

    def make_subject_letter(self, request: AskedSubjectLetter) -> Ticket:
        """How a person was looked up, as a letter to them: `AskedSubjectLetter(person="amina")`."""
        return self._transport.post_once("POST", "/exports/subject-letter", Ticket, body=request)

    def reveal_contacts(self, request: AskedContacts) -> Ticket:
        """Posts with contact details, each counted as revealed when the ticket is created.

        Raises: TooMany: the daily budget is not sufficient.
        """
        return self._transport.post_once("POST", "/exports/contacts", Ticket, body=request)

    def export(self, ticket: str) -> DownloadedFile:
        """The file of a ticket, once. Raises: NotFound: used, expired, or of another account."""
        return _file_in(self._transport.fetch(at("exports", ticket)))


def _file_in(response: httpx.Response) -> DownloadedFile:
    header = Message()
    header["Content-Disposition"] = response.headers.get("content-disposition", "")
    return DownloadedFile(
        name=header.get_filename("export"),
        media_type=response.headers.get("content-type", ""),
        content=response.content,
    )


class ListImports(ApiSection):
    """Lists of offices and files of other systems: sent, previewed, written, and undone."""

    def imports(self) -> Imports:
        """My lists that are not written yet, those that wait for me, and earlier batches."""
        return self._transport.ask("GET", "/imports", Imports)

    def send_import(
        self,
        data: bytes,
        *,
        file: str,
        source: str,
        area: str,
        sheet: str | None = None,
        form: FormatWord | None = None,
        ends: EndsWord | None = None,
        encoding: EncodingWord | None = None,
    ) -> Import:
        """Send a file to import; nothing is written. Raises: Invalid: it cannot be read.

        Its format, encoding, and what the end of a period of OS2mo is, are recognized where that is
        clear.
        """
        return self._transport.upload(
            "/imports", Import, data, file=file, source=source, area=area, sheet=sheet,
            format=form, ends=ends, encoding=encoding,
        )  # fmt: skip

    def import_preview(
        self,
        import_id: str,
        *,
        state: RowStateWord | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Import:
        """A list with a page of what it would do."""
        path = at("imports", import_id)
        return self._transport.ask("GET", path, Import, state=state, page=page, limit=limit)

    def choose_mapping(self, import_id: str, choices: AskedMapping) -> Import:
        """Say what the columns and words of my list mean."""
        return self._transport.ask("PUT", at("imports", import_id, "mapping"), Import, body=choices)

    def discard_import(self, import_id: str) -> None:
        """Discard my list that is not written; a preview that is being made stops."""
        self._transport.send("DELETE", at("imports", import_id))

    def import_errors(self, import_id: str) -> DownloadedFile:
        """The refused rows as CSV, with what is to be corrected."""
        return _file_in(self._transport.fetch(at("imports", import_id, "errors")))

    def apply_import(
        self, import_id: str, asked: AskedApply, *, key: str | None = None
    ) -> ImportBatch:
        """Write a previewed list as a batch. Raises: Conflict: look again; second approval."""
        path = at("imports", import_id, "apply")
        return self._transport.change("POST", path, ImportBatch, body=asked, key=key).value

    def preview_import_undo(self, import_id: str) -> ImportUndo:
        """What taking back a batch would do, and what it would keep."""
        return self._transport.ask("GET", at("imports", import_id, "undo"), ImportUndo)

    def undo_import(self, import_id: str, *, key: str | None = None) -> ImportBatch:
        """Take back what a batch wrote, except for what was edited since."""
        path = at("imports", import_id, "undo")
        return self._transport.change("POST", path, ImportBatch, key=key).value


class QuestionLibrary(ApiSection):
    """Saved questions of analysts; they are run with `query`."""

    def questions(self) -> Questions:
        """My questions, then those shared with me, each group sorted by name."""
        return self._transport.ask("GET", "/questions", Questions)

    def question(self, question: str) -> VersionedValue[Question]:
        """A question with its version."""
        return self._transport.get_versioned(at("questions", question), Question)

    def keep_question(self, sent: NewQuestion) -> Question:
        """Save a question: `NewQuestion(name="Vacant", query="MATCH …", logins=("maja",))`."""
        return self._transport.post_once("POST", "/questions", Question, body=sent)

    def change_question(
        self, question: str, sent: NewQuestion, etag: str
    ) -> VersionedValue[Question]:
        """Change a question of mine. Raises: Conflict: its version has changed meanwhile."""
        return self._transport.replace(at("questions", question), Question, body=sent, etag=etag)

    def delete_question(self, question: str, etag: str) -> None:
        """Delete a question of mine. Raises: as `change_question`."""
        self._transport.send("DELETE", at("questions", question), etag=etag)

    def question_file(self, question: str) -> QuestionFile:
        """A question as a file, which names no account."""
        return self._transport.ask("GET", at("questions", question, "file"), QuestionFile)

    def keep_question_file(self, sent: QuestionFile) -> Question:
        """Save a question from a file as mine. Raises: Invalid: its format is newer."""
        return self._transport.post_once("POST", "/questions/file", Question, body=sent)


class OwnKindsSection(ApiSection):
    """The installation's own kinds; those whose area is the whole country change them."""

    def own_kinds(self) -> VersionedValue[KeptOwnKinds]:
        """The own kinds and how many nodes are of each, with the version a change is based on."""
        return self._transport.get_versioned("/vocabulary/own-kinds", KeptOwnKinds)

    def add_own_kind(self, sent: NewOwnKind, etag: str) -> OwnKind:
        """Add an own kind. Raises: Conflict: another change came first; Invalid: its row."""
        return self._transport.post_once(
            "POST", "/vocabulary/own-kinds", OwnKind, body=sent, etag=etag
        )

    def change_own_kind(
        self, kind_id: str, sent: AskedOwnKind, etag: str
    ) -> VersionedValue[OwnKind]:
        """Change all but the id of an own kind. Raises: as `add_own_kind`."""
        path = at("vocabulary", "own-kinds", kind_id)
        return self._transport.replace(path, OwnKind, body=sent, etag=etag)

    def delete_own_kind(self, kind_id: str, etag: str) -> None:
        """Remove an own kind. Raises: as `add_own_kind`; Invalid also if it is in use."""
        self._transport.send("DELETE", at("vocabulary", "own-kinds", kind_id), etag=etag)


class OwnAccount(ApiSection):
    """Signing in and out, and one's own account."""

    def set_up(self, request: SetUp) -> Enrollment:
        """Create the first administrator with the code that Kontaktvej printed at its start."""
        return self._transport.post_once("POST", "/setup", Enrollment, body=request)

    def redeem_invitation(self, request: Redemption) -> Enrollment:
        """Accept an invitation by choosing a password; the result may hold the secret of an app."""
        return self._transport.post_once("POST", "/invitations/redeem", Enrollment, body=request)

    def sign_in(self, login: str, password: str, totp: str | None = None) -> Session:
        """Open a session, which is used for all later requests.

        Raises: NotSignedIn: wrong, locked, disabled or unknown; the response does not say which.
        """
        proof = SignIn(
            login=login,
            password=SecretStr(password),
            totp=None if totp is None else SecretStr(totp),
        )
        return self._borne(self._transport.post_once("POST", "/sessions", Session, body=proof))

    def sign_in_by_token(self, access_token: str) -> Session:
        """Open a session with the access token of an issuer. Raises: as `sign_in`."""
        self._transport.set_token(access_token)
        return self._borne(self._transport.post_once("POST", "/sessions", Session))

    def sign_out(self) -> None:
        """End the session."""
        self._transport.send("DELETE", "/sessions/current")
        self._transport.set_token(None)

    def me(self) -> Me:
        """My account, and for each task whether I may do it, or why not."""
        return self._transport.ask("GET", "/me", Me)

    def budgets(self) -> DayBudgets:
        """How many contact details I may be shown today, and how many I have been shown."""
        return self._transport.ask("GET", "/me/budgets", DayBudgets)

    def change_password(self, request: ChangedPassword) -> None:
        """Change my password, which ends all my sessions and tokens."""
        self._transport.send("POST", "/me/password", body=request)

    def begin_second_factor(self, request: Proof) -> Enrollment:
        """Enroll a second factor; it takes effect once it is confirmed.

        If there is one already, a code proves its possession: `Proof(password=…, totp=…)`.
        """
        return self._transport.post_once("POST", "/me/second-factor", Enrollment, body=request)

    def confirm_second_factor(self, request: Code) -> None:
        """Confirm the second factor; signing in requires a code from now on."""
        self._transport.send("POST", "/me/second-factor/confirm", body=request)

    def sessions(self) -> OpenSessions:
        """My sessions that have not ended."""
        return self._transport.ask("GET", "/me/sessions", OpenSessions)

    def end_other_sessions(self) -> None:
        """End all my sessions but this one."""
        self._transport.send("DELETE", "/me/sessions")

    def end_session_of_mine(self, session: str) -> None:
        """End one of my sessions."""
        self._transport.send("DELETE", at("me", "sessions", session))

    def tokens(self) -> Tokens:
        """My active tokens."""
        return self._transport.ask("GET", "/me/tokens", Tokens)

    def make_token(self, request: NewToken) -> Token:
        """Create a token: `NewToken(label="notebook", scopes={"QUESTION"}, days=30)`."""
        return self._transport.post_once("POST", "/me/tokens", Token, body=request)

    def revoke_token(self, token: str) -> None:
        """Revoke a token of mine; its next call is refused."""
        self._transport.send("DELETE", at("me", "tokens", token))

    def _borne(self, session: Session) -> Session:
        self._transport.set_token(session.token)
        return session


class ChangeProposals(ApiSection):
    """Proposals of changes, and the answers of stewards."""

    def proposals(self) -> Proposals:
        """What I have proposed, and what waits for my answer."""
        return self._transport.ask("GET", "/proposals", Proposals)

    def make_proposal(self, new: NewProposal) -> Proposal:
        """Propose changes to the steward who may make them."""
        return self._transport.post_once("POST", "/proposals", Proposal, body=new)

    def answer_proposal(self, proposal_id: str, answer: ProposalAnswer) -> Proposal:
        """Accept a proposal, which writes it, or refuse it with a reason."""
        return self._transport.post_once(
            "POST", at("proposals", proposal_id, "answer"), Proposal, body=answer
        )

    def preview_proposal(self, proposal_id: str) -> Rehearsal:
        """What accepting a proposal would do, and what speaks against it."""
        body = ProposalAnswer(answer="ACCEPTED")
        path = at("proposals", proposal_id, "answer")
        return self._transport.ask("POST", path, Rehearsal, body=body, dry_run=True)

    def withdraw_proposal(self, proposal_id: str) -> Proposal:
        """Withdraw my proposal, as long as it is unanswered."""
        return self._transport.post_once("DELETE", at("proposals", proposal_id), Proposal)


class Register(ApiSection):
    """Nodes, links and their changes; lists are returned page by page, from `page` on if given."""

    def entities(
        self,
        *,
        label: Label | None = None,
        kind: str | None = None,
        area: str | None = None,
        network: str | None = None,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Entities]:
        """The nodes that match all filters: `kontaktvej.entities(kind="SSP_COORDINATOR")`."""
        return self._transport.pages(
            "/entities", Entities, label=label, kind=kind, area=area, network=network,
            fields=fields, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def entity(
        self,
        node_id: str,
        *,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> VersionedValue[WholeEntity]:
        """A node with its version, on which a change is based."""
        return self._transport.get_versioned(
            at("entities", node_id), WholeEntity, fields=fields, on=on, revision=revision
        )

    def areas(
        self,
        *,
        kind: str | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[AreaCards]:
        """The areas and what lies in them: `kontaktvej.areas(kind="MUNICIPALITY")`."""
        return self._transport.pages(
            "/areas", AreaCards,
            kind=kind, area=area, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def networks(
        self,
        *,
        kind: NetworkKind | None = None,
        area: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[NetworkCards]:
        """The networks and their members: `kontaktvej.networks(area="mun-0787")`."""
        return self._transport.pages(
            "/networks", NetworkCards,
            kind=kind, area=area, on=on, revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def links(
        self,
        *,
        source: str | None = None,
        target: str | None = None,
        type: LinkType | None = None,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Links]:
        """The links that match all filters: `kontaktvej.links(target="act-ihm-0787")`."""
        return self._transport.pages(
            "/links", Links,
            source=source, target=target, type=type, fields=fields, on=on,
            revision=revision, page=page, limit=limit,
        )  # fmt: skip

    def due(
        self,
        *,
        area: str | None = None,
        type: LinkType | None = None,
        mine: bool | None = None,
        taken: bool | None = None,
        on: date | None = None,
        revision: int | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[DueLinks]:
        """The links due for verification by me, those with the most dependents first."""
        return self._transport.pages(
            "/links/due", DueLinks,
            area=area, type=type, mine=mine, taken=taken, on=on, revision=revision, page=page,
            limit=limit,
        )  # fmt: skip

    def link(
        self,
        link_id: str,
        *,
        fields: str | None = None,
        on: date | None = None,
        revision: int | None = None,
    ) -> VersionedValue[LinkCard]:
        """A link with its version, on which a change is based."""
        return self._transport.get_versioned(
            at("links", link_id), LinkCard, fields=fields, on=on, revision=revision
        )

    def entity_changes(
        self, node_id: str, *, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """The changes of a node, the oldest first."""
        path = at("entities", node_id, "changes")
        return self._transport.pages(path, Changes, page=page, limit=limit)

    def link_changes(
        self, link_id: str, *, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """The changes of a link, the oldest first."""
        return self._transport.pages(
            at("links", link_id, "changes"), Changes, page=page, limit=limit
        )

    def changes(
        self, *, since: int | None = None, page: str | None = None, limit: int | None = None
    ) -> Iterator[Changes]:
        """The changes after a revision; continue later with `since` set to `until`."""
        return self._transport.pages("/changes", Changes, since=since, page=page, limit=limit)

    def changes_to_come(self, *, since: int | None = None) -> Generator[ChangeEvent]:
        """An endless stream of changes as they are written; close it, or leave the loop.

        Without `since` it begins at the present revision. After an interruption it continues where
        it was, also before the first event.

        Raises: Problem: signed out, or unavailable for too long.
        """
        if since is None:
            since = self._transport.ask("GET", "/health/revision", Revision).revision
        with closing(self._transport.events("/changes", since=since)) as events:
            for event in events:
                yield ChangeEvent.model_validate_json(event.data)

    def vocabulary(self) -> Vocabulary:
        """All vocabulary words with their labels in Danish and English."""
        return self._transport.ask("GET", "/vocabulary", Vocabulary)


class ApiClient(
    GraphQuestions,
    Register,
    Edits[WriteResult],
    ChangeProposals,
    ContactDetails,
    FileExports,
    ListImports,
    QuestionLibrary,
    OwnKindsSection,
    OwnAccount,
    AccountAdministration,
    AuditReports,
    HealthChecks,
):
    """Client of the API for one caller; a context manager, and thread-safe.

    `token` is that of a session or an API token; without one, `sign_in` opens a session. `lang` is
    the language of all text. While the API is unavailable, requests are retried for at most
    `patience_s` seconds. `pool` is a connection pool shared by several clients and closed by its
    owner. `headers` are sent with each request.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        token: str | None = None,
        lang: Language = "da",
        *,
        patience_s: float = 10,
        pool: httpx.BaseTransport | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        transport = Transport(
            base_url, token=token, lang=lang, patience_s=patience_s, pool=pool, headers=headers
        )
        super().__init__(transport, WriteResult)
        self.dry_run = Edits(transport, Rehearsal)
        """The same writes as a dry run: what would change, and all faults."""

    def __enter__(self) -> Self:
        """The client itself; leaving the context closes it."""
        return self

    def __exit__(
        self,
        _cls: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a session remains open until it is signed out."""
        self._transport.close()
